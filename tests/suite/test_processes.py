"""Real processes started in any order, stopped, killed, frozen: the suite heals with nobody's help (delivery.md §8; R7, R8, R28)."""
import fcntl
import os
import signal
import statistics
import subprocess
import threading
import time
import unittest
import uuid

import whole
import xq
from whole import STREET

READY_S = 5


def setUpModule():
    global suite
    suite = whole.Whole({'intake': 3, 'matching': 2})
    unittest.addModuleCleanup(suite.close)
    suite.open().settle()


def say(text):
    print(f'# {text}', flush=True)


class Later:
    """A call made by a thread of its own; wait() returns its answer and how long it took."""

    def __init__(self, path, body, key=None):
        self.tried, self.answer, self.error = [], None, None
        self.thread = threading.Thread(target=self.run, args=(path, body, key or str(uuid.uuid4())), daemon=True)
        self.began = time.monotonic()
        self.thread.start()

    def run(self, path, body, key):
        try:
            self.answer = suite.known('POST', path, body, key, tried=self.tried)
        except AssertionError as e:
            self.error = e
        self.took = time.monotonic() - self.began

    def wait(self):
        self.thread.join(60)
        if self.error:
            raise self.error
        return self.answer.json(), self.took


class Case(unittest.TestCase):
    def setUp(self):
        suite.start_all()

    def load(self, *args, **more):
        load = whole.Load(suite, *args, **more)
        self.addCleanup(load.stop)
        return load.start()

    def write_everywhere(self):
        for make, member, table in whole.WRITES.values():
            path, body = make(next(whole.numbers))
            got = suite.known('POST', path, body, str(uuid.uuid4())).json()[member]
            self.assertEqual(suite.cluster.value(f"SELECT count(*) FROM {table} WHERE id = '{got}'"), '1')


class Metrics(Case):
    def test_promtool_finds_nothing(self):
        self.write_everywhere()
        time.sleep(1.2)  # every process has told its figures since then
        text = suite.door.ask('GET', '/metrics').body
        for name in whole.ORDER[1:]:
            self.assertIn(f'service="{name}"'.encode(), text)
        r = subprocess.run(['promtool', 'check', 'metrics'], input=text, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        self.assertEqual((r.returncode, r.stdout), (0, b''))


class StartOrder(Case):
    """A Latin square over the eight: each stands once in every place, PostgreSQL also last."""

    def test_any_order(self):
        names, worst = whole.ORDER, 0.0
        for shift in range(len(names)):
            order = names[shift:] + names[:shift]
            with self.subTest(' '.join(order)):
                suite.stop_all()
                suite.cluster.stop()
                for name in order:
                    suite.start(name)
                    time.sleep(0.05)
                began = time.monotonic()
                suite.door.wait_ready(READY_S)
                took = time.monotonic() - began
                worst = max(worst, took)
                say(f'{order[-1]} last: ready after {took:.2f} s')
                self.write_everywhere()
        say(f'ready at the latest {worst:.1f} s after the last of them was started')
        self.assertLess(worst, READY_S)


class Stop(Case):
    """SIGTERM drains: status 0 within 5 s, and whatever was acknowledged is there once."""

    def test_each_kind_under_load(self):
        load = self.load(['voting', *whole.WRITES], items=whole.proposals(suite, 150))
        slowest = 0.0
        for name in ['router', *xq.SERVICES, 'gateway']:
            with self.subTest(name):
                p = suite.program[name, 1]
                time.sleep(0.2)
                began = time.monotonic()
                self.assertEqual(p.stop(), 0, p.log_text()[-400:])
                slowest = max(slowest, time.monotonic() - began)
                self.assertLess(slowest, 5)
                p.start()
                suite.door.wait_ready()
        load.stop().check(self)
        say(f'slowest stop {slowest:.2f} s; repeated attempts of calls: {load.repeats()}')

    def test_one_of_several_leaves_unnoticed(self):
        load = self.load(['intake'], every=0.005)
        for i in (1, 2, 3, 1, 2, 3):
            time.sleep(0.2)
            self.assertEqual(suite.program['intake', i].stop(), 0)
            suite.program['intake', i].start().wait_log('event=database_connected')
        load.stop().check(self)
        self.assertEqual(load.repeats()['intake'][0], 0, load.tried['intake'])

    def test_second_signal_and_kill_are_safe(self):
        load = self.load(['supervision'], every=0.0)
        p = suite.program['supervision', 1]
        time.sleep(0.3)
        p.signal(signal.SIGTERM)
        p.signal(signal.SIGTERM)
        self.assertEqual(p.wait_exit(5), 0)
        p.start()
        suite.door.wait_ready()
        p.signal(signal.SIGTERM)
        p.kill()
        p.start()
        load.stop().check(self)


class Killed(Case):
    def test_one_of_three_again_and_again(self):
        load = self.load(['intake'], every=0.003)
        for k in range(9):
            p = suite.program['intake', k % 3 + 1]
            p.log.write_bytes(b'')
            p.kill()
            p.start().wait_log('event=database_connected')
            time.sleep(0.3)
        load.stop().check(self)
        again, calls = load.repeats()['intake']
        say(f'9 kills of one of three: {calls} calls, {again} repeated by their client, slowest {load.slowest["intake"]:.2f} s')
        self.assertLessEqual(again, max(1, calls // 1000))
        self.assertLess(load.slowest['intake'], 3.5)

    def test_holder_of_a_call(self):
        """The call is in the middle of its transaction when its process dies: the other instance answers it."""
        lock = suite.cluster.lock(f'SELECT 1 FROM matching.stream_head WHERE street = {STREET} FOR UPDATE')
        call = Later(*whole.sponsor(next(whole.numbers)))
        holder = suite.holder('matching')
        holder.kill()
        lock.release()
        got, took = call.wait()
        say(f'killed while it held a call: answered after {took:.2f} s by the other instance')
        self.assertEqual(call.tried, [201])
        self.assertLess(took, 2)
        self.assertEqual(suite.cluster.value(f"SELECT count(*) FROM matching.sponsor WHERE id = '{got['id']}'"), '1')

    def test_two_holders_die_of_one_call(self):
        """Then it is set aside: 500 quarantined, its bytes kept, and the same key works once the trouble is over."""
        suite.door.wait_ready()
        path, body = whole.sponsor(next(whole.numbers))
        key, answers = str(uuid.uuid4()), []
        lock = suite.cluster.lock(f'SELECT 1 FROM matching.stream_head WHERE street = {STREET} FOR UPDATE')
        t = threading.Thread(target=lambda: answers.append(suite.door.ask('POST', path, body, suite.officer, key)))
        t.start()
        first = suite.holder('matching')
        first.kill()
        second = xq.wait_for('the other one holds it', 5, lambda: (h := suite.holder('matching')) is not first and h, 0.005)
        second.kill()
        t.join(10)
        lock.release()
        self.assertEqual((answers[0].status, answers[0].code()), (500, 'quarantined'))
        self.assertIn('matching/sponsor_register', suite.xq('quarantine', 'list'))
        suite.start_all()
        suite.known('POST', path, body, key)
        self.assertEqual(suite.cluster.value(f"SELECT count(*) FROM matching.sponsor WHERE name = '{body['name']}'"), '1')

    def test_all_of_one_service_down(self):
        """Its routes say 503 at once, the others do not notice."""
        suite.program['supervision', 1].kill()
        suite.door.wait_listening()
        path, body = whole.ambassador(0)
        took = []
        for _ in range(20):
            began = time.monotonic()
            a = suite.door.ask('POST', path, body, suite.officer, str(uuid.uuid4()))
            took.append(time.monotonic() - began)
            self.assertEqual((a.status, a.headers['Retry-After']), (503, '1'))
        say(f'no process of the service: 503 after {statistics.median(took) * 1000:.1f} ms (median of 20)')
        self.assertLess(statistics.median(took), 0.05)
        path, body = whole.opinion(next(whole.numbers))
        self.assertEqual(suite.door.ask('POST', path, body, suite.officer, str(uuid.uuid4())).status, 201)


class Frozen(Case):
    def tearDown(self):
        for p in suite.program.values():
            if p.running():
                p.thaw()

    def test_inside_a_transaction_with_locks(self):
        """The frozen process' transaction holds the street's stream head: its own call and whoever waits for that row are
        answered within 3.5 s by the other instance; the thawed one changes nothing (I13) and works on."""
        street = f'SELECT 1 FROM matching.stream_head WHERE street = {STREET} FOR UPDATE'
        lock = suite.cluster.lock(street)
        held = Later(*whole.sponsor(next(whole.numbers)))
        frozen = suite.holder('matching')
        frozen.freeze()
        lock.release()
        idle = f"SELECT 1 FROM pg_stat_activity WHERE application_name = 'matching/{frozen.instance}' AND state LIKE 'idle in transaction%'"
        xq.wait_for('its transaction stays open, holding the row', 3, lambda: suite.cluster.sql(idle), 0.01)
        waiting = [Later(*whole.sponsor(next(whole.numbers))) for _ in range(5)]
        took = [w.wait()[1] for w in waiting]
        got, own = held.wait()
        say(f'frozen inside its transaction: its own call answered after {own:.2f} s, five that wait for its row after {max(took):.2f} s')
        self.assertLess(max(took), 3.5)
        self.assertLess(own, 3.5)
        self.assertEqual([held.tried] + [w.tried for w in waiting], [[201]] * 6)
        self.assertEqual(suite.cluster.value(f"SELECT count(*) FROM matching.sponsor WHERE id = '{got['id']}'"), '1')
        frozen.thaw()
        other = suite.program['matching', 3 - int(frozen.instance)]
        other.stop()
        self.assertTrue(frozen.running())
        path, body = whole.sponsor(next(whole.numbers))
        suite.known('POST', path, body, str(uuid.uuid4()))
        other.start()

    def test_the_only_one(self):
        load = self.load(['supervision', 'intake'], every=0.01)
        time.sleep(0.3)
        p = suite.program['supervision', 1]
        p.freeze()
        time.sleep(4)
        p.thaw()
        thawed = time.monotonic()
        n = len(load.done['supervision'])
        xq.wait_for('the thawed process answers again', 5, lambda: len(load.done['supervision']) > n + 5)
        say(f'frozen for 4 s without another instance: answers again {time.monotonic() - thawed:.2f} s after the thaw; '
            f'meanwhile slowest call of another service {load.slowest["intake"]:.2f} s')
        load.stop().check(self)
        self.assertLess(load.slowest['intake'], 2)

    def test_router(self):
        load = self.load(every=0.02)
        time.sleep(0.2)
        suite.program['router', 1].freeze()
        time.sleep(3)
        suite.program['router', 1].thaw()
        thawed = time.monotonic()
        n = [len(d) for d in load.done.values()]
        xq.wait_for('all services answer again', 10, lambda: all(len(d) > k for d, k in zip(load.done.values(), n)))
        say(f'router frozen for 3 s: all answer again {time.monotonic() - thawed:.2f} s after the thaw')
        load.stop().check(self)

    def test_postgres_backend(self):
        """A frozen backend may hold rows that everybody needs: nobody but the system can help it; after the thaw all goes on."""
        load = self.load(['supervision', 'matching'], every=0.01)
        time.sleep(0.2)
        pid = int(suite.cluster.value("SELECT pid FROM pg_stat_activity WHERE application_name = 'supervision/1'"))
        os.kill(pid, signal.SIGSTOP)
        time.sleep(3)
        os.kill(pid, signal.SIGCONT)
        thawed, n = time.monotonic(), len(load.done['supervision'])
        xq.wait_for('the service answers again', 5, lambda: len(load.done['supervision']) > n + 5)
        say(f'its PostgreSQL backend frozen for 3 s: answers again {time.monotonic() - thawed:.2f} s after the thaw, '
            f'slowest call {load.slowest["supervision"]:.2f} s, of another service {load.slowest["matching"]:.2f} s')
        load.stop().check(self)  # nothing about the other service's delay: the backend may have been stopped while it wrote to the WAL


class Watchdog(Case):
    def test_a_stuck_loop_ends_itself(self):
        """A process that writes its log into a full pipe which nobody reads: its loop hangs there, and the alarm ends it."""
        p = suite.program['intake', 1]
        p.stop()
        reader, writer = os.pipe()
        fcntl.fcntl(writer, fcntl.F_SETPIPE_SZ, 4096)
        p.p = subprocess.Popen([str(xq.BUILD / 'bin/xq-intake'), '--config', str(suite.config), '--instance', '1'],
                               stdin=subprocess.DEVNULL, stdout=writer, stderr=writer)
        os.close(writer)
        load = self.load(['intake'], every=0.01)
        began = time.monotonic()
        try:
            self.assertEqual(p.wait_exit(25), -signal.SIGALRM)
        finally:
            os.close(reader)
        load.stop().check(self)
        say(f'a stuck loop ended itself after {time.monotonic() - began:.1f} s; slowest call meanwhile {load.slowest["intake"]:.2f} s')
        self.assertLess(load.slowest['intake'], 3.5)


class Down(Case):
    """What the processes stand on goes away and comes back."""

    def healed(self, load, what, since, seconds):
        n = [len(d) for d in load.done.values()]
        xq.wait_for(f'{what}: all services answer again', seconds, lambda: all(len(d) > k for d, k in zip(load.done.values(), n)), 0.01)
        return time.monotonic() - since

    def test_router_killed(self):
        load, times = self.load(every=0.02), []
        for _ in range(5):
            time.sleep(0.3)
            suite.program['router', 1].kill()
            time.sleep(0.2)
            suite.program['router', 1].start()
            times.append(self.healed(load, 'router killed', time.monotonic(), 5))
        load.stop().check(self)
        say(f'router killed 5 times: all answer again after {max(times):.2f} s at the latest')
        self.assertLess(max(times), 3)

    def test_gateway_killed(self):
        load, times = self.load(every=0.02), []
        for _ in range(5):
            time.sleep(0.2)
            suite.door.kill()
            suite.door.start()
            times.append(self.healed(load, 'gateway killed', time.monotonic(), 5))
        load.stop().check(self)
        say(f'gateway killed 5 times: all answer again after {max(times):.2f} s at the latest')
        self.assertLess(max(times), 3)

    def test_postgres_killed(self):
        load = self.load(every=0.02)
        for k in range(3):
            with self.subTest(k):
                time.sleep(0.3)
                suite.cluster.kill()
                time.sleep(1)
                began = time.monotonic()
                path, body = whole.opinion(0)
                a = suite.door.ask('POST', path, body, suite.officer, str(uuid.uuid4()))
                refused = time.monotonic() - began
                self.assertEqual(a.status, 503, a.body)
                self.assertNotEqual(suite.door.ask('GET', '/readyz').status, 200)
                suite.cluster.start()
                since = time.monotonic()
                suite.door.wait_ready(READY_S)
                healed = self.healed(load, 'PostgreSQL killed', since, READY_S)
                say(f'PostgreSQL killed: 503 after {refused * 1000:.0f} ms; all answer again {healed:.2f} s after it is back')
                self.assertLess(refused, 0.3)
        load.stop().check(self)

    def test_postgres_backends_killed(self):
        """One backend that dies by kill -9 takes all the others with it: the server starts anew by itself."""
        load = self.load(every=0.02)
        for _ in range(3):
            time.sleep(0.5)
            pid = int(suite.cluster.value("SELECT pid FROM pg_stat_activity WHERE application_name LIKE 'intake/%' LIMIT 1"))
            os.kill(pid, signal.SIGKILL)
            self.healed(load, 'a backend killed', time.monotonic(), 15)
            suite.cluster.wait_up()
        load.stop()
        suite.cluster.wait_up()
        load.check(self)


if __name__ == '__main__':
    xq.main()
