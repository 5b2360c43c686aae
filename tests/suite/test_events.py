"""Events from one service to another: outbox, heads, fetch, cursors, with three consumer processes (delivery.md §3; R5, R6)."""
import hashlib
import os
import statistics
import threading
import time
import unittest
import uuid

import whole
import xq
from whole import STREET

FILLED = 20000
PROMISE = 5000  # events/s; asked of processor time, which other work on the machine does not take away
LEAST_PER_SECOND = 500  # by the clock, however busy the machine is
READ_MODEL = ['timeline', 'report_count', 'report_campaign', 'report_project', 'report_money', 'report_gift', 'report_fair', 'report_claim',
              'appointment', 'region']


def setUpModule():
    global suite, sql
    suite = whole.Whole({'notification': 3})
    unittest.addModuleCleanup(suite.close)
    suite.open().settle()
    sql = suite.cluster.sql
    watch()


def say(text):
    print(f'# {text}', flush=True)


def watch():
    """The superuser's eyes: every move of notification's cursors, and every heat that it stored, in the order of commits."""
    sql("""CREATE SCHEMA seen;
      CREATE TABLE seen.move (n bigserial, service text, stream int, was bigint, now bigint, who text);
      CREATE TABLE seen.heat (n bigserial, project uuid, heat bigint);
      CREATE FUNCTION seen.moved() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
        BEGIN INSERT INTO seen.move (service, stream, was, now, who)
              VALUES (new.service, new.stream, old.seq, new.seq, current_setting('application_name')); RETURN NULL; END $$;
      CREATE FUNCTION seen.heated() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
        BEGIN INSERT INTO seen.heat (project, heat) VALUES (new.project, new.heat); RETURN NULL; END $$;
      CREATE TRIGGER seen AFTER UPDATE OF seq ON notification.cursor FOR EACH ROW EXECUTE FUNCTION seen.moved();
      CREATE TRIGGER seen AFTER INSERT OR UPDATE OF heat ON notification.report_project FOR EACH ROW EXECUTE FUNCTION seen.heated();""")


def emit(service, event, data, n=1):
    """Commits n events as a process would that dies before it publishes their head: nobody is told. data: SQL of g. Returns the head."""
    return int(sql(f"""WITH h AS (INSERT INTO {service}.stream_head AS s (street, epoch, seq) VALUES ({STREET}, 1, {n})
                        ON CONFLICT (street) DO UPDATE SET seq = s.seq + excluded.seq RETURNING seq),
      o AS (INSERT INTO {service}.outbox (street, seq, type, id, at, trace, data, recorded_at)
        SELECT {STREET}, h.seq - {n} + g, '{event}', gen_random_uuid(), '2014-05-01', repeat('0', 32), {data}, '2014-05-01'
          FROM h, generate_series(1, {n}) g)
      SELECT seq FROM h""")[0][0])


def opinion_data(tail):
    """Ids like those of an opinion of the street: its last half, with a number before it."""
    return (f"json_build_object('id', '01a20dbd-' || lpad(to_hex(g % 65536), 4, '0') || '-7' || lpad(to_hex(g / 65536), 3, '0') || '{tail}', "
            f"'region', '{STREET}', 'channel', 'forum', 'category', 'care', 'received_at', '2014-05-01T00:00:00+08:00', 'source_likes', 0)")


def applied(service='intake', consumer='notification'):
    rows = sql(f"SELECT seq FROM {consumer}.cursor WHERE street = {STREET} AND service = '{service}' AND stream = {STREET}")
    return int(rows[0][0]) if rows else 0


def wait_applied(head, service='intake', consumer='notification', seconds=30, every=0.02):
    xq.wait_for(f'{consumer} has {service} up to {head}', seconds, lambda: applied(service, consumer) >= head, every)


def receive():
    path, body = whole.opinion(next(whole.numbers))
    return suite.known('POST', path, body, str(uuid.uuid4()))


def cpu(pids):
    """Processor seconds that these processes have used."""
    stats = [open(f'/proc/{p}/stat').read().rsplit(')', 1)[1].split() for p in pids]
    return sum(int(f[11]) + int(f[12]) for f in stats) / os.sysconf('SC_CLK_TCK')


def counted(channel='forum'):
    return int(suite.cluster.value(f"SELECT coalesce(sum(n), 0) FROM notification.report_count WHERE street = {STREET} AND what = 'channel' AND value = '{channel}'"))


class Case(unittest.TestCase):
    def setUp(self):
        suite.start_all()
        self.addCleanup(suite.start_all)

    def chain(self, service, first, last):
        """I6, I7: the moves of the cursor are one chain from first to last, each event in exactly one of them."""
        moves = [(int(a), int(b), who) for a, b, who in sql(
            f"SELECT was, now, who FROM seen.move WHERE service = '{service}' AND stream = {STREET} AND now > {first} ORDER BY n")]
        at = first
        for was, now, _ in moves:
            self.assertEqual(was, at)
            self.assertGreater(now, was)
            at = now
        self.assertEqual(at, last)
        return {who for _, _, who in moves}


class Applied(Case):
    def test_once_and_in_order_by_three_of_which_one_dies_again_and_again(self):
        receive()
        tail = suite.cluster.value(f'SELECT substr(id::text, 19) FROM intake.opinion WHERE street = {STREET} LIMIT 1')
        project = '01a20dbd-0000-7000' + tail
        heats, opinions, before = 4000, 12000, counted()
        first = {s: int((sql(f'SELECT seq FROM {s}.stream_head WHERE street = {STREET}') or [['0']])[0][0]) for s in ('intake', 'voting')}
        for s in first:
            if first[s]:
                wait_applied(first[s], s)
        over = threading.Event()

        def storm():
            for k in range(1000):
                if over.wait(0.8):
                    return
                p = suite.program['notification', k % 3 + 1]
                p.kill()
                p.start()
        killer = threading.Thread(target=storm)
        killer.start()
        try:
            last = {'voting': 0, 'intake': 0}
            for part in range(8):
                last['voting'] = emit('voting', 'heat.changed', f"json_build_object('project', '{project}', 'heat', {part * heats // 8} + g)", heats // 8)
                last['intake'] = emit('intake', 'opinion.received', opinion_data(tail), opinions // 8)
                time.sleep(0.3)
            for s in last:
                wait_applied(last[s], s, seconds=60)
        finally:
            over.set()
            killer.join()
        who = self.chain('intake', first['intake'], last['intake']) | self.chain('voting', first['voting'], last['voting'])
        self.assertGreater(len(who), 1, 'one process did everything: the test shows nothing')
        self.assertEqual(counted() - before, opinions)
        seen = [int(r[0]) for r in sql(f"SELECT heat FROM seen.heat WHERE project = '{project}' AND heat IS NOT NULL ORDER BY n")]
        self.assertEqual(seen, list(range(1, heats + 1)))

    def test_throughput(self):
        """A consumer that was away meets a filled outbox."""
        receive()
        tail = suite.cluster.value(f'SELECT substr(id::text, 19) FROM intake.opinion WHERE street = {STREET} LIMIT 1')
        rates, work = {}, {}
        for n in (1, 3):
            for p in suite.of('notification'):
                p.stop()
            before, from_seq = counted(), applied()
            head = emit('intake', 'opinion.received', opinion_data(tail), FILLED)
            for other in ('voting', 'matching', 'supervision'):
                wait_applied(head, consumer=other)
            for p in suite.of('notification')[:n]:
                p.start()
            xq.wait_for('the cursor moves', 10, lambda: applied() > from_seq, 0.005)
            pids = [p.pid for p in suite.of('notification')[:n]] + [
                int(r[0]) for r in sql("SELECT pid FROM pg_stat_activity WHERE application_name LIKE 'notification/%'")]
            began, at, used = time.monotonic(), applied(), cpu(pids)
            wait_applied(head, seconds=90, every=0.2)
            rates[n], work[n] = (head - at) / (time.monotonic() - began), (head - at) / max(cpu(pids) - used, 0.01)
            self.assertGreaterEqual(counted() - before, FILLED)
            say(f'{n} consumer process{"es" if n > 1 else ""}: {rates[n]:,.0f} events/s of a filled outbox of {FILLED:,} by the clock, '
                f'{work[n]:,.0f} per second of processor time (process and PostgreSQL); load of the machine {os.getloadavg()[0]:.1f}')
        self.assertGreater(work[1], PROMISE)
        self.assertGreater(max(rates.values()), LEAST_PER_SECOND)


class TailLoss(Case):
    def test_head_never_published_then_silence(self):
        """Committed, and its process died before it could tell: the next beacon does."""
        tail = suite.cluster.value(f'SELECT substr(id::text, 19) FROM intake.opinion WHERE street = {STREET} LIMIT 1')
        took = []
        for k in range(12):
            time.sleep(0.083 * (k % 12))  # anywhere between two beacons
            head = emit('intake', 'opinion.received', opinion_data(tail))
            began = time.monotonic()
            wait_applied(head, seconds=5, every=0.005)
            took.append(time.monotonic() - began)
        say(f'newest head lost, then silence, 12 times: applied after {statistics.median(took):.2f} s (median), {max(took):.2f} s at the latest')
        self.assertLess(max(took), 2)

    def test_router_dies_with_the_head(self):
        took = []
        for _ in range(5):
            receive()
            suite.program['router', 1].kill()
            head = int(suite.cluster.value(f'SELECT seq FROM intake.stream_head WHERE street = {STREET}'))
            suite.program['router', 1].start()
            began = time.monotonic()
            wait_applied(head, seconds=10, every=0.005)
            took.append(time.monotonic() - began)
            xq.wait_for('calls pass again', 5, lambda: suite.door.ask('GET', f'/v1/streets/{STREET}/report').status == 200)
        say(f'router killed behind a write, 5 times: applied {max(took):.2f} s after its return at the latest')
        self.assertLess(max(took), 3)

    def test_a_consumer_started_at_any_time_converges(self):
        tail = suite.cluster.value(f'SELECT substr(id::text, 19) FROM intake.opinion WHERE street = {STREET} LIMIT 1')
        for p in suite.of('notification')[1:]:
            p.stop()
        p, took = suite.program['notification', 1], []
        for k in range(6):
            p.kill()
            head = emit('intake', 'opinion.received', opinion_data(tail), 100)
            time.sleep(0.17 * k)
            began = time.monotonic()
            p.start()
            wait_applied(head, seconds=10, every=0.005)
            took.append(time.monotonic() - began)
        say(f'consumer killed and started 6 times: 100 missed events applied {max(took):.2f} s after its start at the latest')
        self.assertLess(max(took), 3)


class Rebuilt(Case):
    def history(self):
        """Something of everything that these programs can tell without a round of two weeks."""
        ids = []
        for i, channel in enumerate(['visit', 'letter', 'call', 'sms', 'wechat', 'website', 'survey'] * 4):
            body = {'region': STREET + '001', 'channel': channel, 'subject': f'{i}', 'text': '路灯不亮', 'category': ['safety', 'care', 'culture'][i % 3]}
            ids.append(suite.known('POST', '/v1/opinions', body, str(uuid.uuid4())).json()['id'])
        items = whole.proposals(suite, 5)
        for path, body in [
                (f'/v1/streets/{STREET}/notices', {'kind': 'first', 'round': 2014, 'items': items, 'places': [STREET], 'days': 7}),
                (f'/v1/streets/{STREET}/campaigns', {'round': 2014, 'kind': 'letters', 'title': '一封信'}),
                ('/v1/fairs', {'organiser': STREET, 'name': '相亲会', 'round': 2014, 'streets': [STREET]}),
                whole.sponsor(next(whole.numbers)), whole.ambassador(0)]:
            a = suite.known('POST', path, body, str(uuid.uuid4())).json()
            if 'campaigns' in path:
                suite.known('PUT', f'/v1/campaigns/{a["id"]}/counts/{STREET}001', {'sent': 500, 'returned': 31})
        suite.door.wait_quiet()

    def model(self):
        hashes = {}
        for t in READ_MODEL:
            rows = suite.cluster.value(f"SELECT coalesce(string_agg(t::text, E'\\n' ORDER BY t::text COLLATE \"C\"), '') FROM notification.{t} t")[:10**8]
            hashes[t] = (int(suite.cluster.value(f'SELECT count(*) FROM notification.{t}')), hashlib.sha256(rows.encode()).hexdigest())
        return hashes

    def test_from_zero_equals_the_one_that_lived(self):
        self.history()
        lived, page = self.model(), suite.door.ask('GET', f'/v1/streets/{STREET}/report').body
        self.assertGreaterEqual(sum(n > 0 for n, _ in lived.values()), 6, lived)
        for p in suite.of('notification'):
            p.stop()
        sql(f'TRUNCATE {", ".join("notification." + t for t in READ_MODEL)}; DELETE FROM notification.cursor')
        began = time.monotonic()
        for p in suite.of('notification'):
            p.start()
        suite.door.wait_ready()
        head = int(suite.cluster.value(f'SELECT seq FROM intake.stream_head WHERE street = {STREET}'))
        wait_applied(head, seconds=60)
        suite.door.wait_quiet(60)
        say(f'read model of {head:,} events and more rebuilt from zero in {time.monotonic() - began:.1f} s, by three processes')
        self.assertEqual(self.model(), lived)
        time.sleep(1.1)  # the page is kept for a second
        self.assertEqual(suite.door.ask('GET', f'/v1/streets/{STREET}/report').body, page)


class ReadYourWrites(Case):
    def report(self, after):
        began = time.monotonic()
        a = suite.door.ask('GET', f'/v1/streets/{STREET}/report', headers={'X-After': after})
        return a, time.monotonic() - began

    def test_position_then_after(self):
        suite.door.wait_quiet(60)
        total = self.report('intake/330102001/1')[0].json()['opinions']['total']
        took = []
        for k in range(1, 31):
            position = receive().headers['X-Position']
            self.assertRegex(position, f'^intake/{STREET}/[0-9]+$')
            a, s = self.report(position)
            took.append(s)
            self.assertEqual((a.status, a.json()['opinions']['total']), (200, total + k))
        say(f'own write read in another service, 30 times: {statistics.median(took) * 1000:.0f} ms (median), {max(took) * 1000:.0f} ms at most')
        self.assertLess(max(took), 2)

    def test_a_consumer_that_cannot_follow_is_said_so(self):
        suite.door.wait_quiet(60)
        receive()
        lock = suite.cluster.lock(f"SELECT 1 FROM notification.cursor WHERE street = {STREET} AND service = 'intake' FOR UPDATE")
        position = receive().headers['X-Position']
        a, took = self.report(position)
        lock.release()
        self.assertEqual((a.status, a.code()), (409, 'not_yet'))
        self.assertGreater(took, 1.9)
        self.assertLess(took, 3)
        self.assertEqual(self.report(position)[0].status, 200)

    def test_a_frozen_producer(self):
        """Acknowledged, and nobody can be told what: the reader hears 409, and after the thaw the fact."""
        suite.door.wait_quiet(60)
        intake = suite.program['intake', 1]
        head = int(suite.cluster.value(f'SELECT seq FROM intake.stream_head WHERE street = {STREET}'))
        tail = suite.cluster.value(f'SELECT substr(id::text, 19) FROM intake.opinion WHERE street = {STREET} LIMIT 1')
        intake.freeze()
        try:
            emit('intake', 'opinion.received', opinion_data(tail))
            a, took = self.report(f'intake/{STREET}/{head + 1}')
        finally:
            intake.thaw()
        self.assertEqual((a.status, a.code()), (409, 'not_yet'))
        self.assertLess(took, 3)
        wait_applied(head + 1, seconds=10)
        self.assertEqual(self.report(f'intake/{STREET}/{head + 1}')[0].status, 200)


if __name__ == '__main__':
    xq.main()
