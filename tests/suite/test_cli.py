"""xq as an administrator meets it: up and down, what it says when something is wrong, what it refuses, and the import of opinions.

The programs are copied into a tree of their own, so that the default run folder, an ordinary user and half-applied migrations can be tried.
"""
import http.client
import json
import os
import pathlib
import pwd
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import unittest

import xq

STREET = '330102001'
PROGRAMS = ['router', 'gateway', *xq.SERVICES]
ROOT_USER = os.geteuid() == 0


def setUpModule():
    global box, tree, XQ
    box = pathlib.Path(tempfile.mkdtemp(prefix='xq-cli.', dir=xq.FOLDER))
    box.chmod(0o755)
    tree = box / 'tree'
    bin_ = tree / 'build/x/bin'
    bin_.mkdir(parents=True)
    for p in ['xq', *(f'xq-{p}' for p in PROGRAMS)]:
        shutil.copy(xq.BUILD / 'bin' / p, bin_ / p)
    shutil.copytree(xq.ROOT / 'schemas/sql', tree / 'schemas/sql')
    (tree / 'deploy/local').mkdir(parents=True)
    shutil.copy(xq.ROOT / 'deploy/local/xiangqin.conf.in', tree / 'deploy/local')
    subprocess.run(['chmod', '-R', 'go+rX', str(tree)], check=True)
    XQ = str(bin_ / 'xq')


def tearDownModule():
    for run in Run.made:
        run.close()
    shutil.rmtree(box, ignore_errors=True)


def nobody(user):
    """The words before a command that run it as another user."""
    u = pwd.getpwnam(user)
    return ['setpriv', f'--reuid={u.pw_uid}', f'--regid={u.pw_gid}', '--clear-groups', 'env', 'HOME=/nonexistent']


def xq_run(*args, run=None, user=None, timeout=60, **more):
    words = [*(nobody(user) if user else []), *(['env', f'XQ_RUN={run}'] if run else []), XQ, *args]
    return subprocess.run(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=timeout, check=False,
                          cwd='/', **more)


def busy():
    """How many times more than its processors can do others ask of this machine: limits in seconds hold on a machine that is ours."""
    return max(1.0, os.getloadavg()[0] / os.cpu_count())


class Run:
    """A run folder and its port."""

    made = []

    def __init__(self, name, user=None, folder=None):
        self.folder, self.user, self.port = pathlib.Path(folder or box / name), user, xq.free_port()
        Run.made.append(self)

    def xq(self, *args, **more):
        return xq_run(*args, run=self.folder, user=self.user, **more)

    def up(self, *args, timeout=90):
        began = time.monotonic()
        r = self.xq('up', '--port', str(self.port), *args, timeout=timeout)
        r.seconds = time.monotonic() - began
        return r

    def start(self, *args):
        r = self.up('--no-demo', '--detach', *args)
        if r.returncode != 0:
            raise AssertionError(r.stderr)
        return r

    def street(self):
        """Puts the street there, in the words that xq up prints."""
        token = self.xq('token', '--person', '13800000001').stdout.strip()
        c = http.client.HTTPConnection('127.0.0.1', self.port, timeout=5)
        c.request('PUT', f'/v1/regions/{STREET}', json.dumps({'name': '望江街道', 'households': 0, 'parent': STREET[:6]}),
                  {'Authorization': f'Bearer {token}', 'Content-Type': 'application/json'})
        status = c.getresponse().status
        c.close()
        if status != 200:
            raise AssertionError(f'region_put answered {status}')

    def foreground(self, *args):
        """A terminal's Ctrl-C reaches the whole process group: this one is a group of its own."""
        log = open(box / 'foreground.log', 'w+b')
        return subprocess.Popen([XQ, 'up', '--no-demo', '--port', str(self.port), '--run', str(self.folder), *args], stdin=subprocess.DEVNULL,
                                stdout=log, stderr=log, start_new_session=True, cwd='/')

    def down(self):
        return self.xq('down')

    def ask(self, method, path, body=None, key=None):
        c = http.client.HTTPConnection('127.0.0.1', self.port, timeout=5)
        try:
            headers = {'Content-Type': 'application/json', **({'Idempotency-Key': key} if key else {})}
            c.request(method, path, json.dumps(body) if body is not None else None, headers)
            r = c.getresponse()
            return r.status, json.loads(r.read() or b'{}')
        finally:
            c.close()

    def ready(self):
        try:
            return self.ask('GET', '/readyz')[0] == 200
        except (OSError, ValueError, http.client.HTTPException):
            return False

    def processes(self):
        """pid → command line of everything that runs in this folder, PostgreSQL included."""
        found = {}
        for p in pathlib.Path('/proc').iterdir():
            if not p.name.isdigit() or int(p.name) == os.getpid():
                continue
            try:
                words = (p / 'cmdline').read_bytes().replace(b'\0', b' ').decode(errors='replace')
                state = (p / 'stat').read_text().rsplit(')', 1)[1].split()[0]
            except OSError:
                continue
            if f'{self.folder}/' in words + '/' and state != 'Z':
                found[int(p.name)] = words
        return found

    def pid_of(self, program):
        return next((pid for pid, words in self.processes().items() if f'/xq-{program} ' in words), None)

    def nothing_runs(self, seconds=10):
        xq.wait_for(f'nothing is left of {self.folder}', seconds, lambda: not self.processes())

    def conf(self):
        return self.folder / 'xiangqin.conf'

    def psql(self, sql, role='xq_admin'):
        r = subprocess.run([*(nobody('postgres') if ROOT_USER else []), 'psql', '-XAtq', '-h', str(self.folder / 'pg'), '-U', role, '-d', 'xiangqin',
                            '-c', sql], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False, cwd='/')
        if r.returncode:
            raise AssertionError(r.stderr)
        return r.stdout.strip()

    def close(self):
        if self.folder.exists():
            self.down()
        for pid in self.processes():
            os.kill(pid, signal.SIGKILL)


def opinion(run, key):
    return run.ask('POST', '/v1/opinions', {'region': STREET, 'channel': 'website', 'subject': '扶手', 'text': '三单元没有扶手'}, key)


def opinions_total(run):
    return run.ask('GET', f'/v1/streets/{STREET}/report')[1].get('opinions', {}).get('total', 0)


class Words(unittest.TestCase):
    """The command line itself."""

    def commands(self):
        text = xq_run('--help').stdout
        return [c.strip() for c in re.findall(r'^  ([a-z]+(?: [a-z]+)?)  +\S', text, re.M)]

    def test_every_help_has_an_example(self):
        names = self.commands()
        self.assertGreaterEqual(len(names), 10)
        for name in names:
            with self.subTest(name):
                r = xq_run(*name.split(), '--help')
                self.assertEqual(r.returncode, 0)
                self.assertRegex(r.stdout, rf'Example:\n  xq {name}')
                self.assertIn('--run DIR', r.stdout)
        for p in PROGRAMS:
            with self.subTest(p):
                r = subprocess.run([str(pathlib.Path(XQ).parent / f'xq-{p}'), '--help'], stdout=subprocess.PIPE, text=True, check=False)
                self.assertEqual(r.returncode, 0)
                self.assertIn('example: ', r.stdout)

    def test_wrong_words(self):
        for words, say in [(['up', '--prot', '1'], '--prot'), (['up', '--port'], 'needs a value'), (['up', '--port', 'x'], 'from 1 to 65535'),
                           (['up', '--port', '70000'], 'from 1 to 65535'), (['up', '--detach=yes'], 'takes no value'), (['fly'], "'fly'"),
                           (['import', 'opinions'], 'FILE.jsonl'), (['report'], '--street'), (['import', 'opinions', 'f', '--street', '33'], '--channel')]:
            with self.subTest(' '.join(words)):
                r = xq_run(*words, run=box / 'words')
                self.assertEqual(r.returncode, 2, r.stderr)
                self.assertIn(say, r.stderr)
                self.assertRegex(r.stderr, '[\u4e00-\u9fff]')  # and in Chinese
        self.assertEqual(xq_run().returncode, 2)

    def test_nothing_runs_is_said(self):
        r = xq_run('status', run=box / 'nowhere')
        self.assertEqual(r.returncode, 1)
        self.assertIn(f'xq up --run {box}/nowhere', r.stderr)


class Configuration(unittest.TestCase):
    """What is wrong is named with file and line."""

    def conf(self, text):
        folder = box / 'conf'
        folder.mkdir(exist_ok=True)
        (folder / 'xiangqin.conf').write_text(text)
        return folder

    def refused(self, program, text, *say):
        folder = self.conf(text)
        path = folder / 'xiangqin.conf'
        words = [XQ, 'status', '--run', str(folder)] if program == 'xq' else [str(pathlib.Path(XQ).parent / f'xq-{program}'), '--config', str(path)]
        r = subprocess.run(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=20, check=False)
        self.assertNotEqual(r.returncode, 0)
        for s in say:
            self.assertIn(s.replace('FILE', str(path)), r.stdout)

    def test_file_and_line(self):
        self.refused('xq', 'common: {\n  clock = "wall";\n  clok = "story";\n};\n', 'FILE:3', 'clok', 'clock')
        self.refused('voting', 'common: {};\nvoting: {\n  instances = "two";\n};\n', 'FILE:3', 'instances', 'whole number')
        self.refused('gateway', 'common: {};\n\ngateway: { port = 99999; };\n', 'FILE:3', 'port', '65535')
        self.refused('intake', 'common: {\n  keys = "keys"\n  run = \n};\n', 'FILE:', 'error')
        self.refused('router', 'color = "red";\n', 'FILE:1', 'color')
        self.refused('matching', 'common: {};\nmatching: { colour = 1; };\n', 'FILE:2', 'colour')


class UpAndDown(unittest.TestCase):
    """In the order of their names: one run folder, from empty to --fresh."""

    @classmethod
    def setUpClass(cls):
        cls.run_ = Run('up')

    def test_1_a_taken_port_is_named(self):
        with socket.create_server(('127.0.0.1', self.run_.port)):
            r = self.run_.up('--no-demo')
        self.assertEqual(r.returncode, 1)
        self.assertIn(f'port {self.run_.port} on 127.0.0.1 is taken', r.stderr)
        self.assertIn(f'--port {self.run_.port + 1}', r.stderr)
        self.run_.nothing_runs(1)
        r = xq_run('up', '--port', '1', '--no-demo', run=box / 'low', user='nobody') if ROOT_USER else None
        if r:
            self.assertEqual(r.returncode, 1)

    def test_2_up_detached(self):
        r = self.run_.start()
        self.assertIn(f'http://127.0.0.1:{self.run_.port}/streets/{STREET}', r.stderr)
        type(self).lines = re.findall(r'^  ((?:curl|T=).*)$', r.stderr, re.M)
        self.assertEqual(len(self.lines), 7)  # five, and in an empty database two before them
        self.assertTrue(self.run_.ready())
        self.assertEqual(opinions_total(self.run_), 0)
        for setting, value in [('data_checksums', 'on'), ('fsync', 'on'), ('listen_addresses', '')]:
            self.assertEqual(self.run_.psql(f'SHOW {setting}'), value, setting)
        again = self.run_.up('--no-demo')
        self.assertEqual(again.returncode, 1)
        self.assertIn('runs already', again.stderr)
        self.assertIn('xq down', again.stderr)

    def test_3_the_printed_lines_work(self):
        for line in self.lines[1:]:
            with self.subTest(line):
                r = subprocess.run(['sh', '-c', f'{self.lines[0]}\n{line} --fail'], stdout=subprocess.PIPE, text=True, timeout=20, check=False, cwd='/')
                self.assertEqual(r.returncode, 0)
                json.loads(r.stdout)
        # A router tells of itself once a second, and what the lines above stored is still on its way.
        ready = lambda: re.findall(r'^(\S+) +ready +pid \d+ +lag 0', self.run_.xq('status').stdout, re.M)  # noqa: E731
        xq.wait_for('all are there, in this order', 10, lambda: ready() == [f'{p}.1' for p in PROGRAMS], every=0.2)
        r = self.run_.xq('status')
        self.assertEqual(r.returncode, 0, r.stdout)
        self.assertIn('All is well', r.stdout)
        j = json.loads(self.run_.xq('status', '--json').stdout)
        self.assertEqual([p['name'] for p in j['processes']], [f'{p}.1' for p in PROGRAMS])

    def test_4_a_killed_process_is_back_within_a_second(self):
        for p in PROGRAMS:
            with self.subTest(p):
                old = self.run_.pid_of(p)
                os.kill(old, signal.SIGKILL)
                began = time.monotonic()
                xq.wait_for(f'{p} is back', 1, lambda p=p, old=old: self.run_.pid_of(p) not in (None, old), every=0.01)
                print(f'# {p} is back after {time.monotonic() - began:.2f} s')
        xq.wait_for('all is ready', 10, self.run_.ready, every=0.1)
        xq.wait_for('status says so', 10, lambda: self.run_.xq('status').returncode == 0, every=0.2)

    def test_5_status_names_what_is_wrong(self):
        pid = self.run_.pid_of('voting')
        os.kill(pid, signal.SIGSTOP)
        try:
            r = xq.wait_for('status notices', 15, lambda: (lambda r: r if r.returncode == 3 else None)(self.run_.xq('status')), every=0.3)
            self.assertRegex(r.stdout, r'! voting(\.1)?: .*\n    voting(\.1)?：[\u4e00-\u9fff]')
        finally:
            os.kill(pid, signal.SIGCONT)
        xq.wait_for('and that it is over', 15, lambda: self.run_.xq('status').returncode == 0, every=0.3)

    def test_6_a_second_run_keeps_the_data_and_starts_fast(self):
        status, made = opinion(self.run_, 'kept')
        self.assertEqual(status, 201, made)
        self.assertEqual(self.run_.down().stdout, 'Stopped\n')
        self.run_.nothing_runs(1)
        r = self.run_.start()
        print(f'# second start: {r.seconds:.2f} s; the machine is {busy():.1f} times as busy as it can be')
        self.assertLess(r.seconds, 5 * busy())
        self.assertEqual(self.run_.ask('GET', f'/v1/receipts/{made["receipt"]}')[0], 200)
        self.assertEqual(self.run_.down().returncode, 0)
        self.assertIn('Nothing runs', self.run_.down().stdout)

    def test_7_ctrl_c_stops_everything(self):
        self.run_.down()
        for seconds in (0.05, 0.4, 1.0, None):
            with self.subTest(seconds):
                p = self.run_.foreground()
                if seconds is None:
                    xq.wait_for('up', 30, self.run_.ready, every=0.1)
                    xq.wait_for('and said so', 10, lambda: 'Open the street' in (box / 'foreground.log').read_text())
                else:
                    time.sleep(seconds)
                os.killpg(p.pid, signal.SIGINT)
                self.assertIn(p.wait(20), (0,) if seconds is None else (0, 130, -signal.SIGINT))
                self.run_.nothing_runs(0.5)

    def test_8_a_killed_run_is_taken_up(self):
        self.run_.down()
        for seconds in (0.3, None):
            with self.subTest(seconds):
                p = self.run_.foreground()
                if seconds is None:
                    xq.wait_for('up', 30, self.run_.ready, every=0.1)
                else:
                    time.sleep(seconds)
                p.kill()
                p.wait()
                self.run_.start()  # at once: its processes are on their way out, PostgreSQL runs, pid file and sockets are stale
                self.assertTrue(self.run_.ready())
                self.assertEqual(len([w for w in self.run_.processes().values() if re.search(r'/bin/xq-\w+ --config', w)]), len(PROGRAMS))
                self.run_.down()
                self.run_.nothing_runs(1)

    def test_9_fresh_begins_again(self):
        self.run_.down()
        self.run_.start()
        self.assertGreaterEqual(opinions_total(self.run_), 1)
        self.run_.down()
        key = (self.run_.folder / 'keys/voter.key').read_text()
        self.run_.start('--fresh')
        self.assertEqual(opinions_total(self.run_), 0)
        self.assertEqual((self.run_.folder / 'keys/voter.key').read_text(), key)
        self.run_.down()


class Instances(unittest.TestCase):
    def test_as_many_as_the_configuration_says(self):
        run = Run('many')
        run.start()
        run.down()
        run.conf().write_text(run.conf().read_text().replace('voting: { instances = 1; }', 'voting: { instances = 3; }'))
        run.start()
        r = xq.wait_for('all three run', 10, lambda: (lambda r: r if r.returncode == 0 else None)(run.xq('status')), every=0.2)
        self.assertEqual(re.findall(r'^voting\.\d+', r.stdout, re.M), ['voting.1', 'voting.2', 'voting.3'])
        run.down()
        run.nothing_runs(1)


class HalfFinished(unittest.TestCase):
    """What a killed run may leave, made on purpose."""

    def test_an_interrupted_migration_is_completed(self):
        run = Run('half')
        later = tree / 'schemas/sql/voting'
        aside = tree / 'voting.aside'
        later.rename(aside)  # as if the process had ended before these files
        try:
            r = run.xq('cluster', 'start')
            self.assertEqual(r.returncode, 0, r.stderr)
            self.assertEqual(run.xq('keys').returncode, 0)
            r = run.xq('migrate')
            self.assertEqual(r.returncode, 0, r.stderr)
        finally:
            aside.rename(later)
        lock = subprocess.Popen([*(nobody('postgres') if ROOT_USER else []), 'psql', '-XAtq', '-h', str(run.folder / 'pg'), '-U', 'xq_admin', '-d',
                                 'xiangqin'], stdin=subprocess.PIPE, text=True, cwd='/')
        lock.stdin.write('BEGIN; LOCK TABLE xq.migration;\n')
        lock.stdin.flush()
        xq.wait_for('the lock is held', 5, lambda: run.psql("SELECT count(*) FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND granted") != '0')
        p = run.foreground()  # waits inside the migration
        xq.wait_for('it migrates', 10, lambda: run.psql("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'xq/migrate'") == '1')
        p.kill()
        p.wait()
        lock.kill()
        lock.wait()
        run.start()
        self.assertIn('Up to date', run.xq('migrate').stdout.replace('The database is up', 'Up'))
        self.assertTrue(run.ready())
        run.down()

    def test_half_an_initdb_is_made_anew(self):
        run = Run('initdb')
        (run.folder / 'pg/data.new/base').mkdir(parents=True)
        (run.folder / 'pg/data.new/PG_VERSION').write_text('15\n')
        if ROOT_USER:
            subprocess.run(['chown', '-R', 'postgres:', str(run.folder / 'pg')], check=True)
        run.start()
        self.assertTrue(run.ready())
        run.down()

    def test_stale_files(self):
        run = Run('stale')
        run.folder.mkdir()
        (run.folder / 'xq.pid').write_text('999999\n')
        (run.folder / 'port').write_text('1\n')
        for name in ('calls', 'pub', 'sub', 'work'):
            with socket.socket(socket.AF_UNIX) as s:
                s.bind(str(run.folder / f'router.{name}'))
        run.start()
        self.assertTrue(run.ready())
        run.down()

    def test_data_without_their_keys_are_refused(self):
        run = Run('keyless')
        run.start()
        run.down()
        shutil.rmtree(run.folder / 'keys')
        r = run.up('--no-demo')
        self.assertEqual(r.returncode, 1)
        self.assertIn('--fresh', r.stderr)
        run.start('--fresh')
        run.down()

    def test_the_demo_leaves_other_peoples_data_alone(self):
        run = Run('full')
        run.start()
        run.street()
        self.assertEqual(opinion(run, 'mine')[0], 201)
        run.down()
        r = run.up('--detach')  # without --no-demo
        self.assertEqual(r.returncode, 0, r.stderr)
        self.assertNotIn('residents', r.stderr)
        self.assertEqual(opinions_total(run), 1)
        run.down()


class Users(unittest.TestCase):
    def setUp(self):
        if not ROOT_USER:
            self.skipTest('only root can try other users')

    def test_an_ordinary_user(self):
        home = box / 'nobody'
        home.mkdir()
        shutil.chown(home, 'nobody')
        run = Run('-', user='nobody', folder=home / 'run')
        run.start()
        self.assertEqual(run.xq('status').returncode, 0)
        owners = {pathlib.Path(f'/proc/{p}').stat().st_uid for p in run.processes()}
        self.assertEqual(owners, {pwd.getpwnam('nobody').pw_uid})
        run.down()
        run.nothing_runs(1)
        r = xq_run('up', '--no-demo', run=run.folder)  # root in the folder of somebody else
        self.assertEqual(r.returncode, 1)
        self.assertIn('nobody', r.stderr)
        run.start()  # and nothing was spoilt
        run.down()

    def test_a_folder_that_is_not_ours(self):
        home = box / 'roots'
        home.mkdir()
        r = xq_run('up', '--no-demo', run=home, user='nobody')
        self.assertEqual(r.returncode, 1)
        self.assertRegex(r.stderr, rf'{home} belongs to the user root; .*--run DIR')

    def test_where_postgres_cannot_go(self):
        home = box / 'closed'
        home.mkdir(mode=0o700)
        run = Run('-', folder=home / 'run')
        r = run.start()
        try:
            m = re.search(r'PostgreSQL: a private cluster in (/var/lib/xiangqin-\S+), as user \w+, who cannot reach the run folder', r.stderr)
            self.assertTrue(m, r.stderr)
            self.assertTrue(run.ready())
        finally:
            run.down()
        if m:
            shutil.rmtree(m.group(1))


class Refusals(unittest.TestCase):
    """Unsafe settings end the start with a reason that has a name."""

    @classmethod
    def setUpClass(cls):
        cls.run_ = Run('refusals')
        cls.run_.start()
        cls.run_.down()
        cls.text = cls.run_.conf().read_text()

    def tearDown(self):
        self.run_.conf().write_text(self.text)
        self.run_.down()

    def alone(self, program):
        """One program by hand: its exit status and words."""
        r = subprocess.run([str(pathlib.Path(XQ).parent / f'xq-{program}'), '--config', str(self.run_.conf())], stdin=subprocess.DEVNULL,
                           stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=20, check=False)
        return r.returncode, r.stdout

    def server(self, setting):
        path = self.run_.folder / 'pg/data/postgresql.auto.conf'
        path.write_text(setting + '\n')

    def test_an_unsafe_server(self):
        for name in ('fsync', 'full_page_writes', 'synchronous_commit'):
            with self.subTest(name):
                self.server(f'{name} = off')
                try:
                    r = self.run_.up('--no-demo')
                    self.assertEqual(r.returncode, 1)
                    self.assertIn(f'unsafe_{name}: ', r.stderr)
                    self.run_.nothing_runs(1)
                    self.assertEqual(self.run_.xq('cluster', 'start').returncode, 0)
                    code, text = self.alone('intake')
                    self.assertEqual(code, 1)
                    self.assertIn(f'xq-intake: unsafe_{name}: ', text)
                finally:
                    self.server('')
                    self.run_.xq('cluster', 'stop')

    def test_an_unsafe_role_is_shown_by_up(self):
        self.run_.xq('cluster', 'start')
        self.run_.psql('ALTER ROLE xq_voting SET synchronous_commit = off')
        try:
            r = self.run_.up('--no-demo')
            self.assertEqual(r.returncode, 1)
            self.assertIn('xq-voting does not start: xq-voting: unsafe_synchronous_commit', r.stderr)
            self.run_.nothing_runs(1)
        finally:
            self.run_.xq('cluster', 'start')
            self.run_.psql('ALTER ROLE xq_voting RESET synchronous_commit')

    def test_keys_that_others_may_read(self):
        for file, program in [('router.key', 'router'), ('gateway.key', 'gateway'), ('client.salt', 'gateway'), ('intake.key', 'intake'),
                              ('voter.key', 'voting'), ('matching.key', 'matching'), ('supervision.key', 'supervision'),
                              ('person.key', 'notification'), ('vault.key', 'notification'), ('token.jwk', 'notification')]:
            with self.subTest(file):
                path = self.run_.folder / 'keys' / file
                path.chmod(0o644)
                try:
                    code, text = self.alone(program)
                    self.assertEqual(code, 1)
                    self.assertRegex(text, rf'open_key: .*/{file} .*chmod 600')
                finally:
                    path.chmod(0o600)

    def test_production_refuses_what_is_for_development(self):
        real = self.text.replace('production = false', 'production = true')
        wall = re.sub(r'clock = "story"', 'clock = "wall"', real)
        self.assertNotEqual(wall, real)
        self.run_.conf().write_text(real)
        for p in ['gateway', *xq.SERVICES]:
            with self.subTest(p):
                code, text = self.alone(p)
                self.assertEqual(code, 1)
                self.assertIn('story_clock: ', text)
        r = self.run_.up('--no-demo')
        self.assertEqual(r.returncode, 1)
        self.assertIn('story_clock', r.stderr)
        self.run_.conf().write_text(wall)
        code, text = self.alone('notification')
        self.assertEqual(code, 1)
        self.assertIn('development_issuer: ', text)
        r = self.run_.xq('token', '--person', '13800000001')
        self.assertEqual(r.returncode, 1)
        self.assertIn('production', r.stderr)
        self.run_.conf().write_text(wall.replace('log_level', 'curve = false; log_level'))
        code, text = self.alone('router')
        self.assertEqual(code, 1)
        self.assertIn('plain_bus: ', text)


class Import(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.run_ = Run('import')
        cls.run_.start()
        cls.run_.street()

    @classmethod
    def tearDownClass(cls):
        cls.run_.down()

    def load(self, path, *more):
        r = self.run_.xq('import', 'opinions', str(path), '--street', STREET, '--channel', 'website', '--json', *more)
        return r, json.loads(r.stdout or '{}')

    def row(self, i, **more):
        return {'id': f'g{i}', 'user': f'A{i}', 'subject': f'第{i}件', 'submitted_at': '2019-02-28T11:25:05+08:00', 'text': f'楼道灯坏了，编号{i}。' * 40,
                'likes': i % 7, 'dislikes': 0, **more}

    def write(self, name, rows):
        path = box / name
        with open(path, 'wb') as f:
            for r in rows:
                f.write(r if isinstance(r, bytes) else json.dumps(r, ensure_ascii=False).encode())
                f.write(b'\n')
        return path

    def total(self, least):
        xq.wait_for('the report follows', 20, lambda: opinions_total(self.run_) >= least, every=0.1)
        time.sleep(0.5)
        return opinions_total(self.run_)

    def test_1_killed_and_resumed(self):
        n = 4000
        before = opinions_total(self.run_)
        path = self.write('many.jsonl', [self.row(i) for i in range(n)])
        p = subprocess.Popen([XQ, 'import', 'opinions', str(path), '--street', STREET, '--channel', 'website', '--source', 'many', '--run',
                              str(self.run_.folder)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        xq.wait_for('some are stored', 20, lambda: int(self.run_.psql('SELECT count(*) FROM intake.opinion')) >= 500, every=0.01)
        p.kill()
        p.wait()
        half = int(self.run_.psql('SELECT count(*) FROM intake.opinion'))
        print(f'# killed when {half} of {n} were stored')
        self.assertLess(half, n)
        r, said = self.load(path, '--source', 'many')
        self.assertEqual(r.returncode, 0, r.stderr)
        self.assertEqual((said['lines'], said['stored'] + said['already'], said['refused']), (n, n, 0))
        self.assertGreaterEqual(said['already'], half)
        self.assertEqual(self.total(before + n), before + n)
        r, said = self.load(path, '--source', 'many')
        self.assertEqual((r.returncode, said['stored'], said['already'], said['refused']), (0, 0, n, 0))

    def test_2_bad_rows_are_named(self):
        bad = [(b'{"id": "x1", "text": ', 'row', ''), (b'[1, 2]', 'row', 'not an object'), (b'{"id": "x3", "text": "\xff\xfe"}', 'row', 'UTF-8'),
               ({'text': 'a', 'submitted_at': '2019-02-28T11:25:05+08:00'}, 'id', 'missing'), ({'id': 'x5', 'submitted_at': '2019-02-28T11:25:05+08:00'}, 'text', 'missing'),
               (self.row(6, submitted_at='yesterday'), 'received_at', ''), (self.row(7, text='长' * 10001), 'text', ''),
               (self.row(8, likes=-1), 'source_likes', ''), (b'{"id": "x9", "id": "x9", "text": "a"}', 'row', 'duplicate')]
        rows, expected = [], {}
        for i, (row, field, reason) in enumerate(bad):
            rows.append(self.row(10000 + i))
            rows.append(row)
            expected[len(rows)] = (field, reason)
        path, report = self.write('bad.jsonl', rows), box / 'bad.report'
        r, said = self.load(path, '--source', 'bad', '--report', str(report))
        self.assertEqual(r.returncode, 1)
        self.assertEqual((said['stored'], said['refused']), (len(bad), len(bad)), r.stderr)
        found = {int(m[0]): (m[1], m[2]) for m in re.findall(r'^line (\d+): ([^:]+): (.+)$', report.read_text(), re.M)}
        self.assertEqual({k: v[0] for k, v in found.items()}, {k: v[0] for k, v in expected.items()})
        for line, (_, reason) in expected.items():
            self.assertIn(reason, found[line][1])
        r, said = self.load(path, '--source', 'bad')
        self.assertEqual((said['stored'], said['already'], said['refused']), (0, len(bad), len(bad)))
        self.assertEqual(len(re.findall(r'^line \d+: ', r.stderr, re.M)), len(bad))

    def test_3_what_cannot_be_loaded(self):
        r, _ = self.load(box / 'none.jsonl')
        self.assertEqual(r.returncode, 1)
        self.assertIn('none.jsonl', r.stderr)
        path = self.write('one.jsonl', [self.row(1)])
        r = self.run_.xq('import', 'opinions', str(path), '--street', STREET, '--channel', 'pigeon')
        self.assertEqual(r.returncode, 1)
        self.assertIn('channel', r.stderr)

    def test_4_real_messages(self):
        data = pathlib.Path(os.environ.get('XQ_DATA', xq.ROOT.parent / 'shared/data')) / 'opinions'
        files = [data / 'messages.jsonl', data / 'replied.jsonl']
        if not all(f.exists() for f in files):
            self.skipTest(f'the real messages are not in {data} (XQ_DATA names another folder)')
        lines = sum(f.read_bytes().count(b'\n') for f in files)
        began = time.monotonic()
        stored = 0
        for f in files:
            r, said = self.load(f, '--source', 'city')
            self.assertEqual(r.returncode, 0, r.stderr)
            stored += said['stored']
        seconds = time.monotonic() - began
        print(f'# {stored} messages in {seconds:.1f} s')
        self.assertEqual(stored, lines)
        for f in files:
            self.assertEqual(self.load(f, '--source', 'city')[1]['stored'], 0)
        self.assertLess(seconds, 10 * busy())
        answered = files[1].read_bytes().count(b'\n')
        xq.wait_for('answers are counted', 20, lambda: self.run_.ask('GET', f'/v1/streets/{STREET}/report')[1]['opinions']['answered'] >= answered, every=0.2)


if __name__ == '__main__':
    xq.main()
