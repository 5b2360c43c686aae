"""Bad input over all operations, generated from the contract, against the whole suite: the right status, a problem body with a stable
code in both languages, nothing stored, no 500, and every process is still the one that was started. Framing is in test_gateway.py.
"""
import collections
import json
import re
import unittest

import contract
import jwt
import whole
import xq

HOME, NEXT, DISTRICT = '330102001', '330102002', '330102'
NOW = '2014-01-05T09:00:00+08:00'
BODY_BYTES = 65536
GONE = contract.GONE


def setUpModule():
    global suite, gateway, OPS, WRITES, officer, key, caller, pids
    OPS = contract.operations()
    WRITES = [o for o in OPS if o.run != 'read']
    suite = whole.Whole()
    unittest.addModuleCleanup(suite.close)  # also when what follows fails
    gateway = suite.open(story=NOW).door
    key = jwt.key_of(suite.folder / 'keys/token.jwk')
    officer = suite.officer
    for code, parent in ((HOME, DISTRICT), (NEXT, DISTRICT)):
        a = gateway.ask('PUT', f'/v1/regions/{code}', {'name': code, 'households': 1, 'parent': parent}, token=officer)
        if a.status != 200:
            raise AssertionError(a.body)
    gateway.wait_quiet()
    caller = Everyone()
    pids = [p.pid for p in suite.processes]


def token_of(person=None, homes=(HOME,), **more):
    return jwt.sign(jwt.token_claims(person or contract.id_in(HOME), list(homes), **more), *key)


class Everyone:
    """For each operation a token of somebody who may, so that nothing but the input is wrong: one person who holds every role."""

    def __init__(self):
        self.person = contract.id_in(HOME)
        self.token = token_of(self.person)
        make = next(o for o in OPS if o.id == 'appointment_make')
        for role in make.members['role'][1]['enum']:
            self.must('/v1/appointments', {'person': self.person, 'role': role, 'region': DISTRICT}, officer)
        kind = next(o for o in OPS if o.id == 'ambassador_appoint').members['kind'][1]['enum'][0]
        self.must('/v1/ambassadors', {'person': self.person, 'region': DISTRICT, 'kind': kind}, officer)
        self.must('/v1/sponsors', {'region': HOME, 'name': '甲', 'kind': 'company'}, self.token)
        self.must('/v1/organisations', {'region': HOME, 'name': '乙'}, self.token)
        gateway.wait_quiet()

    @staticmethod
    def must(path, body, token):
        a = gateway.ask('POST', path, body, token=token, key=contract.id_in(HOME))
        if a.status not in (200, 201):
            raise AssertionError(f'{path}: {a.status} {a.body}')


def headers_for(op, **more):
    h = {'Authorization': 'Bearer ' + caller.token, 'Content-Type': 'application/json'}
    if op.retry == 'key':
        h['Idempotency-Key'] = contract.id_in(HOME)
    h.update({k.replace('_', '-'): v for k, v in more.items()})
    return {k: v for k, v in h.items() if v is not GONE}


def bytes_of(body):
    return None if body is None else json.dumps(body, ensure_ascii=False).encode()


class Case(unittest.TestCase):
    """Whatever a test of this file asks is refused: each compares what is stored before and after."""
    maxDiff = 4000

    def setUp(self):
        self.client = contract.Client(gateway.port)
        self.before = suite.stored()
        self.codes = collections.Counter()
        self.wrong = []

    def tearDown(self):
        for line in sorted(self.codes.items()):
            print(f'# {self.id().split(".")[-1]}: {line[0][0]} {line[0][1]}: {line[1]}', flush=True)
        after = suite.stored()
        self.assertEqual({k: (self.before.get(k), v) for k, v in after.items() if self.before.get(k) != v}, {})
        self.assertEqual([p.pid for p in suite.processes if p.running()], pids)
        self.assertEqual(gateway.ask('GET', '/livez').status, 200)
        self.assertEqual(self.wrong[:10], [], f'{len(self.wrong)} of {sum(self.codes.values())}')

    def problem_of(self, a, status, code):
        """What is wrong with this answer; None when it is as it should be."""
        if (a.status, a.headers['Content-Type']) != (status, 'application/problem+json'):
            return f'{a.status} {a.headers["Content-Type"]}'
        p = json.loads(a.body)
        if p.get('code') != code or p.get('status') != status or p.get('type') != f'urn:xiangqin:problem:{code}':
            return 'code, status or type'
        texts = [(p, 'title')] + ([(p, 'detail')] if 'detail' in p else []) + [(f, 'reason') for f in p.get('errors', [])]
        if status == 400 and 'detail' not in p and 'errors' not in p:
            return 'says not what is wrong'
        for where, name in texts:
            if not where.get(name) or not re.search('[\u4e00-\u9fff]', where.get(name + '_zh', '')):
                return f'{name} is not in both languages'
        return None if re.fullmatch('[0-9a-f]{32}', p.get('trace', '')) else 'no trace'

    def refused(self, what, method, target, body, headers, status, code, field=None):
        a = self.client.ask(method, target, body, headers)
        self.codes[a.status, a.code() if 'json' in (a.headers['Content-Type'] or '') else '-'] += 1
        bad = self.problem_of(a, status, code)
        if not bad and field and field not in [f['field'] for f in a.json().get('errors', [])]:
            bad = f'does not name {field}'
        if bad:
            self.wrong.append(f'{what}: wanted {status} {code}: {bad}: {a.body[:300]!r}')

    def bad(self, op, what, body, field=None, status=400, code='bad_request', target=None, **more):
        """body: anything JSON, or bytes as they are."""
        path, _ = op.request(HOME)
        body = body if isinstance(body, bytes) else bytes_of(body)
        self.refused(f'{op.id} {what}', op.method, target or path, body, headers_for(op, **more), status, code, field)


class Members(Case):
    """Each member of each body wrong in each way, alone."""

    def of(self, op):
        document = contract.whole(op.body)
        for path, schema, required in contract.places(op.body):
            what = contract.named(path)
            if required:
                yield f'{what} is missing', contract.changed(document, path, GONE), what
            for how, value in contract.wrong_values(schema):
                yield f'{what} {how}', contract.changed(document, path, value), None
        yield 'unknown member', {**document, 'status': 'paid'}, 'status'
        for path, schema, _ in contract.places(op.body):
            if schema['type'] == 'object':
                yield f'unknown member in {contract.named(path)}', contract.changed(document, path + ('street_id',), 1), contract.named(path + ('street_id',))

    def test_every_member_of_every_operation(self):
        asked = set()
        for op in WRITES:
            if op.body is None:
                continue
            most = op.spec.get('x-max-bytes', BODY_BYTES)
            for what, document, field in self.of(op):
                text = contract.text_of(document)
                if len(text) > most:
                    self.bad(op, what, text, status=413, code='too_large')
                else:
                    self.bad(op, what, text, field)
                asked.add(op.id)
        self.assertEqual({o.id for o in WRITES if o.body is not None} - asked, set())

    def test_no_body_takes_one(self):
        for op in WRITES:
            if op.body is None:
                self.bad(op, 'a body where none belongs', {'x': 1})
            elif op.body.get('required'):
                self.bad(op, 'no body', None)


class Documents(Case):
    """The body as a whole."""

    def each(self):
        for op in WRITES:
            if op.body is not None:
                yield op, op.request(HOME)[1]

    def test_bad_json(self):
        for op, body in self.each():
            good = bytes_of(body)
            name = next(iter(op.body['properties']))
            for what, text in {'cut': good[:-1], 'nothing': b' ', 'two documents': good + b'{}', 'a list': b'[]', 'a text': b'"x"', 'null': b'null',
                               'comment': b'/**/' + good, 'single quotes': b"{'a':1}", 'NaN': b'{"a":NaN}', 'BOM': b'\xef\xbb\xbf' + good,
                               'trailing comma': good[:-1] + b',}', 'raw NUL': good[:-1] + b'\0}', 'bad UTF-8': b'{"\xff\xfe":1}',
                               'overlong UTF-8': b'{"a":"\xc0\xaf"}', 'surrogate in UTF-8': b'{"a":"\xed\xa0\x80"}',
                               'UTF-16': good.decode().encode('utf-16'),
                               'twice': b'{"%s":1,"%s":1}' % (name.encode(), name.encode())}.items():
                self.bad(op, what, text)

    def test_too_deep_and_too_many(self):
        for op, _ in self.each():
            self.bad(op, 'deep', b'{"a":' * 17 + b'1' + b'}' * 17)
            self.bad(op, 'deep lists', b'[' * 30000)
            most = op.spec.get('x-max-elements', 1000)
            self.bad(op, 'many', b'{"a":[' + b'1,' * (most + 1) + b'1]}')

    def test_too_large(self):
        for op, _ in self.each():
            most = op.spec.get('x-max-bytes', BODY_BYTES)
            self.bad(op, 'large', b'{"a":"' + b'a' * most + b'"}', status=413, code='too_large')

    def test_content_type(self):
        for op, body in self.each():
            for t in ('text/plain', 'application/xml', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', GONE):
                self.bad(op, f'type {t}', body, status=415, code='media_type', Content_Type=t)


class Targets(Case):
    """Paths, queries and methods."""

    def test_methods(self):
        served = collections.defaultdict(set)
        for op in OPS:
            served[op.path].add(op.method)
        for op in OPS:
            target, body = op.request(HOME)
            for method in ('GET', 'PUT', 'POST', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE'):
                if method not in served[op.path]:
                    self.refused(f'{method} {op.path}', method, target, bytes_of(body) if method not in ('GET', 'TRACE') else None, headers_for(op),
                                 405, 'method_not_allowed')

    def test_path_ids(self):
        for op in OPS:
            for name, (where, schema, _) in op.members.items():
                if where != 'path':
                    continue
                values = {'uuid': ['1', 'x' * 36, '00000000-0000-0000-0000-000000000000', "1' OR '1'='1", '../../etc/passwd', 'é', '1\n2'],
                          'region': ['1', 'x', '33010', '330102001 ', '-30102001', "330102001'--", '３３０１０２００１', '9' * 40]}
                for value in values.get(schema.get('format'), ['长' * 200, 'a' * 2000]):
                    target, body = op.request(HOME, **{name: value})
                    if value == '../../etc/passwd':
                        self.assertIn('%2F', target)
                    self.refused(f'{op.id} {name}={value!r}', op.method, target, bytes_of(body), headers_for(op), 400, 'bad_request')
                self.refused(f'{op.id} {name} empty', op.method, op.request(HOME, **{name: ''})[0], bytes_of(op.request(HOME)[1]), headers_for(op),
                             404, 'not_found')

    def test_queries(self):
        for op in OPS:
            if op.run != 'read':
                continue
            target, _ = op.request(HOME)
            for query in ('x=1', 'limit', '%ff=1', '%', '=', 'a=%zz', 'street=330102001'):
                self.refused(f'{op.id}?{query}', 'GET', f'{target}?{query}', None, headers_for(op), 400, 'bad_request')
            for name, (where, schema, _) in op.members.items():
                if where != 'query':
                    continue
                if schema['type'] == 'integer':
                    values = [schema['minimum'] - 1, schema['maximum'] + 1, '1.0', '1e1', '', 'x', '9' * 30, '+1', '0x10', ' 1']
                elif schema['type'] == 'boolean':
                    values = ['', '1', 'yes', 'TRUE']
                elif 'enum' in schema or 'format' in schema:
                    values = ['', 'x', "' OR 1=1", '%00', '%ff']
                else:
                    values = ['', '长' * (schema['maxLength'] + 1), '%00', '%ff'] + (['x', '!!', '0'] if name == 'cursor' else [])
                for value in values:
                    v = contract.urllib.parse.quote(str(value), safe='%')
                    self.refused(f'{op.id}?{name}={value!r}', 'GET', f'{target}?{name}={v}', None, headers_for(op), 400, 'bad_request')
                good = contract.example(schema, HOME) if name != 'cursor' else 'x'
                self.refused(f'{op.id}?{name} twice', 'GET', f'{target}?{name}={good}&{name}={good}', None, headers_for(op), 400, 'bad_request')

    def test_unknown_paths(self):
        for path in ('/v1', '/v1/', '/v2/projects', '/v1/projects', '/v1/projects/a/b/c/d', '/v1//projects', '/v1/streets/330102001/opinions/',
                     '/%2e%2e/etc/passwd', '/v1/%2e%2e/livez', '/favicon.ico', '/.git/config', '/v1/internal', '/admin'):
            self.refused(path, 'GET', path, None, {}, 404, 'not_found')


class Callers(Case):
    """Tokens, keys and headers over every operation."""

    def test_tokens_that_do_not_hold(self):
        kid, secret = key
        now = jwt.token_claims(caller.person, [HOME])
        head, body, sign = caller.token.split('.')
        login_kid, login_secret = jwt.key_of(suite.folder / 'keys/login-dev.jwk')
        bad = {'expired': jwt.sign({**now, 'exp': now['iat'] - 3600}, kid, secret), 'not yet': jwt.sign({**now, 'nbf': now['iat'] + 3600}, kid, secret),
               'forged': jwt.sign(now, kid), 'unknown key': jwt.sign(now, 'nobody'), 'other issuer': jwt.sign({**now, 'iss': 'x'}, kid, secret),
               'other audience': jwt.sign({**now, 'aud': 'xiangqin-login'}, kid, secret), 'no audience': jwt.sign({**now, 'aud': None}, kid, secret),
               'no expiry': jwt.sign({**now, 'exp': None}, kid, secret), 'no person': jwt.sign({**now, 'sub': 'x'}, kid, secret),
               'nil person': jwt.sign({**now, 'sub': '00000000-0000-0000-0000-000000000000'}, kid, secret),
               'bad home': jwt.sign({**now, 'homes': ['x']}, kid, secret), 'alg none': jwt.b64(b'{"alg":"none"}') + f'.{body}.',
               'alg HS256': jwt.sign(now, kid, secret, alg='HS256'), 'of the login issuer': jwt.sign(now, login_kid, login_secret),
               'cut': caller.token[:-5], 'other body': f'{head}.{jwt.b64(json.dumps({**now, "sub": contract.id_in(NEXT)}).encode())}.{sign}'}
        for op in OPS:
            target, document = op.request(HOME)
            for what, token in bad.items():
                self.refused(f'{op.id} {what}', op.method, target, bytes_of(document), headers_for(op, Authorization='Bearer ' + token), 401,
                             'unauthenticated')
            if not op.public:
                for what, header in {'none': GONE, 'basic': 'Basic eDp5', 'empty': 'Bearer '}.items():
                    self.refused(f'{op.id} {what}', op.method, target, bytes_of(document), headers_for(op, Authorization=header), 401, 'unauthenticated')
                self.refused(f'{op.id} in the query', op.method, f'{target}?access_token={caller.token}', bytes_of(document),
                             headers_for(op, Authorization=GONE), 401, 'unauthenticated')

    def test_foreign_region(self):
        """The first officer's district is not next door."""
        for op in WRITES:
            if op.act_in and not set(op.who) & {'public', 'person', 'resident'}:
                target, document = op.request('330106001')
                self.refused(f'{op.id} elsewhere', op.method, target, bytes_of(document), headers_for(op), 403, 'forbidden')

    def test_keys_that_are_none(self):
        for op in WRITES:
            if op.retry == 'key':
                for k in (GONE, '', 'a b', 'x' * 129):
                    self.bad(op, f'key {k!r:.20}', op.request(HOME)[1], Idempotency_Key=k)

    def test_logins_that_do_not_hold(self):
        op = next(o for o in OPS if o.id == 'session_open')
        kid, secret = jwt.key_of(suite.folder / 'keys/login-dev.jwk')
        good = jwt.login_claims('13911112222', [HOME])
        for what, login in {'forged': jwt.sign(good, kid), 'expired': jwt.sign({**good, 'exp': good['iat'] - 3600}, kid, secret),
                            'other audience': jwt.sign({**good, 'aud': 'xiangqin'}, kid, secret), 'own token': caller.token,
                            'no subject': jwt.sign({**good, 'sub': ''}, kid, secret), 'odd kind': jwt.sign({**good, 'kind': 'x'}, kid, secret),
                            'no token at all': 'x' * 40}.items():
            self.bad(op, what, {'login': login, 'home': [HOME]}, status=401, code='unauthenticated')
        self.bad(op, 'another home', {'login': jwt.sign(good, kid, secret), 'home': [NEXT]}, status=403, code='forbidden')


class Money(Case):
    def test_money_out_of_range(self):
        """Every member that counts fen, far out of range: refused by its shape, before anything reads it."""
        members = 0
        for op in WRITES:
            for path, schema, _ in contract.places(op.body) if op.body else ():
                if isinstance(path[-1], str) and path[-1].endswith('_fen') or path[-1] == 'amount':
                    members += 1
                    document = contract.whole(op.body)
                    for value in (schema['minimum'] - 1, schema['maximum'] + 1, -10 ** 15, 2 ** 53, 2 ** 63 - 1, 2 ** 63, 2 ** 64, contract.Raw('1e2'),
                                  contract.Raw('100.0'), contract.Raw('-0.5'), '100'):
                        self.bad(op, f'{contract.named(path)} {value}', contract.text_of(contract.changed(document, path, value)))
        self.assertGreater(members, 5)


class Again(unittest.TestCase):
    """A key that was used: the same call is answered from memory, another one is refused; both store nothing more."""

    def test_a_reused_key(self):
        client, asked, refused = contract.Client(gateway.port), 0, 0
        for op in WRITES:
            if op.retry != 'key' or op.body is None:
                continue
            target, body = op.request(HOME)
            headers = headers_for(op)
            first = client.ask(op.method, target, bytes_of(body), headers)
            asked += 1
            if first.status != op.success:
                continue  # what was refused has used no key
            gateway.wait_quiet()
            before = suite.stored()
            same = client.ask(op.method, target, bytes_of(body), headers)
            self.assertEqual((same.status, same.body), (first.status, first.body), op.id)
            name, (_, schema, _) = next((n, m) for n, m in op.members.items() if m[0] == 'body' and m[1]['type'] == 'string' and 'format' not in m[1])
            other = {**body, name: schema['enum'][-1] if 'enum' in schema else body[name] + '改'}
            a = client.ask(op.method, target, bytes_of(other), headers)
            self.assertEqual((a.status, a.code()), (422, 'key_reused'), f'{op.id} {a.body}')
            self.assertEqual(Case.problem_of(self, a, 422, 'key_reused'), None)
            self.assertEqual(suite.stored(), before, op.id)
            refused += 1
        print(f'# {asked} operations with a key, {refused} of them stored and asked again', flush=True)
        self.assertGreater(refused, 5)
        self.assertEqual([p.pid for p in suite.processes if p.running()], pids)


class ZLogs(unittest.TestCase):
    def test_no_service_called_it_an_error(self):
        """Runs last by its name: what strangers send is no error of ours."""
        for p in suite.processes:
            self.assertEqual([line for line in p.log_text().splitlines() if 'level=error' in line][:3], [], p.program)


if __name__ == '__main__':
    xq.main()
