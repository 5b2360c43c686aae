"""CONTRIBUTING.md, "How to add an operation", done word by word on a scratch copy of the tree: opinion_thank in intake."""
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
import unittest

import xq

STREET = '330102001'
MODE = xq.BUILD.name.split('-')[0]
CC = 'clang' if xq.BUILD.name.endswith('-clang') else 'gcc'

# 1. Contract.
PATH = {
    'post': {
        'operationId': 'opinion_thank', 'summary': 'Thank for an answer', 'x-summary-zh': '感谢答复', 'tags': ['intake'], 'x-who': ['resident'],
        'x-act-in': 'opinion', 'x-run': 'write', 'x-retry': 'key', 'x-rate': 'opinion',
        'parameters': [{'name': 'opinion', 'in': 'path', 'required': True, 'schema': {'type': 'string', 'format': 'uuid'}}],
        'requestBody': {'required': True, 'content': {'application/json': {'schema': {
            'type': 'object', 'additionalProperties': False, 'required': ['stars'],
            'properties': {'stars': {'type': 'integer', 'minimum': 1, 'maximum': 5}}}}}},
        'responses': {'201': {'description': 'Thanked', 'content': {'application/json': {'schema': {
            'type': 'object', 'additionalProperties': False, 'required': ['opinion', 'stars'],
            'properties': {'opinion': {'type': 'string', 'format': 'uuid'}, 'stars': {'type': 'integer', 'minimum': 1, 'maximum': 5}}}}}},
            'default': {'$ref': '#/components/responses/problem'}}}}
# 2. Function.
FUNCTION = '''
int opinion_thank(struct call *c, const struct opinion_thank *in, struct err *e)
{
    AUTO_ROWS r = {0};
    if (db_one(c->db, SQL_OPINION_LOCK, &r, e, ARGS(arg_int4(c->street), arg_id(in->opinion))) < 0)
        return -1;
    if (row_null(&r, 0, "answered_at"))
        return FAIL(e, CONFLICT, "there is no answer yet" ZH "尚无答复");
    if (db_put(c->db, SQL_OPINION_THANK, AFFECTED_1, e,
               ARGS(arg_int4(c->street), arg_id(in->opinion), arg_id(c->person), arg_int(in->stars), arg_time(c->now), arg_time(c->wall))) < 0)
        return -1;
    struct opinion_thank_answer out = {in->opinion, in->stars};
    return answer(c, &out);
}
'''
# 3. SQL.
BLOCK = '''
-- name: opinion_thank
INSERT INTO intake.opinion_thanks (street, opinion, person, stars, thanked_at, recorded_at)
VALUES ($1::int, $2::uuid, $3::uuid, $4::int8::int, $5::timestamptz, $6::timestamptz)
'''
MIGRATION = '''CREATE TABLE intake.opinion_thanks (
  street int NOT NULL CONSTRAINT opinion_thanks_street CHECK (street BETWEEN 100000000 AND 999999999),
  opinion uuid NOT NULL,
  person uuid NOT NULL,
  stars int NOT NULL CONSTRAINT opinion_thanks_stars CHECK (stars BETWEEN 1 AND 5),
  thanked_at timestamptz NOT NULL,
  recorded_at timestamptz NOT NULL,
  CONSTRAINT opinion_thanks_pk PRIMARY KEY (street, opinion, person),
  CONSTRAINT opinion_thanks_opinion FOREIGN KEY (street, opinion) REFERENCES intake.opinion (street, id)
);
SELECT xq.distribute('intake.opinion_thanks', 'intake.stream_head');
GRANT SELECT, INSERT ON intake.opinion_thanks TO xq_intake;
'''
# 4. Test: behind the test that answers the opinion, and one violation.
TEST = '''
TEST(opinion_thank_counts_stars)
{
    ok(starts(ask("opinion_thank", stranger, fmt("opinion=%s", opinion), "{\\"stars\\":5}"), "201"), "a resident thanks");
    ok(starts(ask("opinion_thank", stranger, fmt("opinion=%s", opinion), "{\\"stars\\":6}"), "400"), "five stars at most");
}
'''
CASE = '''-- case: opinion_thanks_stars 23514
INSERT INTO intake.opinion_thanks (street, opinion, person, stars, thanked_at, recorded_at) VALUES (330102001, '018f0000-0000-7000-8000-000000000001', '018f0000-0000-7000-8000-000000000009', 6, '2014-01-02', '2014-01-02');
'''


def setUpModule():
    global scratch
    scratch = pathlib.Path(tempfile.mkdtemp(prefix='xq-scratch.', dir=xq.FOLDER))
    scratch.chmod(0o755)
    for name in ('Makefile', 'VERSION', 'common', 'deploy', 'docs', 'schemas', 'services', 'tests'):
        subprocess.run(['cp', '-a', str(xq.ROOT / name), str(scratch)], check=True)
    (scratch / 'build').mkdir()
    for name in (xq.BUILD.name, 'llhttp'):  # what is built already, with its dates
        if (xq.ROOT / 'build' / name).exists():
            subprocess.run(['cp', '-a', str(xq.ROOT / 'build' / name), str(scratch / 'build')], check=True)
    xq.BUILD = scratch / 'build' / xq.BUILD.name


def tearDownModule():
    shutil.rmtree(scratch, ignore_errors=True)


def make(*targets):
    """make's exit status and words."""
    r = subprocess.run(['make', '-j2', f'MODE={MODE}', f'CC={CC}', *targets], cwd=scratch, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                       stderr=subprocess.STDOUT, text=True, check=False)
    return r.returncode, r.stdout


def built(name):
    return str(xq.BUILD.relative_to(scratch) / name)


def edit(path, change):
    p = scratch / path
    p.write_text(change(p.read_text()))


def insert_before(text, mark):
    return lambda t: t.replace(mark, text + mark, 1) if mark in t else (_ for _ in ()).throw(AssertionError(f'no {mark!r}'))


class AddAnOperation(unittest.TestCase):
    """In the order of their names, as in the text."""

    def contract(self, path):
        p = scratch / 'schemas/api/intake.json'
        j = json.loads(p.read_text())
        j['paths']['/v1/opinions/{opinion}/thanks'] = path
        p.write_text(json.dumps(j, ensure_ascii=False, indent=2) + '\n')

    def test_0_the_text_names_what_there_is(self):
        text = (xq.ROOT / 'CONTRIBUTING.md').read_text()
        part = text[text.index('## How to add an operation'):]
        for word in ('opinion_thank', 'OP(opinion_thank)', 'make docs', 'xq.distribute', 'GRANT', '-- name: opinion_thank'):
            self.assertIn(word, part)
        for path in re.findall(r'`((?:schemas|services|tests|docs)/[\w/.]+)`', part):
            self.assertTrue((xq.ROOT / path).exists(), path)

    def test_1_contract(self):
        bad = json.loads(json.dumps(PATH))
        bad['post']['requestBody']['content']['application/json']['schema']['properties']['stars'] = {'oneOf': [{'type': 'integer'}]}
        self.contract(bad)
        status, said = make('docs')
        self.assertNotEqual(status, 0)
        self.assertIn('/properties/stars: ', said)  # the compiler names what is not in our subset
        self.contract(PATH)
        status, said = make('docs')
        self.assertEqual(status, 0, said)
        self.assertIn('opinion_thank', (scratch / 'docs/messages.md').read_text())

    def test_2_function(self):
        before = (scratch / 'services/intake/opinion.c').read_text()
        (scratch / 'services/intake/opinion.c').write_text(before + FUNCTION.replace('const struct opinion_thank *in', 'struct opinion_answer *in'))
        edit('services/intake/opinion.sql', lambda t: t + BLOCK)
        status, said = make(built('services/intake/opinion.o'))
        self.assertNotEqual(status, 0)
        self.assertIn('opinion_thank', said)  # a wrong type does not compile
        (scratch / 'services/intake/opinion.c').write_text(before + FUNCTION)
        status, said = make(built('bin/xq-intake'), built('bin/xq'))
        self.assertEqual(status, 0, said[-3000:])
        suite = xq.Suite()
        try:
            p = suite.service('intake').start()  # not in the table yet
            self.assertEqual(p.wait_exit(), 1)
            self.assertIn("opinion_thank has no function in the service's table", p.log_text())
        finally:
            suite.close()
        edit('services/intake/intake.c', insert_before('    OP(opinion_thank),\n', '    OP(receipt_get)'))

    def test_3_sql(self):
        number = len(list((scratch / 'schemas/sql/intake').glob('*.sql'))) + 1
        (scratch / f'schemas/sql/intake/{number:04d}_thanks.sql').write_text(MIGRATION)

    def test_4_test(self):
        edit('tests/sql/constraints_intake.sql', lambda t: t + CASE)
        edit('tests/service/test_intake.c', insert_before(TEST, '\nTEST(an_import_adds_nothing_twice)'))
        edit('tests/service/test_intake.c', insert_before('    run(opinion_thank_counts_stars);\n', '    run(an_import_adds_nothing_twice);'))
        status, said = make(built('test/test_intake'), built('bin/xq-intake'), built('bin/xq-gateway'), built('bin/xq-router'))
        self.assertEqual(status, 0, said[-3000:])

    def test_5_it_runs(self):
        suite = xq.Suite()
        self.addCleanup(suite.close)
        cluster = suite.start_cluster()
        r = subprocess.run([str(xq.BUILD / 'test/test_intake')], cwd=scratch, env={**os.environ, 'XQ_PG': cluster.conninfo}, stdout=subprocess.PIPE,
                           stderr=subprocess.STDOUT, text=True, timeout=60, check=False)
        self.assertEqual(r.returncode, 0, [x for x in r.stdout.splitlines() if not x.startswith('ok ')])
        self.assertIn('five stars at most', r.stdout)
        broken = self.psql(cluster, 'SET search_path = intake;' + CASE)
        self.assertIn('opinion_thanks_stars', broken)
        suite.xq('init', '--district', STREET[:6], '--name', '上城区', '--officer', '13800000001')
        officer = suite.token(self.psql(cluster, f"SELECT person FROM intake.appointment WHERE region = '{STREET[:6]}'").strip())
        resident = suite.token('01890000-0000-7000-8000-000013acf7d1', home=STREET)
        suite.router().start()
        for s in xq.SERVICES:
            if s == 'intake':
                suite.service(s).start()
        g = suite.gateway().start().wait_listening()
        put = {'name': '望江街道', 'households': 10, 'parent': STREET[:6]}
        said = []
        try:
            xq.wait_for('intake answers', 20, lambda: said.append(g.ask('PUT', f'/v1/regions/{STREET}', put, token=officer)) or said[-1].status == 200, every=0.2)
        except AssertionError as e:
            raise AssertionError(f'{e}: {said[-1].status} {said[-1].body}') from None
        a = g.ask('POST', '/v1/opinions', {'region': STREET, 'channel': 'call', 'subject': '灯', 'text': '灯坏了'}, key='o')
        self.assertEqual(a.status, 201, a.body)
        path = f'/v1/opinions/{a.json()["id"]}'
        self.assertEqual(g.ask('POST', path + '/thanks', {'stars': 5}, token=resident, key='early').status, 409)
        self.assertEqual(g.ask('POST', path + '/answers', {'text': '已修好'}, token=officer, key='a').status, 201)
        first = g.ask('POST', path + '/thanks', {'stars': 5}, token=resident, key='t')
        self.assertEqual((first.status, first.json()['stars']), (201, 5), first.body)
        self.assertEqual(g.ask('POST', path + '/thanks', {'stars': 5}, token=resident, key='t').body, first.body)  # idempotent by contract
        self.assertEqual(g.ask('POST', path + '/thanks', {'stars': 9}, token=resident, key='u').status, 400)
        self.assertEqual(g.ask('POST', path + '/thanks', {'stars': 5}, key='v').status, 401)
        self.assertIn('opinion_thank', g.ask('GET', '/v1/openapi.json').body.decode())

    def psql(self, cluster, sql):
        who = ['setpriv', '--reuid=postgres', '--regid=postgres', '--clear-groups'] if os.geteuid() == 0 else []
        r = subprocess.run([*who, 'psql', '-XAtq', '-d', cluster.conninfo, '-c', sql], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                           check=False, cwd='/')
        return r.stdout


if __name__ == '__main__':
    signal.signal(signal.SIGTERM, lambda *_: (_ for _ in ()).throw(SystemExit(1)))
    xq.main()
