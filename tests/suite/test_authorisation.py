"""The authorisation matrix, generated from the contract: every operation, asked by every role, at home and elsewhere, in and out of office.

What may be done follows from x-who and x-act-in alone; what is stored of refused requests is nothing. With real processes, and with
appointments that were made and carried by events as in life.
"""
import collections
import json
import re
import unittest

import contract
import jwt
import whole
import xq

HOME, NEXT, DISTRICT, COMMUNITY, FAR = '330102001', '330102002', '330102', '330102001001', '330106001'
NOW = '2014-01-05T09:00:00+08:00'
SPANS = {'now': ('2013-01-01T00:00:00+08:00', None), 'ended': ('2013-01-01T00:00:00+08:00', NOW),
         'early': ('2014-01-05T09:00:01+08:00', None)}  # an appointment is in force from its first moment until before its last
PLACES = {'own': HOME, 'foreign': NEXT, 'wider': DISTRICT, 'narrower': COMMUNITY}
STATES = [('own', 'now'), ('foreign', 'now'), ('own', 'ended'), ('own', 'early'), ('wider', 'now'), ('narrower', 'now')]
BY_TOKEN = {'public', 'person', 'resident'}  # words that the token alone decides
BY_THEMSELVES = {'sponsor': ('/v1/sponsors', {'name': '甲', 'kind': 'company'}), 'organisation': ('/v1/organisations', {'name': '乙'})}


class Caller:
    """Who asks. right: the appointment that they hold, as (role, region), if it is in force."""

    def __init__(self, name, token=None, valid=True, homes=(), right=None):
        self.name, self.token, self.valid, self.homes, self.right = name, token, valid, homes, right


def covers(region, place):
    return place.startswith(region)


def verdict(op, caller):
    """What the contract says: 'allowed', 401 or 403. Raises where nothing can be derived."""
    unknown = set(op.who) - set(ROLES)
    if unknown or not op.who:
        raise AssertionError(f'{op.id}: who may is not derivable from {op.who}')
    if not op.act_in and set(op.who) - {'public', 'person'}:
        raise AssertionError(f'{op.id}: {op.who}, but no place to act in')
    if caller.token and not caller.valid:
        return 401
    if 'public' in op.who:
        return 'allowed'
    if not caller.token:
        return 401
    if 'person' in op.who:
        return 'allowed'
    if 'resident' in op.who and any(h[:9] == HOME for h in caller.homes):
        return 'allowed'
    if caller.right and caller.right[0] in op.who and covers(caller.right[1], HOME):
        return 'allowed'
    return 403


def ask(op, target, body, caller):
    h = {'Idempotency-Key': contract.id_in(HOME)} if op.retry == 'key' else {}
    if caller.token:
        h['Authorization'] = 'Bearer ' + caller.token
    if body is not None:
        h['Content-Type'] = 'application/json'
    return client.ask(op.method, target, None if body is None else json.dumps(body).encode(), h)


def make(token, path, body):
    a = gateway.ask('POST', path, body, token=token, key=contract.id_in(HOME))
    if a.status not in (200, 201):
        raise AssertionError(f'{path} {body}: {a.status} {a.body}')
    return a.json()


def appoint(officer, role, person, place, span):
    valid_from, valid_until = SPANS[span]
    body = {'person': person, 'region': PLACES[place], 'valid_from': valid_from, **({'valid_until': valid_until} if valid_until else {})}
    if role == 'ambassador':
        make(officer, '/v1/ambassadors', {**body, 'kind': AMBASSADOR_KIND})
    else:
        make(officer, '/v1/appointments', {**body, 'role': role})


def register(role, token, place, span):
    """Sponsors and organisations register themselves, for a whole district, and cannot be ended by anybody yet: that is made here."""
    path, body = BY_THEMSELVES[role]
    make(token, path, {'region': {'own': HOME, 'foreign': FAR}[place], **body})
    return FAR[:6] if place == 'foreign' else DISTRICT


def people(officer):
    """Every caller of the matrix."""
    kid, secret = jwt.key_of(suite.folder / 'keys/token.jwk')
    sign = lambda homes, lasts=3600, key=secret: jwt.sign(jwt.token_claims(contract.id_in(HOME), homes, lasts), kid, key)
    callers = [Caller('no token'), Caller('forged token', sign([HOME], key=None), valid=False),
               Caller('expired token', sign([HOME], -3600), valid=False), Caller('person without a home', sign([])),
               Caller('resident, own', sign([COMMUNITY]), homes=[COMMUNITY]), Caller('resident, foreign', sign([NEXT]), homes=[NEXT]),
               Caller('resident, ended', sign([COMMUNITY], -3600), valid=False)]
    made = []
    for role in ROLES:
        if role in BY_TOKEN:
            continue
        states = [s for s in STATES if role not in BY_THEMSELVES or (s[0] in ('own', 'foreign') and s[1] != 'early')]
        for place, span in states:
            person = contract.id_in(HOME)
            token = jwt.sign(jwt.token_claims(person, []), kid, secret)
            if role in BY_THEMSELVES:
                region = register(role, token, place, span)
            else:
                region = PLACES[place]
                appoint(officer, role, person, place, span)
            made.append((person, role, region, span))
            callers.append(Caller(f'{role}, {place}, {span}', token, right=(role, region) if span == 'now' else None))
    gateway.wait_quiet()
    for person, role, region, span in made:
        if role in BY_THEMSELVES and span == 'ended':
            for s in xq.SERVICES:
                suite.cluster.sql(f"UPDATE {s}.appointment SET valid_until = '{NOW}' WHERE person = '{person}'")
    for s in xq.SERVICES:  # the whole matrix rests on this: each service heard of each appointment
        held = {(p, r, g) for p, r, g in suite.cluster.sql(f'SELECT person, role, region FROM {s}.appointment')}
        missing = [m for m in made if m[:3] not in held]
        if missing:
            raise AssertionError(f'{s} has not heard of {missing}')
    return callers


def setUpModule():
    global suite, gateway, OPS, ROLES, AMBASSADOR_KIND, callers, client, real
    OPS = contract.operations()
    ROLES = contract.roles_of(OPS)
    AMBASSADOR_KIND = next(o for o in OPS if o.id == 'ambassador_appoint').members['kind'][1]['enum'][0]
    suite = whole.Whole()
    unittest.addModuleCleanup(suite.close)  # also when what follows fails
    gateway = suite.open(story=NOW).door
    client = contract.Client(gateway.port)
    officer = suite.officer
    for code, parent in ((HOME, DISTRICT), (NEXT, DISTRICT), (COMMUNITY, HOME)):
        a = gateway.ask('PUT', f'/v1/regions/{code}', {'name': code, 'households': 1, 'parent': parent}, token=officer)
        if a.status != 200:
            raise AssertionError(a.body)
    callers = people(officer)
    real = things(officer)


def things(officer):
    """Real things of the street, by the names that members have: what a stranger might try to reach."""
    opinion = make(None, '/v1/opinions', {'region': COMMUNITY, 'channel': 'website', 'subject': '扶手', 'text': '三单元没有扶手'})
    street = f'/v1/streets/{HOME}'
    contest = make(officer, street + '/contests', {'round': 2014, 'title': '甲', 'text': '乙'})['id']
    entry = make(callers[3].token, f'/v1/contests/{contest}/entries', {'title': '甲', 'text': '乙'})['id']
    campaign = make(officer, street + '/campaigns', {'round': 2014, 'kind': 'letters', 'title': '甲'})['id']
    project = make(officer, street + '/proposals', {
        'round': 2014, 'region': COMMUNITY, 'category': 'care', 'title': '甲', 'summary': '乙', 'estimate_fen': 100, 'opinions': [opinion['id']],
        'lines': [{'kind': 'money', 'amount': 100, 'unit': 'fen', 'what': '丙'}]})['id']
    make(officer, street + '/publications', {'proposals': [project]})
    gateway.wait_quiet()
    notice = make(officer, street + '/notices', {'kind': 'first', 'round': 2014, 'items': [project], 'places': [HOME], 'days': 7})['id']
    fair = make(officer, '/v1/fairs', {'organiser': HOME, 'name': '甲', 'round': 2014, 'streets': [HOME], 'opens_at': NOW})['id']
    appointment = suite.cluster.sql(f"SELECT id FROM intake.appointment WHERE region = '{HOME}' AND service = 'intake' LIMIT 1")[0][0]
    gateway.wait_quiet()
    return {'number': opinion['receipt'], 'opinion': opinion['id'], 'opinions': [opinion['id']], 'contest': contest, 'entry': entry,
            'campaign': campaign, 'project': project, 'proposals': [project], 'items': [project], 'notice': notice, 'fair': fair,
            'appointment': appointment}


def login():
    kid, secret = jwt.key_of(suite.folder / 'keys/login-dev.jwk')
    return jwt.sign(jwt.login_claims('13900000001', [HOME]), kid, secret)


def request(op):
    """Valid by more than its shape where the contract's types cannot say it: a signed login, a number with its check digit."""
    given = {'login': login()} if op.id == 'session_open' else {'number': real['number']} if op.id == 'receipt_get' else {}
    return op.request(HOME, **given)


def without_trace(answer):
    return re.sub(rb'"trace":"[0-9a-f]{32}"', b'', answer.body)


class Matrix(unittest.TestCase):
    maxDiff = 4000

    def run_rows(self, wanted):
        """Asks every row whose verdict is among the wanted; returns what went wrong, and counts."""
        wrong, totals, covered = [], collections.Counter(), set()
        for op in OPS:
            for caller in callers:
                expected = verdict(op, caller)
                covered.add(op.id)
                if expected not in wanted:
                    continue
                target, body = request(op)
                a = ask(op, target, body, caller)
                totals[f'{expected} -> {a.status}'] += 1
                if expected == 'allowed':
                    good = a.status < 500 and a.status not in (400, 401, 403, 405, 413, 415, 429)
                else:
                    good = a.status == expected and a.code() == {401: 'unauthenticated', 403: 'forbidden'}[expected]
                if not good:
                    wrong.append(f'{op.id} by {caller.name}: wanted {expected}, got {a.status} {a.body[:160]!r} {op.method} {target} {body}')
        self.assertEqual({o.id for o in OPS} - covered, set())
        for k, n in sorted(totals.items()):
            print(f'# {k}: {n}', flush=True)
        print(f'# {sum(totals.values())} rows, {len(OPS)} operations, {len(callers)} callers, {len(ROLES)} roles', flush=True)
        self.assertEqual(wrong[:20], [], f'{len(wrong)} rows')
        return totals

    def test_1_whoever_may_not_is_refused_and_nothing_is_stored(self):
        before = suite.stored()
        totals = self.run_rows({401, 403})
        after = suite.stored()
        self.assertEqual({k: (before.get(k), v) for k, v in after.items() if before.get(k) != v}, {})
        self.assertGreater(totals['401 -> 401'], len(OPS))
        self.assertGreater(totals['403 -> 403'], len(OPS))

    def test_2_whoever_may_is_let_in(self):
        totals = self.run_rows({'allowed'})
        self.assertGreater(sum(totals.values()), len(OPS))

    def test_3_what_is_served_has_its_rows(self):
        served = gateway.ask('GET', '/v1/openapi.json').json()['paths']
        served = {(m.upper(), p, o['operationId']) for p, ms in served.items() for m, o in ms.items() if m in contract.METHODS}
        self.assertEqual(served, {(o.method, o.path, o.id) for o in OPS})


class Elsewhere(unittest.TestCase):
    """Roles let an officer act in their own street; the things named there must lie in it too."""

    def test_things_of_another_street_are_out_of_reach(self):
        kid, secret = jwt.key_of(suite.folder / 'keys/token.jwk')
        neighbours = {r: c for c in callers for r in [c.right and c.right[0]] if c.right and c.right[1] in (NEXT, FAR[:6])}
        resident = Caller('resident, of the next street', jwt.sign(jwt.token_claims(contract.id_in(NEXT), [NEXT]), kid, secret))
        before, asked = suite.stored(), 0
        for op in OPS:
            if op.run == 'read' or op.members.get(op.act_in, ('', {}))[1].get('format') != 'region':
                continue
            for name in op.members:
                if name not in real or name == op.act_in:
                    continue
                for role in op.who:
                    caller = resident if role == 'resident' else neighbours.get(role)
                    if not caller:
                        continue
                    place = NEXT if role not in BY_THEMSELVES else FAR
                    with self.subTest(f'{op.id} {name} {role}'):
                        a = ask(op, *op.request(place, **{name: real[name]}), caller)
                        self.assertIn(a.status, (403, 404, 409, 422), a.body)
                        asked += 1
        self.assertGreater(asked, 5)
        print(f'# {asked} things of another street', flush=True)
        after = suite.stored()
        self.assertEqual({k: (before.get(k), v) for k, v in after.items() if before.get(k) != v}, {})


class Fuzzed(unittest.TestCase):
    IDS = 1000

    def by_id(self, public):
        return [o for o in OPS if o.public == public and o.members.get(o.act_in, ('', {}))[1].get('format') == 'uuid']

    def test_strangers_cannot_tell_what_is_there(self):
        """Of what is not public, the answer to a stranger is the same to the byte for what is there and what is not."""
        nobody = next(c for c in callers if c.name == 'person without a home')
        ops = [o for o in self.by_id(False) if 'person' not in o.who]
        known, told = 0, collections.defaultdict(set)
        for op in ops:
            if op.act_in in real:
                known += 1
                told[op.id].add(without_trace(ask(op, *op.request(HOME, **{op.act_in: real[op.act_in]}), nobody)))
        for i in range(self.IDS):
            op = ops[i % len(ops)]
            a = ask(op, *op.request(HOME, **{op.act_in: contract.id_in((HOME, NEXT, FAR, '123456789')[i % 4])}), nobody)
            self.assertEqual((a.status, a.code()), (403, 'forbidden'))
            told[op.id].add(without_trace(a))
        self.assertEqual({k: v for k, v in told.items() if len(v) != 1}, {})
        self.assertGreater(known, 5)
        print(f'# {self.IDS} fuzzed ids over {len(ops)} operations, {known} of them also with a real id; '
              f'{sum(o.run == "read" for o in ops)} of them reads', flush=True)

    def test_public_reads_of_what_is_not_there(self):
        ops, told = self.by_id(True), collections.defaultdict(set)
        nobody = callers[0]
        for i in range(self.IDS):
            op = ops[i % len(ops)]
            a = ask(op, *op.request(HOME, **{op.act_in: contract.id_in((HOME, NEXT, FAR, '123456789', '0')[i % 5])}), nobody)
            if a.status != 200:
                told[op.id].add((a.status, without_trace(a)))
            else:  # a list of something that is not there is empty
                self.assertNotRegex(a.body, rb'[0-9a-f]{8}-[0-9a-f]{4}-7', op.id)
        for op, answers in told.items():
            self.assertEqual({s for s, _ in answers}, {404}, op)


if __name__ == '__main__':
    xq.main()
