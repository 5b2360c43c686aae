"""docker-compose.yml: docker-compose finds it valid, it mirrors the local run, and its commands work: they are run here as they stand, with
the containers' folders, host names and ports replaced by our own, against a PostgreSQL that asks for scram passwords over TCP."""
import os
import pathlib
import re
import shutil
import subprocess
import unittest

import xq

FILE = xq.ROOT / 'docker-compose.yml'


def compose(*args):
    return subprocess.run(['docker-compose', '-f', str(FILE), *args], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                          timeout=60, check=False)


@unittest.skipUnless(shutil.which('docker-compose'), 'docker-compose is not installed (sh deploy/local/packages.sh test)')
class Compose(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        import yaml  # comes with docker-compose
        r = compose('config')
        if r.returncode:
            raise AssertionError(r.stderr)
        cls.services = yaml.safe_load(r.stdout)['services']

    def test_it_is_valid(self):
        r = compose('config', '-q')
        self.assertEqual((r.returncode, r.stdout), (0, ''), r.stderr)

    def test_it_mirrors_the_local_run(self):
        programs = {p.parent.name for p in (xq.ROOT / 'services').glob('*/main.c')} - {'cli'}
        self.assertEqual(programs, set(self.services) - {'postgres', 'setup'})
        for p in programs:
            self.assertEqual(self.services[p]['command'], [f'xq-{p}'])
        said = ' '.join(self.services['postgres']['command'])
        for setting in ('fsync=on', 'full_page_writes=on', 'synchronous_commit=on'):
            self.assertIn(setting, said)
        self.assertIn('--data-checksums', self.services['postgres']['environment']['POSTGRES_INITDB_ARGS'])
        self.assertEqual(self.services['postgres']['environment']['POSTGRES_HOST_AUTH_METHOD'], 'scram-sha-256')
        self.assertEqual(self.services['gateway']['ports'], ['127.0.0.1:8080:8080/tcp'])
        local = (xq.ROOT / 'deploy/local/xiangqin.conf.in').read_text()
        ours = (xq.ROOT / 'deploy/docker/xiangqin.conf').read_text()
        for option in ('clock', 'production', 'log_level'):
            pattern = rf'{option} = (\S+);'
            self.assertEqual(re.search(pattern, local).group(1), re.search(pattern, ours).group(1))

    def test_the_image_has_what_the_programs_look_for(self):
        image = (xq.ROOT / 'deploy/docker/Dockerfile').read_text()
        for word in ('/usr/share/xiangqin/schemas/sql', '/usr/share/xiangqin/deploy/local', '/etc/xiangqin/xiangqin.conf', 'XQ_RUN=/etc/xiangqin'):
            self.assertIn(word, image)
        for path in re.findall(r'^COPY (?:--\S+ )*((?!-)\S+) /', image, re.M):
            if not path.startswith('/src'):
                self.assertTrue((xq.ROOT / path).exists(), path)


class Walk(unittest.TestCase):
    def database(self):
        """A cluster that listens on 127.0.0.1 and wants passwords there."""
        cluster = self.suite.start_cluster()
        data = pathlib.Path(cluster.folder) / 'data'
        subprocess.run(['psql', '-Xq', '-d', cluster.conninfo, '-c', "ALTER ROLE xq_admin PASSWORD 'of the administrator'"], check=True)
        cluster.stop()
        port = xq.free_port()
        with open(data / 'postgresql.conf', 'a') as f:
            f.write(f"listen_addresses = '127.0.0.1'\nport = {port}\n")
        hba = data / 'pg_hba.conf'
        hba.write_text(hba.read_text().replace('127.0.0.1/32            reject', '127.0.0.1/32            scram-sha-256'))
        who = ['setpriv', '--reuid=postgres', '--regid=postgres', '--clear-groups'] if os.geteuid() == 0 else []
        pg_ctl = sorted(pathlib.Path('/usr/lib/postgresql').glob('*/bin/pg_ctl'))[0]
        subprocess.run([*who, str(pg_ctl), '-D', str(data), '-l', f'{cluster.folder}/log', '-w', '-s', 'start'], check=True, cwd='/')
        return port

    def test_the_commands_work_as_they_stand(self):
        self.suite = xq.Suite()
        self.addCleanup(self.suite.close)
        port, state = self.database(), self.suite.folder / 'state'
        state.mkdir(mode=0o700)
        secret = self.suite.folder / 'secret'
        secret.write_text('of the administrator\n')
        conf = (xq.ROOT / 'deploy/docker/xiangqin.conf').read_text()
        for old, new in [('tcp://router:7101', f'tcp://localhost:{xq.free_port()}'), ('/var/lib/xiangqin', str(state)),
                         ('host=postgres port=5432', f'host=127.0.0.1 port={port}'), ('0.0.0.0', '127.0.0.1'), ('port = 8080', f'port = {self.suite.port}')]:
            self.assertIn(old, conf)
            conf = conf.replace(old, new)
        self.suite.config.write_text(conf)
        setup = re.search(r'command: \["sh", "-c", "(xq keys.*)"\]', FILE.read_text()).group(1)
        setup = setup.replace('$$', '$').replace('/run/secrets/xq_admin', str(secret))
        env = {**os.environ, 'PATH': f'{xq.BUILD}/bin:{os.environ["PATH"]}', 'XQ_RUN': str(self.suite.folder)}
        for turn in ('first', 'again'):
            r = subprocess.run(['sh', '-c', setup], env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
            self.assertEqual(r.returncode, 0, f'{turn}: {r.stdout}')
        pgpass = state / 'keys/pgpass'
        self.assertEqual(pgpass.stat().st_mode & 0o777, 0o600)
        for role in ('xq_admin', 'xq_owner', *(f'xq_{s}' for s in xq.SERVICES)):
            with self.subTest(role):
                words = ['psql', '-XAtqw', '-h', '127.0.0.1', '-p', str(port), '-U', role, '-d', 'xiangqin', '-c', 'SELECT 1']
                self.assertNotEqual(subprocess.run(words, stderr=subprocess.DEVNULL, env={**os.environ, 'PGPASSFILE': '/dev/null'}, check=False).returncode, 0)
                if role != 'xq_admin':
                    r = subprocess.run(words, stdout=subprocess.PIPE, env={**os.environ, 'PGPASSFILE': str(pgpass)}, text=True, check=False)
                    self.assertEqual(r.stdout, '1\n')
        self.suite.router().start()
        for s in xq.SERVICES:
            self.suite.service(s).start()
        gateway = self.suite.gateway().start().wait_ready()
        self.assertEqual(gateway.ask('GET', '/v1/status').status, 200)
        status = subprocess.run([str(xq.BUILD / 'bin/xq'), 'status'], env=env, stdout=subprocess.PIPE, text=True, check=False)
        self.assertEqual(status.returncode, 0, status.stdout)


if __name__ == '__main__':
    xq.main()
