"""The hot paths against their peers, alternated, on this machine. docs/performance.md says how to read it.

    /usr/bin/python3 tests/bench/bench.py [--regime F|R|FR] [--rounds N] [--seconds S] [--voting N] [--only PART]

Regime F: fair scheduling. R: every process of the measurement under SCHED_RR priority 1 (needs root). Each round runs every side of
a cell once, one after the other; ratios are made inside a round, and their median is what counts. Everything is measured through
HTTP; the fixture (200 projects open to likes, a contest) is put in by SQL. Writes build/bench.json and prints the same.
"""
import argparse
import json
import os
import pathlib
import random
import statistics
import subprocess
import sys
import time
import uuid

ROOT = pathlib.Path(__file__).resolve().parents[2]
HERE = ROOT / 'tests/bench'
os.environ.setdefault('XQ_BUILD', str(ROOT / 'build/release'))
sys.path.insert(0, str(ROOT / 'tests/suite'))
import xq  # noqa: E402

STREET = 330102001
VOTERS, COLD_VOTERS = 10000, 60000  # cold: more than a run can use
TICK = os.sysconf('SC_CLK_TCK')
PSQL = '/usr/lib/postgresql/15/bin/psql'
SETTINGS = '''
shared_buffers = 1GB
max_wal_size = 8GB
checkpoint_timeout = 1h
'''


def id_text(n):
    v = (int(time.time() * 1000) << 80) | (7 << 76) | (2 << 62) | (n << 30) | STREET
    return str(uuid.UUID(int=v))


def children(pid):
    """The process and all below it."""
    found, todo = [], [pid]
    while todo:
        p = todo.pop()
        found.append(p)
        try:
            todo += [int(x) for t in os.listdir(f'/proc/{p}/task') for x in open(f'/proc/{p}/task/{t}/children').read().split()]
        except OSError:
            pass
    return found


def cpu_of(pid, tree=False):
    """Seconds of CPU that a process (and those below it) used."""
    total = 0
    for p in children(pid) if tree else [pid]:
        try:
            f = open(f'/proc/{p}/stat').read().rsplit(')', 1)[1].split()
        except OSError:
            continue
        total += sum(int(f[i]) for i in ((11, 12, 13, 14) if tree else (11, 12)))
    return total / TICK


class Bench:
    def __init__(self, regime, options):
        self.regime, self.options = regime, options
        self.chrt = ['chrt', '-r', '1'] if regime == 'R' else []
        if self.chrt:  # children inherit it
            os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(1))
        else:
            os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))
        self.suite = xq.Suite({'common': {'clock': 'wall'}, 'gateway': {'per_address': 2000, 'connections': 2000}})
        self.suite.folder.chmod(0o711)  # the cluster runs as another user when we are root
        self.suite.start_cluster()
        folder = self.suite.folder
        conf = folder / 'pg/data/postgresql.conf'
        conf.write_text(conf.read_text() + SETTINGS)
        subprocess.run(['sh', str(ROOT / 'tests/pg.sh'), 'stop', str(folder / 'pg')], check=True)
        self.suite.start_cluster()
        self.host = str(folder / 'pg')
        self.postmaster = int(open(f'{self.host}/data/postmaster.pid').readline())
        self.suite.xq('migrate')
        self.contest = id_text(1)
        self.sql(f'\\set street {STREET}\n\\set contest {self.contest}\n' + (HERE / 'fixture.sql').read_text())
        self.projects = folder / 'projects'
        self.projects.write_text(self.sql('SELECT id FROM voting.project ORDER BY random();'))
        self.tokens = self.sign('tokens', VOTERS)
        self.cold_tokens = self.sign('cold', COLD_VOTERS)
        self.ours, self.peers, self.rows, self.seen = {}, {}, [], {}  # seen: requests since that side's start that each took the next token

    def close(self):
        for p in self.peers.values():
            p.kill()
            p.wait()
        self.suite.close()

    def sql(self, text):
        r = subprocess.run([PSQL, '-XAtq', '-v', 'ON_ERROR_STOP=1', '-h', self.host, '-U', 'xq_admin', '-d', 'xiangqin'], input=text,
                           text=True, stdout=subprocess.PIPE, check=True)
        return r.stdout

    def sign(self, name, count):
        path = self.suite.folder / name
        with open(path, 'w') as f:
            subprocess.run(['node', str(HERE / 'tokens.js'), str(self.suite.folder / 'keys/token.jwk'), str(count), f'{STREET}001'],
                           stdout=f, check=True)
        return path

    # --- the sides ---

    def start_ours(self, config=None):
        """The whole suite; returns the gateway."""
        s = self.suite
        s.write({'common': {'curve': True}, **(config or {})})
        parts = [s.router()] + [s.service(n) for n in xq.SERVICES] + [s.service('voting', instance=i + 2) for i in range(self.options.voting - 1)]
        gateway = s.gateway()
        for p in parts + [gateway]:
            p.start()
        gateway.wait_ready(30)
        self.ours = {f'{p.program}/{p.instance}': p for p in parts + [gateway]}
        return gateway

    def stop_ours(self):
        for p in reversed(self.ours.values()):
            p.stop()
            self.suite.processes.remove(p)
        self.ours, self.seen['ours'] = {}, 0

    def start_peers(self):
        conninfo = f'host={self.host} dbname=xiangqin user=xq_admin'
        self.ports = {'job': xq.free_port(), 'naive': xq.free_port()}
        self.start_job()
        self.peers['naive'] = subprocess.Popen([str(ROOT / 'build/bench/naive'), str(self.ports['naive']), conninfo])
        self.ports['bare'] = self.ports['job']

    def start_job(self):
        if 'job' in self.peers:
            self.peers['job'].kill()
            self.peers['job'].wait()
        self.peers['job'] = subprocess.Popen(
            ['node', str(HERE / 'peer/server.js'), str(self.ports['job']), self.host, '5432', 'xq_admin',
             str(self.suite.folder / 'keys/jwks.json'), '00' * 32])
        xq.wait_for('the peer listens', 10, lambda: self.listens(self.ports['job']))

    @staticmethod
    def listens(port):
        try:
            xq.socket.create_connection(('127.0.0.1', port), 1).close()
            return True
        except OSError:
            return False

    # --- one run ---

    def run(self, side, c, script='like.lua', hot=False, cold=False, in_turn=False):
        """wrk against one side; its figures, with CPU per request (wrk and PostgreSQL included)."""
        fresh = {'ours': 'voting.likes', 'job': 'bench.likes', 'bare': 'bench.likes', 'naive': 'bench.likes'}[side]
        self.sql(f'TRUNCATE {fresh};')
        if cold:
            self.restart_cold(side)
        port = self.suite.port if side == 'ours' else self.ports[side]
        env = {**os.environ, 'TOKENS': str(self.cold_tokens if cold else self.tokens), 'PROJECTS': str(self.projects), 'HOT': '1' if hot else '0',
               'IN_TURN': '1' if cold or in_turn else '0', 'PREFIX': '/bare' if side == 'bare' else '/v1', 'CONTEST': self.contest,
               'SEED': str(random.randrange(1, 1 << 30))}
        flips = self.flips() if side == 'ours' and script == 'like.lua' else None
        pids = {n: p.pid for n, p in self.ours.items()} if side == 'ours' else {side: self.peers['job' if side == 'bare' else side].pid}
        before, pg = {n: cpu_of(p) for n, p in pids.items()}, cpu_of(self.postmaster, True)
        wrk = subprocess.Popen(self.chrt + ['wrk', '-t1', f'-c{c}', f'-d{self.options.seconds}s', '-s', str(HERE / script), f'http://127.0.0.1:{port}'],
                               env=env, stdout=subprocess.PIPE, text=True)
        out = wrk.stdout.read()
        _, status, usage = os.wait4(wrk.pid, 0)
        wrk.returncode = status
        f = dict(x.split('=') for line in out.splitlines() if line.startswith('RESULT') for x in line.split()[1:])
        if not f or int(f['status_errors']) or int(f['socket_errors']) or not int(f['requests']):
            raise SystemExit(f'{side} c={c} {script}: {out[-400:]}')
        n = int(f['requests'])
        parts = {name: (cpu_of(p) - before[name]) * 1e6 / n for name, p in pids.items()}
        parts['postgres'] = (cpu_of(self.postmaster, True) - pg) * 1e6 / n
        parts['wrk'] = (usage.ru_utime + usage.ru_stime) * 1e6 / n
        if flips is not None:
            self.proof(n, flips)
        return {'n': n, 'rate': n * 1e6 / int(f['duration_us']), 'p50': int(f['p50_us']) / 1000, 'p99': int(f['p99_us']) / 1000,
                'cpu': sum(parts.values()), 'parts': parts}

    def restart_cold(self, side):
        self.seen[side] = 0
        if side == 'ours':
            self.ours['gateway/1'].stop()
            self.ours['gateway/1'].start().wait_ready()
        else:
            self.start_job()

    def flips(self):
        return int(self.sql('SELECT coalesce(sum(f), 0) FROM voting.heat_delta d, unnest(d.flips) f;') or 0)

    def proof(self, n, before):
        """Work that was acknowledged was stored: what the heat says is what the rows say."""
        stored, liked, heat = (int(x) for x in self.sql("""SELECT count(*), count(*) FILTER (WHERE liked),
            (SELECT coalesce(sum(f), 0) FROM voting.heat_delta d, unnest(d.flips) f) FROM voting.likes;""").split('|'))
        if not stored or heat - before != liked:
            raise SystemExit(f'{n} acknowledged, {stored} rows, {liked} liked, but heat moved by {heat - before}')

    # --- a cell: every side in turn, so many rounds ---

    def warm(self, side):
        """Every token was seen once."""
        while self.seen.get(side, 0) < VOTERS:
            self.seen[side] = self.seen.get(side, 0) + self.run(side, c=64, in_turn=True)['n']

    def cell(self, sides, rounds=None, **how):
        got = {s: [] for s in sides}
        self.sql('CHECKPOINT;')
        if not how.get('cold'):
            for s in {'ours', 'job'} & set(sides):
                self.warm(s)
        for s in sides:
            self.run(s, **how)  # the first one warms
        for r in range(rounds or self.options.rounds):
            for s in (sides if r % 2 == 0 else list(reversed(sides))):
                got[s].append(self.run(s, **how))
        return got

    def row(self, name, ours, peer, must=None, aim=None, less=False):
        """ours, peer: paired lists. less: smaller ratios are better."""
        ratios = [a / b for a, b in zip(ours, peer) if b]
        ratio = statistics.median(ratios)
        met = lambda goal: None if goal is None else bool(ratio <= goal if less else ratio >= goal)  # noqa: E731
        r = {'name': name, 'ours': round(statistics.median(ours), 3), 'peer': round(statistics.median(peer), 3), 'ratio': round(ratio, 3),
             'low': round(min(ratios), 3), 'high': round(max(ratios), 3), 'rounds': len(ratios), 'regime': self.regime, 'must': must, 'aim': aim,
             'must_met': met(must), 'aim_met': met(aim)}
        self.rows.append(r)
        sign = '<=' if less else '>='
        goal = lambda g, ok: '' if g is None else f'{sign} {g:g} {"yes" if ok else "NO"}'  # noqa: E731
        print(f'{self.regime} {name:58} {r["ours"]:>10,.2f} {r["peer"]:>10,.2f} {ratio:8.2f} [{r["low"]:.2f} {r["high"]:.2f}]  '
              f'{goal(must, r["must_met"]):14} {goal(aim, r["aim_met"]):14}', flush=True)

    def stages(self, name, runs):
        """Where the time goes, in microseconds of CPU per request."""
        parts = {}
        for n in runs[0]['parts']:
            parts[n.split('/')[0]] = parts.get(n.split('/')[0], 0) + statistics.median(r['parts'][n] for r in runs)
        print(f'  {name}: ' + ', '.join(f'{n} {v:.1f}' for n, v in sorted(parts.items(), key=lambda x: -x[1]) if v >= 0.05), flush=True)


def of(runs, what):
    return [r[what] for r in runs]


def part_likes(b):
    R = b.regime == 'R'
    spread = {}
    for c, must, aim, naive in ((1, None, None, None), (64, 4, 6, 7), (256, 5, 8, 9)):
        got = b.cell(['ours', 'job', 'bare', 'naive'], c=c)
        spread[c] = got
        if c == 1:
            b.row('like, spread, c=1: p50 ms, to same-job', of(got['ours'], 'p50'), of(got['job'], 'p50'), 1.6, 1.3, less=True)
        b.row(f'like, spread, c={c}: req/s, to same-job', of(got['ours'], 'rate'), of(got['job'], 'rate'), must, aim)
        b.row(f'like, spread, c={c}: req/s, to bare', of(got['ours'], 'rate'), of(got['bare'], 'rate'))
        b.row(f'like, spread, c={c}: req/s, to naive C', of(got['ours'], 'rate'), of(got['naive'], 'rate'), None, naive)
        if c == 64:
            b.row('like, spread, c=64: p99 ms, to same-job', of(got['ours'], 'p99'), of(got['job'], 'p99'), 0.25 if R else 0.333, 0.167, less=True)
            b.row('like, spread, c=64: p99 to our own p50', of(got['ours'], 'p99'), of(got['ours'], 'p50'), None, 2, less=True)
        if c == 256:
            b.row('like, spread, c=256: CPU us per like, all in, to same-job', of(got['ours'], 'cpu'), of(got['job'], 'cpu'), 0.2, 0.143, less=True)
        share = [r['parts']['router/1'] for r in got['ours']]
        if c > 1:
            b.row(f'like, spread, c={c}: router, share of the CPU', share, of(got['ours'], 'cpu'), 0.15, 0.05, less=True)
        b.stages(f'ours c={c}', got['ours'])
    hot = b.cell(['ours', 'job', 'bare', 'naive'], c=64, hot=True)
    b.row('like, one hot project, c=64: req/s, to same-job', of(hot['ours'], 'rate'), of(hot['job'], 'rate'), 8 if R else None, 12)
    b.row('like, one hot project, c=64: req/s, to bare', of(hot['ours'], 'rate'), of(hot['bare'], 'rate'))
    b.row('like, one hot project, c=64: req/s, to naive C', of(hot['ours'], 'rate'), of(hot['naive'], 'rate'))
    b.row('like, one hot project, c=64: req/s, to our own spread', of(hot['ours'], 'rate'), of(spread[64]['ours'], 'rate'), None, 0.95)
    b.stages('ours hot c=64', hot['ours'])
    for c in (1, 256):
        got = b.cell(['ours', 'job'], c=c, hot=True)
        b.row(f'like, one hot project, c={c}: req/s, to same-job', of(got['ours'], 'rate'), of(got['job'], 'rate'))


def part_plain(b):
    got = b.cell(['ours', 'job'], c=64, script='entry.lua')
    b.row('plain writes, one street, c=64: req/s, to same-job', of(got['ours'], 'rate'), of(got['job'], 'rate'), 5, 10)
    b.row('plain writes, one street, c=64: p99 ms, to same-job', of(got['ours'], 'p99'), of(got['job'], 'p99'), less=True)
    b.stages('ours', got['ours'])


def part_tokens(b):
    cold, warm = b.cell(['ours', 'job'], c=64, cold=True), b.cell(['ours'], c=64)
    b.row('like, cold tokens, c=64: req/s, to same-job', of(cold['ours'], 'rate'), of(cold['job'], 'rate'))
    b.row('like, c=64: cold tokens to our own warm ones', of(cold['ours'], 'rate'), of(warm['ours'], 'rate'))


def part_curve(b):
    """On and off in turn: the suite is started anew between them."""
    on, off = {64: [], 256: []}, {64: [], 256: []}
    for r in range(b.options.rounds):
        for curve in ((True, False) if r % 2 == 0 else (False, True)):
            b.stop_ours()
            b.start_ours({'common': {'curve': curve}})
            b.warm('ours')
            for c in on:
                (on if curve else off)[c].append(b.run('ours', c=c))
    for c in on:
        b.row(f'like, c={c}: CURVE on to off', of(on[c], 'rate'), of(off[c], 'rate'), 0.9, 0.97)


PARTS = {'likes': part_likes, 'plain': part_plain, 'tokens': part_tokens, 'curve': part_curve}


def main():
    a = argparse.ArgumentParser()
    a.add_argument('--regime', default='FR' if os.geteuid() == 0 else 'F', choices=['F', 'R', 'FR'])
    a.add_argument('--rounds', type=int, default=5)
    a.add_argument('--seconds', type=int, default=3)
    a.add_argument('--voting', type=int, default=1, help='instances of voting')
    a.add_argument('--only', choices=list(PARTS), action='append')
    options = a.parse_args()
    rows = []
    print(f'{os.cpu_count()} cores, {options.rounds} rounds of {options.seconds} s, voting x {options.voting}; ours, peer, ratio [low high], must, aim')
    for regime in options.regime:
        b = Bench(regime, options)
        try:
            b.start_peers()
            b.start_ours()
            for part in options.only or PARTS:
                PARTS[part](b)
        finally:
            b.close()
        rows += b.rows
    file = ROOT / 'build/bench.json'
    old = json.loads(file.read_text()) if file.exists() else []
    new = {(r['name'], r['regime']) for r in rows}
    file.write_text(json.dumps([r for r in old if (r['name'], r['regime']) not in new] + rows, indent=1, ensure_ascii=False) + '\n')
    missed = [r for r in rows if r['must_met'] is False]
    print(f'{len(rows)} rows in {file.relative_to(ROOT)}; must missed: {len(missed)}; aim missed: {sum(r["aim_met"] is False for r in rows)}')
    sys.exit(1 if missed else 0)


if __name__ == '__main__':
    main()
