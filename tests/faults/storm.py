"""A seeded storm over a running suite: kills with SIGKILL and freezes, every kind of program in turn, PostgreSQL's backends and its
postmaster too. Nobody helps the suite: `xq up` alone starts what died.

    up = Up(folder).start()
    storm = Storm(up, seed).start()          until stop(); storm.faults counts what it did
"""
import os
import pathlib
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / 'tests/suite'))
import xq  # noqa: E402  (the tests' own module, found by the line above)

PROGRAMS = ['router', 'gateway', *xq.SERVICES]
STREETS = ['330102001', '330102002']


def children(pid):
    try:
        return [int(p) for p in pathlib.Path(f'/proc/{pid}/task/{pid}/children').read_text().split()]
    except OSError:
        return []


def title(pid):
    """A PostgreSQL backend says in its command line whose it is and what it does."""
    try:
        return pathlib.Path(f'/proc/{pid}/cmdline').read_bytes().replace(b'\0', b' ').decode(errors='replace').strip()
    except OSError:
        return ''


class Up:
    """`xq up` in a folder of its own, as one would start it."""

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix='xq-faults.', dir=xq.FOLDER))
        self.folder.chmod(0o755)  # the cluster's user must reach it
        self.port = xq.free_port()
        self.p = None

    def xq(self, *args, **more):
        return [str(xq.BUILD / 'bin/xq'), *args, '--run', str(self.folder)], {'stdin': subprocess.DEVNULL, **more}

    def start(self):
        self.log = open(self.folder / 'up.log', 'wb')
        args, more = self.xq('up', '--no-demo', '--port', str(self.port), stdout=self.log, stderr=self.log)
        self.p = subprocess.Popen(args, **more)
        xq.wait_for('xq up is ready', 60, lambda: b'xiangqin runs at' in (self.folder / 'up.log').read_bytes() or self.p.poll() is not None, 0.1)
        if self.p.poll() is not None:
            raise AssertionError((self.folder / 'up.log').read_text())
        return self

    def demo(self, seed):
        """Plays the story; returns its last line. Fails with what it said when it ended early."""
        args, more = self.xq('demo', '--seed', str(seed), '--json', stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        r = subprocess.run(args, check=False, **more)
        if r.returncode != 0:
            raise AssertionError(f'the demo ended early: {r.stdout}')
        return r.stdout.strip().splitlines()[-1]

    def report(self, street):
        args, more = self.xq('report', '--street', street, '--json', stdout=subprocess.PIPE)
        return subprocess.run(args, check=True, **more).stdout

    def postmaster(self):
        """The cluster lies in the run folder, or where xq said that it lies."""
        line = [x for x in (self.folder / 'up.log').read_text().splitlines() if 'a private cluster in ' in x][0]
        self.cluster = line.split('a private cluster in ')[1].split(',')[0].strip()
        return int(pathlib.Path(self.cluster, 'data/postmaster.pid').read_text().split()[0])

    def sql(self, text):
        r = subprocess.run([xq.psql_program(), '-XAtq', '-F', '\t', '-h', self.cluster, '-U', 'xq_admin', '-d', 'xiangqin', '-c', text],
                           stdout=subprocess.PIPE, text=True, check=True)
        return [x.split('\t') for x in r.stdout.splitlines()]

    def close(self):
        if self.p and self.p.poll() is None:
            self.p.send_signal(signal.SIGTERM)
            try:
                self.p.wait(90)
            except subprocess.TimeoutExpired:
                self.p.kill()
        self.log.close()
        if not os.environ.get('XQ_KEEP'):
            shutil.rmtree(self.folder, ignore_errors=True)


class Storm:
    """Each round: every kind is killed once and frozen once, in an order of the seed's; then the next round, until stop()."""

    def __init__(self, up, seed, gap=(0.6, 1.8)):
        self.up, self.random, self.gap = up, random.Random(seed), gap
        self.faults, self.in_transaction, self.problems = {}, 0, []
        self.over = threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)

    def start(self):
        self.thread.start()
        return self

    def stop(self):
        self.over.set()
        self.thread.join(30)
        return self

    def pid_of(self, program):
        """xq up's child of that name; None while it is being started anew."""
        for pid in children(self.up.p.pid):
            if title(pid).split(' ')[0].endswith(f'/xq-{program}'):
                return pid
        return None

    def backends(self, service=''):
        return [p for p in children(self.up.postmaster()) if title(p).startswith(f'postgres: xq_{service}')]

    def moment_in_transaction(self, service, seconds=1.0):
        """Waits until a backend of the service holds a transaction open (its title says so), at most so long."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            for p in self.backends(service):
                if 'idle in transaction' in title(p):
                    return True
            time.sleep(0.0005)
        return False

    def kill(self, what):
        pid = self.up.postmaster() if what == 'postmaster' else self.random.choice(self.backends() or [0]) if what == 'backend' else self.pid_of(what)
        if pid:
            os.kill(pid, signal.SIGKILL)
        return bool(pid)

    def freeze(self, what):
        pid = self.random.choice(self.backends() or [0]) if what == 'backend' else self.pid_of(what)
        if not pid:
            return False
        if what in xq.SERVICES:
            self.moment_in_transaction(what)
        os.kill(pid, signal.SIGSTOP)
        if what in xq.SERVICES:
            self.in_transaction += any('idle in transaction' in title(p) for p in self.backends(what))
        try:
            self.over.wait(self.random.uniform(0.5, 3.0))
        finally:
            os.kill(pid, signal.SIGCONT)
        return True

    def round(self):
        kinds = [('kill', p) for p in [*PROGRAMS, 'backend', 'postmaster']] + [('freeze', p) for p in [*PROGRAMS, 'backend']]
        self.random.shuffle(kinds)
        for how, what in kinds:
            if self.over.wait(self.random.uniform(*self.gap)):
                return
            try:
                done = getattr(self, how)(what)
            except (OSError, IndexError, ValueError) as e:  # it died or was starting just then
                done = False
                self.problems.append(f'{how} {what}: {e}')
            if done:
                self.faults[f'{how} {what}'] = self.faults.get(f'{how} {what}', 0) + 1

    def run(self):
        while not self.over.is_set():
            self.round()

    def told(self):
        n = sum(self.faults.values())
        kills = sum(v for k, v in self.faults.items() if k.startswith('kill'))
        return f'{n} faults ({kills} kills, {n - kills} freezes, {self.in_transaction} of them inside a transaction), {len(self.faults)} of 17 kinds'


def stormy(up, demo_seed, storm_seed, say, gap=(0.6, 1.8)):
    """The demo under a storm; returns the reports of both streets and the storm."""
    storm = Storm(up, storm_seed, gap).start()
    began = time.monotonic()
    try:
        last = up.demo(demo_seed)
    finally:
        storm.stop()
    say(f'storm {storm_seed}, demo {demo_seed}: {time.monotonic() - began:.0f} s, {storm.told()}. {last}')
    return [up.report(s) for s in STREETS], storm
