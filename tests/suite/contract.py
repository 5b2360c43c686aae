"""The contract as tests need it: every operation of schemas/api, and the smallest request that each of them takes.

Only what our subset of JSON Schema has (common/service/contract.h): anything else raises, so that nothing is left out unseen.
"""
import copy
import http.client
import json
import os
import pathlib
import time
import urllib.parse

import xq

HOME = '330102001'
GONE = object()  # in place of a value: the member is left out
METHODS = ('get', 'put', 'post', 'patch')


def id_in(street):
    """A UUIDv7 whose last 30 bits are the street (design.md, 2.9)."""
    b = bytearray(os.urandom(16))
    b[0:6] = (int(time.time() * 1000)).to_bytes(6, 'big')
    b[6] = 0x70 | b[6] & 0x0f
    b[8] = 0x80 | b[8] & 0x3f
    low = int.from_bytes(b[12:16], 'big') & 0xc0000000 | int(street[:9].ljust(9, '0'))
    b[12:16] = low.to_bytes(4, 'big')
    h = b.hex()
    return f'{h[:8]}-{h[8:12]}-{h[12:16]}-{h[16:20]}-{h[20:]}'


class Op:
    """One operation. members: name -> (where, schema, required) over path, query and body."""

    def __init__(self, service, path, method, spec):
        self.service, self.path, self.method, self.spec = service, path, method.upper(), spec
        self.id, self.who = spec['operationId'], spec['x-who']
        self.act_in, self.run, self.retry = spec.get('x-act-in'), spec['x-run'], spec.get('x-retry')
        self.public = 'public' in self.who
        self.success = int(next(k for k in spec['responses'] if k != 'default'))
        content = spec.get('requestBody', {}).get('content', {})
        self.body = content.get('application/json', {}).get('schema')
        if content and self.body is None:
            raise AssertionError(f'{self.id}: a body that is not JSON: say here how to make one')
        self.members = {p['name']: (p['in'], p['schema'], p.get('required', False)) for p in spec.get('parameters', [])}
        for name, schema in (self.body or {}).get('properties', {}).items():
            self.members[name] = ('body', schema, name in self.body.get('required', []))
        if self.act_in and not (self.act_in in self.members and self.members[self.act_in][2]):
            raise AssertionError(f'{self.id}: x-act-in {self.act_in} is no required member')

    def __repr__(self):
        return self.id

    def request(self, region, **given):
        """(target, body or None): the smallest valid request that acts in this region; given: members that are to be so."""
        values = {}
        for name, (where, schema, required) in self.members.items():
            if name in given:
                values[name] = given[name]
            elif required:
                values[name] = example(schema, region)
        path = self.path
        query = {}
        body = {} if self.body is not None else None
        for name, value in values.items():
            where = self.members[name][0]
            if where == 'path':
                path = path.replace('{' + name + '}', urllib.parse.quote(str(value), safe=''))
            elif where == 'query':
                query[name] = value
            else:
                body[name] = value
        return path + ('?' + urllib.parse.urlencode(query) if query else ''), body


def example(schema, region):
    """The smallest value of a schema; places are the region, ids carry its street."""
    kind = schema['type']
    if kind == 'object':
        return {n: example(schema['properties'][n], region) for n in schema.get('required', [])}
    if kind == 'array':
        return [example(schema['items'], region) for _ in range(schema.get('minItems', 0))]
    if kind == 'integer':
        return schema['minimum']
    if kind == 'boolean':
        return True
    if kind != 'string':
        raise AssertionError(f'no example of {schema}')
    if 'enum' in schema:
        return schema['enum'][0]
    made = {'uuid': lambda: id_in(region), 'region': lambda: region, 'date-time': lambda: '2014-01-04T09:00:00+08:00',
            'date': lambda: '2014-06-01', 'sha256': lambda: 'a' * 64}
    if 'format' in schema:
        return made[schema['format']]()
    return '梯' * max(1, schema.get('minLength', 0))


def operations():
    """Every operation of every service, in the order of the files."""
    found = []
    for service in xq.SERVICES:
        document = json.loads((pathlib.Path(xq.ROOT) / 'schemas/api' / f'{service}.json').read_text())
        for path, methods in document['paths'].items():
            for method, spec in methods.items():
                if method not in METHODS:
                    raise AssertionError(f'{path}: {method} is no method of ours')
                found.append(Op(service, path, method, spec))
    return found


def roles_of(ops):
    """Every word of x-who, and every role that an officer can give."""
    make = next(o for o in ops if o.id == 'appointment_make')
    return sorted({w for o in ops for w in o.who} | set(make.members['role'][1]['enum']))


class Client:
    """One connection, kept while the gateway keeps it."""

    def __init__(self, port):
        self.port, self.c = port, None

    def ask(self, method, target, body=None, headers=None):
        for attempt in (0, 1):
            try:
                if not self.c:
                    self.c = http.client.HTTPConnection('127.0.0.1', self.port, timeout=15)
                self.c.request(method, target, body, headers or {})
                r = self.c.getresponse()
                a = xq.Answer(r.status, r.headers, r.read())
                if (r.getheader('Connection') or '').lower() == 'close':
                    self.c.close()
                    self.c = None
                return a
            except (OSError, http.client.HTTPException):
                self.c = None
                if attempt:
                    raise
        return None


def places(schema, path=()):
    """Every member of a body, deep: (path, schema, required). Lists are entered by their first element."""
    if schema['type'] == 'object':
        for n, s in schema['properties'].items():
            yield path + (n,), s, n in schema.get('required', [])
            yield from places(s, path + (n,))
    elif schema['type'] == 'array':
        yield path + (0,), schema['items'], False
        yield from places(schema['items'], path + (0,))


def whole(schema):
    """A document in which every member is there, and every list has an element."""
    if schema['type'] == 'object':
        return {n: whole(s) for n, s in schema['properties'].items()}
    if schema['type'] == 'array':
        return [whole(schema['items']) for _ in range(max(1, schema.get('minItems', 0)))]
    return example(schema, HOME)


def changed(document, path, value):
    d = copy.deepcopy(document)
    at = d
    for p in path[:-1]:
        at = at[p]
    if value is GONE:
        del at[path[-1]]
    else:
        at[path[-1]] = value
    return d


def named(path):
    """How an error names a place: a.b[0].c"""
    out = ''
    for p in path:
        out += f'[{p}]' if isinstance(p, int) else ('.' if out else '') + p
    return out


def wrong_values(s):
    """(what, value) that a schema must refuse."""
    wrong = {'string': [17, True, {}, [], None], 'integer': ['17', True, 1.5, {}, [], None], 'boolean': ['true', 1, 0, {}, None],
             'object': ['x', 1, [], None], 'array': ['x', 1, {}, None]}[s['type']]
    yield from ((f'is {json.dumps(v)}', v) for v in wrong)
    if s['type'] == 'integer':
        yield 'below', s['minimum'] - 1
        yield 'above', s['maximum'] + 1
        yield 'far above', 10 ** 18
        yield '2^63', 2 ** 63
        yield '3e0', Raw(f'{s["minimum"]}e0')
        yield '.0', Raw(f'{s["minimum"]}.0')
    elif s['type'] == 'array':
        yield 'too many', [whole(s['items'])] * (s['maxItems'] + 1)
        if s.get('minItems'):
            yield 'too few', []
    elif s['type'] == 'string' and 'enum' in s:
        yield 'no word of it', 'nonsense'
        yield 'empty', ''
    elif s['type'] == 'string' and 'format' in s:
        yield from ((f'no {s["format"]}', v) for v in ('', 'x', '0' * 36, '2014-13-45', "' OR 1=1 --", '330102001\n'))
    elif s['type'] == 'string':
        yield 'too long', '长' * (s['maxLength'] + 1)
        yield 'NUL', 'a\0b'
        yield 'lone surrogate', Raw(r'"\ud800"')
        if s.get('minLength'):
            yield 'empty', ''


class Raw:
    """JSON text as it is."""

    def __init__(self, text):
        self.text = text


def text_of(document):
    """JSON with Raw parts as they are."""
    raws = []

    def other(v):
        raws.append(v.text)
        return f'@@{len(raws) - 1}@@'
    t = json.dumps(document, ensure_ascii=False, default=other)
    for i, r in enumerate(raws):
        t = t.replace(f'"@@{i}@@"', r)
    return t.encode()
