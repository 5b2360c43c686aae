"""Real processes for suite tests: one small class per kind, with start, stop, kill, freeze and log_contains.

    suite = xq.Suite()                      a folder of its own, keys, a configuration, a free port
    suite.router().start()
    gateway = suite.gateway().start()
    gateway.wait_ready()
    suite.close()

All of it, with database and first officer: whole.py. Only the standard library. The programs come from $XQ_BUILD/bin (default
build/debug). A test file ends with xq.main().
"""
import http.client
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time

from tap import main  # noqa: F401  (test files end with xq.main())

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get('XQ_BUILD', ROOT / 'build' / 'debug'))
SERVICES = ['intake', 'voting', 'matching', 'supervision', 'notification']
FOLDER = '/tmp'  # short, so that sockets fit into their paths


def free_port():
    with socket.socket() as s:
        s.bind(('127.0.0.1', 0))
        return s.getsockname()[1]


def wait_for(what, seconds, ask, every=0.02):
    """Asks until the answer is true; returns it, or fails by saying what did not happen."""
    until = time.monotonic() + seconds
    while True:
        got = ask()
        if got:
            return got
        if time.monotonic() > until:
            raise AssertionError(f'{what}: not within {seconds} s')
        time.sleep(every)


def conf_value(v):
    if isinstance(v, bool):
        return 'true' if v else 'false'
    if isinstance(v, int):
        return str(v)
    if isinstance(v, (list, tuple)):
        return '[' + ', '.join(conf_value(x) for x in v) + ']'
    return json.dumps(v)


def conf_text(groups):
    return ''.join(f'{g}: {{ ' + ' '.join(f'{k} = {conf_value(v)};' for k, v in o.items()) + ' };\n' for g, o in groups.items())


def psql_program():
    for d in ['/usr/lib/postgresql/15/bin', *sorted(map(str, pathlib.Path('/usr/lib/postgresql').glob('*/bin')))]:
        if os.access(f'{d}/psql', os.X_OK):
            return f'{d}/psql'
    raise AssertionError('psql is missing')


class Cluster:
    """A private PostgreSQL, by tests/pg.sh, that can be killed like any other program."""

    def __init__(self, folder):
        self.folder = str(folder)
        self.conninfo = None

    def start(self, seconds=15):
        """After a kill -9 the memory of the old server may still be held for a moment: it is tried until it starts."""
        until = time.monotonic() + seconds
        while True:
            r = subprocess.run(['sh', str(ROOT / 'tests/pg.sh'), 'start', self.folder], stdout=subprocess.PIPE, text=True, check=False)
            if r.returncode == 0:
                self.conninfo = r.stdout.strip().splitlines()[-1]
                return self
            if time.monotonic() > until:
                raise AssertionError(f'PostgreSQL does not start in {self.folder}')
            time.sleep(0.1)

    @property
    def pid(self):
        return int(pathlib.Path(self.folder, 'data/postmaster.pid').read_text().split()[0])

    def kill(self):
        os.kill(self.pid, signal.SIGKILL)

    def stop(self):
        """A server that was told to stop while it recovers from a crash may never do so (seen with 15): then at once."""
        stopper = threading.Timer(10, lambda: self.running() and os.kill(self.pid, signal.SIGQUIT))
        stopper.start()
        subprocess.run(['sh', str(ROOT / 'tests/pg.sh'), 'stop', self.folder], stdout=subprocess.DEVNULL, check=False)
        stopper.cancel()

    def running(self):
        try:
            os.kill(self.pid, 0)
            return True
        except (OSError, IndexError):
            return False

    def wait_up(self, seconds=15):
        wait_for('PostgreSQL answers', seconds, lambda: subprocess.run(self.psql('-c', 'SELECT 1'), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                                                          check=False).returncode == 0)

    def psql(self, *more):
        return [psql_program(), '-XAtq', '-v', 'ON_ERROR_STOP=1', *more, self.conninfo]

    def sql(self, text):
        """Rows as lists of texts, asked as the superuser."""
        r = subprocess.run(self.psql('-F', '\t', '-c', text), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False, timeout=60)
        if r.returncode != 0:
            raise AssertionError(f'{text}: {r.stderr}')
        return [line.split('\t') for line in r.stdout.splitlines()]

    def value(self, text):
        return self.sql(text)[0][0]

    def lock(self, text):
        return Lock(self, text)


class Lock:
    """Locks taken by a superuser's session until release()."""

    def __init__(self, cluster, text):
        self.p = subprocess.Popen(cluster.psql(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)
        self.p.stdin.write(f'BEGIN;\n{text};\n\\echo locked\n')
        while self.p.stdout.readline().strip() != 'locked':
            if self.p.poll() is not None:
                raise AssertionError(f'no lock: {text}')

    def release(self):
        if self.p.poll() is None:
            self.p.stdin.write('COMMIT;\n\\q\n')
            self.p.stdin.close()
        self.p.wait(5)
        self.p.stdout.close()


class Process:
    """One program of the suite as a child; its log is a file of the suite's folder, added to over restarts."""

    def __init__(self, suite, program, instance='1', config=None):
        self.suite, self.program, self.instance = suite, program, str(instance)
        self.config = config or suite.config
        self.log = suite.folder / f'{program}-{instance}.log'
        self.p = None

    def start(self, env=None):
        with open(self.log, 'ab') as log:
            self.p = subprocess.Popen(
                [str(BUILD / 'bin' / f'xq-{self.program}'), '--config', str(self.config), '--instance', self.instance],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, env={**os.environ, **(env or {})})
        return self

    @property
    def pid(self):
        return self.p.pid

    def running(self):
        return self.p is not None and self.p.poll() is None

    def signal(self, s):
        self.p.send_signal(s)

    def stop(self, seconds=10):
        """SIGTERM; returns the exit status."""
        if self.p is None:
            return None
        if self.running():
            self.signal(signal.SIGCONT)
            self.signal(signal.SIGTERM)
        try:
            return self.p.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f'{self.program}/{self.instance} did not end within {seconds} s of SIGTERM') from None

    def kill(self):
        if self.running():
            self.p.kill()
        self.p.wait()

    def freeze(self):
        self.signal(signal.SIGSTOP)

    def thaw(self):
        self.signal(signal.SIGCONT)

    def log_text(self):
        return self.log.read_text(errors='replace') if self.log.exists() else ''

    def log_contains(self, text):
        return text in self.log_text()

    def wait_log(self, text, seconds=10):
        wait_for(f'{self.program}/{self.instance} logs {text!r} (log: {self.log_text()[-600:]})', seconds, lambda: self.log_contains(text))
        return self

    def wait_exit(self, seconds=10):
        return self.p.wait(seconds)


class Router(Process):
    def __init__(self, suite, **more):
        super().__init__(suite, 'router', **more)


class Service(Process):
    pass


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    def json(self):
        return json.loads(self.body)

    def code(self):
        return self.json().get('code')


class Gateway(Process):
    def __init__(self, suite, port=None, **more):
        super().__init__(suite, 'gateway', **more)
        self.port = port or suite.port

    def start(self, env=None):
        super().start({'XQ_GATEWAY_PORT': str(self.port - int(self.instance) + 1), **(env or {})})
        return self

    def wait_listening(self, seconds=10):
        def there():
            if not self.running():
                raise AssertionError(f'gateway ended: {self.log_text()[-600:]}')
            try:
                return self.ask('GET', '/livez').status == 200
            except OSError:
                return False
        wait_for(f'gateway listens on {self.port}', seconds, there)
        return self

    def wait_ready(self, seconds=20):
        self.wait_listening(seconds)
        wait_for('gateway is ready', seconds, lambda: self.ask('GET', '/readyz').status == 200)
        return self

    def wait_quiet(self, seconds=30):
        return wait_for('the suite is quiet', seconds, lambda: self.ask('GET', '/v1/status').json().get('quiet'))

    def connect(self, timeout=10):
        return socket.create_connection(('127.0.0.1', self.port), timeout)

    def ask(self, method, path, body=None, token=None, key=None, headers=None, timeout=10):
        """One request on a connection of its own. body: anything JSON, or bytes as they are."""
        h = dict(headers or {})
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body, ensure_ascii=False).encode()
        if body is not None:
            h.setdefault('Content-Type', 'application/json')
        if token:
            h['Authorization'] = 'Bearer ' + token
        if key:
            h['Idempotency-Key'] = key
        c = http.client.HTTPConnection('127.0.0.1', self.port, timeout=timeout)
        try:
            c.request(method, path, body, h)
            r = c.getresponse()
            return Answer(r.status, r.headers, r.read())
        finally:
            c.close()

    def raw(self, data, timeout=8):
        """Sends bytes as they are and reads until the other side closes."""
        with self.connect(timeout) as s:
            try:
                s.sendall(data)
            except OSError:
                pass
            return read_all(s)


def read_all(s):
    got = b''
    try:
        while True:
            k = s.recv(65536)
            if not k:
                return got
            got += k
    except OSError:
        return got


class Suite:
    """A folder with keys and a configuration, and the processes that were made in it. config: groups over the defaults."""

    def __init__(self, config=None, database='dbname=xiangqin', keep=False):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix='xq-suite.', dir=FOLDER))
        self.port = free_port()
        self.config = self.folder / 'xiangqin.conf'
        self.keep = keep or bool(os.environ.get('XQ_KEEP'))
        self.processes, self.cluster = [], None
        self.groups = {
            'common': {'routers': [f'ipc://{self.folder}/router'], 'keys': 'keys', 'run': '.', 'database': database, 'clock': 'story',
                       'production': False, 'log_level': 'info'},
            'cli': {}, 'router': {}, 'gateway': {'port': self.port}, **{s: {} for s in SERVICES}}
        self.write(config or {})
        self.xq('keys')

    def write(self, config=None, to=None):
        """Writes the configuration, with config over what there is; to: another file, for a process with its own."""
        groups = {g: dict(o) for g, o in self.groups.items()}
        for g, o in (config or {}).items():
            groups.setdefault(g, {}).update(o)
        path = self.folder / to if to else self.config
        if not to:
            self.groups = groups
        path.write_text(conf_text(groups))
        path.chmod(0o600)
        return path

    def xq(self, *args, check=True, text=True):
        """The people's tool; returns its standard output."""
        r = subprocess.run([str(BUILD / 'bin/xq'), *args, '--run', str(self.folder)], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                           stdin=subprocess.DEVNULL, text=text, check=False)
        if check and r.returncode != 0:
            raise AssertionError(f'xq {" ".join(args)}: {r.returncode} {r.stderr} {r.stdout}')
        return r.stdout

    def token(self, person, home='330102001'):
        """A token of the suite's own signer for a person's id."""
        return self.xq('token', '--id', '--person', person, '--home', home).strip().splitlines()[-1]

    def start_cluster(self):
        self.folder.chmod(0o711)  # the cluster runs as another user when we are root
        self.cluster = Cluster(self.folder / 'pg').start()
        self.write({'common': {'database': self.cluster.conninfo}})
        return self.cluster

    def add(self, process):
        self.processes.append(process)
        return process

    def router(self, **more):
        return self.add(Router(self, **more))

    def gateway(self, **more):
        return self.add(Gateway(self, **more))

    def service(self, name, **more):
        return self.add(Service(self, name, **more))

    def close(self):
        for p in reversed(self.processes):
            if p.running():
                p.thaw()
                p.kill()
        if self.cluster:
            self.cluster.stop()
        if not self.keep:
            shutil.rmtree(self.folder, ignore_errors=True)
