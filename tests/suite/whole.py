"""The whole suite as a test has it: PostgreSQL, all seven programs, an officer in a street, and clients that ask until they know.

    suite = whole.Whole({'intake': 2}).open(story=NOW)        everything runs and is quiet; suite.officer is the first officer's token
    suite.settle()                                            a street, a community, and a write in every service
    load = whole.Load(suite).start() … load.stop()            a light load of writes on every service
    load.check(self)                                          what was acknowledged is there, and once
"""
import http.client
import itertools
import threading
import time
import uuid

import xq

STREET = '330102001'
PHONE = '13800000001'
UNKNOWN = (429, 500, 502, 503, 504)  # asked again with the same key, as every client must
ORDER = ['postgres', 'router', *xq.SERVICES, 'gateway']


class Whole(xq.Suite):
    def __init__(self, instances=None, config=None):
        self.instances = {**{s: 1 for s in ['router', 'gateway', *xq.SERVICES]}, **(instances or {})}
        super().__init__(config)
        self.program = {}  # (program, instance) -> Process
        self.officer = None

    def migrated(self):
        """PostgreSQL with every schema and the first officer; no program runs."""
        self.start_cluster()
        self.xq('migrate')
        self.xq('init', '--district', '330102', '--name', '上城区', '--officer', PHONE)
        for name, n in self.instances.items():
            for i in range(1, n + 1):
                make = {'router': self.router, 'gateway': self.gateway}.get(name)
                self.program[name, i] = make(instance=i) if make else self.service(name, instance=i)
        return self

    def open(self, story=None):
        """All of it, quiet, with the first officer's token. story: where the story clock begins; without, nobody tells the time."""
        self.migrated()
        self.start_all()
        if story:
            self.door.ask('GET', '/v1/status', headers={'X-Story-Time': story})
        self.door.wait_quiet()
        self.officer = self.xq('token', '--person', PHONE, '--home', STREET, '--port', str(self.port)).strip().splitlines()[-1]
        return self

    def start_all(self):
        for p in self.program.values():
            if not p.running():
                p.start()
        self.door.wait_ready(60)

    def stop_all(self):
        for p in reversed(list(self.program.values())):
            if p.running():
                p.stop()

    @property
    def door(self):
        return self.program['gateway', 1]

    def of(self, name):
        return [p for (n, _), p in self.program.items() if n == name]

    def start(self, name):
        self.cluster.start() if name == 'postgres' else [p.start() for p in self.of(name)]

    def stop(self, name):
        self.cluster.stop() if name == 'postgres' else [p.stop() for p in self.of(name)]

    def settle(self):
        for code, parent, name in [(STREET, '330102', '望江街道'), (STREET + '001', STREET, '近江社区')]:
            self.known('PUT', f'/v1/regions/{code}', {'name': name, 'households': 1000, 'parent': parent})
            self.door.wait_quiet()
        for make, _, _ in WRITES.values():  # a stream of each
            path, body = make(next(numbers))
            self.known('POST', path, body, str(uuid.uuid4()))
        return self

    def stored(self):
        """What every table of the suite holds: name -> (rows, digest). Two of these are equal when nothing was stored in between."""
        names = [f'{s}.{t}' for s, t in self.cluster.sql(
            "SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
            "WHERE c.relkind = 'r' AND n.nspname IN ('xq', '" + "', '".join(xq.SERVICES) + "') ORDER BY 1, 2")]
        got = self.cluster.sql(' UNION ALL '.join(
            f"SELECT '{n}', count(*), md5(coalesce(string_agg(t::text, ' ' ORDER BY t::text), '')) FROM {n} t" for n in names))
        return {n: (int(rows), digest) for n, rows, digest in got}

    def known(self, method, path, body=None, key=None, token=None, headers=None, seconds=30, tried=None):
        """Asks until the outcome is known; tried: a list that hears every answer on the way (0 = none). Fails on a refusal."""
        until = time.monotonic() + seconds
        for wait in itertools.chain([0.025, 0.05, 0.1, 0.2], itertools.repeat(0.3)):
            a = attempt(self.door, method, path, body, key, token or self.officer, headers)
            if tried is not None:
                tried.append(a.status if a else 0)
            if a and a.status not in UNKNOWN:
                if a.status > 299:
                    raise AssertionError(f'{method} {path}: {a.status} {a.body}')
                return a
            if time.monotonic() > until:
                raise AssertionError(f'{method} {path}: not known after {seconds} s: {a and (a.status, a.body)}')
            time.sleep(wait)

    def holder(self, service, seconds=5):
        """The process whose transaction waits for a lock."""
        ask = f"SELECT application_name FROM pg_stat_activity WHERE application_name LIKE '{service}/%' AND wait_event_type = 'Lock'"
        rows = xq.wait_for(f'{service} waits for a lock', seconds, lambda: self.cluster.sql(ask), 0.005)
        return self.program[service, int(rows[0][0].split('/')[1])]


def attempt(gateway, method, path, body, key, token, headers=None):
    try:
        return gateway.ask(method, path, body, token, key, headers)
    except (OSError, http.client.HTTPException):
        return None


# --- a write of each service: (path, body) made of a number, the member of the answer that names the row, and where the row must be

def opinion(n):
    return '/v1/opinions', {'region': STREET, 'channel': 'website', 'subject': f'意见 {n}', 'text': '楼道没有扶手'}


def sponsor(n):
    return '/v1/sponsors', {'region': STREET, 'name': f'云上实业 {n}', 'kind': 'company'}


def ambassador(_):
    return '/v1/ambassadors', {'person': str(uuid.uuid4()), 'region': STREET, 'kind': 'resident'}


def person(n):
    return '/v1/persons', {'home': [STREET + '001'], 'phone': str(19000000000 + n)}


WRITES = {
    'intake': (opinion, 'id', 'intake.opinion'),
    'matching': (sponsor, 'id', 'matching.sponsor'),
    'supervision': (ambassador, 'id', 'supervision.ambassador'),
    'notification': (person, 'person', 'notification.person'),
}
numbers = itertools.count(1)


def proposals(suite, n):
    """n published proposals, for first notices: the writes of voting."""
    path, body = opinion(0)
    opinions = [suite.known('POST', path, body, str(uuid.uuid4())).json()['id']]
    ids = []
    for i in range(n):
        body = {'round': 2014, 'region': STREET + '001', 'category': 'care', 'title': f'扶手 {i}', 'summary': '居民意见汇总', 'estimate_fen': 100, 'opinions': opinions,
                'lines': [{'kind': 'money', 'amount': 100, 'unit': 'fen', 'what': '资金'}]}
        ids.append(suite.known('POST', f'/v1/streets/{STREET}/proposals', body, str(uuid.uuid4())).json()['id'])
    suite.known('POST', f'/v1/streets/{STREET}/publications', {'proposals': ids}, str(uuid.uuid4()))
    suite.door.wait_quiet()
    return ids


class Load:
    """One client per service, a write every `every` seconds; each asks until it knows, always with the same key."""

    def __init__(self, suite, services=('intake', 'matching', 'supervision', 'notification'), every=0.03, items=None):
        self.suite, self.every = suite, every
        self.done = {s: [] for s in services}  # ids that were acknowledged
        self.tried = {s: [] for s in services}
        self.slowest = {s: 0.0 for s in services}
        self.items, self.problems = list(items or []), []
        self.over = threading.Event()
        self.before = {s: self.count(s) for s in services}
        self.threads = [threading.Thread(target=self.run, args=(s,), daemon=True) for s in services]

    def start(self):
        for t in self.threads:
            t.start()
        return self

    def stop(self):
        self.over.set()
        for t in self.threads:
            t.join(60)
        return self

    def table(self, service):
        return 'voting.notice' if service == 'voting' else WRITES[service][2]

    def count(self, service):
        return int(self.suite.cluster.value(f'SELECT count(*) FROM {self.table(service)}'))

    def request(self, service):
        if service == 'voting':
            return f'/v1/streets/{STREET}/notices', {'kind': 'first', 'round': 2014, 'items': [self.items.pop()], 'places': [STREET], 'days': 7}, 'id'
        make, member, _ = WRITES[service]
        return (*make(next(numbers)), member)

    def run(self, service):
        try:
            while not self.over.is_set() and (service != 'voting' or self.items):
                path, body, member = self.request(service)
                began = time.monotonic()
                a = self.suite.known('POST', path, body, str(uuid.uuid4()), tried=self.tried[service])
                self.slowest[service] = max(self.slowest[service], time.monotonic() - began)
                self.done[service].append(a.json()[member])
                time.sleep(self.every)
        except AssertionError as e:
            self.problems.append(f'{service}: {e}')

    def repeats(self):
        """How many attempts of how many were not the last: {service: (repeated, calls)}."""
        return {s: (len(t) - len(self.done[s]), len(self.done[s])) for s, t in self.tried.items()}

    def check(self, test):
        """Acknowledged = there, and exactly once; nothing else is there."""
        test.assertEqual(self.problems, [])
        for s, ids in self.done.items():
            test.assertGreater(len(ids), 0, s)
            test.assertEqual(len(set(ids)), len(ids), f'{s}: one id answered twice')
            there = {r[0] for r in self.suite.cluster.sql(f'SELECT id FROM {self.table(s)}')}
            test.assertEqual([i for i in ids if i not in there], [], f'{s}: acknowledged and lost')
            test.assertEqual(self.count(s) - self.before[s], len(ids), f'{s}: stored more often than asked')
