"""The demo under a storm of kills and freezes, helped by nobody but `xq up`: it plays to its end, with the totals of every calm run.
`make faults` compares with calm runs byte for byte; here the totals are those that the story has for every seed."""
import json
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / 'faults'))
import storm  # noqa: E402
import xq  # noqa: E402

DEMO_SEED, STORM_SEED = 7, 11
APPRAISED, SPENT_FEN = 124, 385_000_000


def setUpModule():
    global up, reports, weather
    up = storm.Up()
    unittest.addModuleCleanup(up.close)
    up.start()
    got, weather = storm.stormy(up, DEMO_SEED, STORM_SEED, lambda text: print(f'# {text}', flush=True), (1.2, 3.0))
    reports = [json.loads(g) for g in got]


def four(row):
    return [row[k] for k in ('received', 'spent', 'held', 'returned')]


class Totals(unittest.TestCase):
    def test_the_story_has_its_end(self):
        street, second = reports
        self.assertEqual(sum(r['appraised'] for r in street['rounds']), APPRAISED)
        self.assertEqual(street['money']['spent'], SPENT_FEN)
        self.assertEqual(street['money']['held'], 0)
        self.assertEqual([r['proposals'] for r in street['rounds']], [121, 121])
        self.assertTrue(all(r['listed'] >= 100 for r in street['rounds']))
        self.assertGreaterEqual(second['money']['received'], 200_000_000)
        self.assertEqual(second['money']['by_organiser'][0]['organiser'], '330102')
        self.assertEqual(street['opinions']['total'], 760 + 2 * 121)

    def test_the_story_is_as_large_as_it_says(self):
        street, second = reports
        self.assertEqual(len(street['communities']), 11)
        self.assertEqual(len(street['opinions']['by_channel']), 10)
        self.assertEqual([(c['round'], c['sent'], len(c['communities'])) for c in street['campaigns']], [(2014, 60000, 11)])
        for r in street['rounds']:
            self.assertTrue(17000 < r['likes'] <= 20000, r)
            self.assertEqual(r['unclaimed'], r['listed'] - r['claimed'], 'who has no taker goes to the second chance')
            self.assertGreater(r['unclaimed'], 0)
        voters = up.sql('SELECT count(DISTINCT voter) FROM voting.likes WHERE street = 330102001')
        self.assertGreater(int(voters[0][0]), 4000)  # over both rounds, whose hashes of one person differ
        self.assertEqual([(f['organiser'], f['round'], f['open']) for f in street['fairs'] + second['fairs']],
                         [('330102001', 2013, False), ('330102001', 2014, False), ('330102', 2014, False)])
        self.assertGreaterEqual(len(second['money']['by_source_kind']), 3)
        self.assertTrue(street['gifts'])
        self.assertEqual(up.sql('SELECT (SELECT count(*) FROM matching.sponsor), (SELECT count(*) FROM matching.organisation)'), [['40', '25']])
        for table in ('draw', 'milestone_signature', 'payable', 'bulletin', 'correction', 'completion', 'appraisal'):
            self.assertGreater(int(up.sql(f'SELECT count(*) FROM supervision.{table}')[0][0]), 0, table)

    def test_every_way_of_adding_up_is_equal(self):
        for report in reports:
            money = report['money']
            self.assertEqual(money['received'] - money['returned'] - money['spent'], money['held'])
            for way in ('by_source_kind', 'by_organiser', 'by_state', 'by_round', 'by_project'):
                rows = [four(r) for r in money[way]]
                self.assertEqual([sum(c) for c in zip(*rows)], four(money), way)

    def test_streams_are_whole_and_applied(self):
        """I3: seq = 1 … head without a hole in each stream; I6: every cursor stands at its head."""
        for service in xq.SERVICES:
            rows = up.sql(f'SELECT h.street, h.seq, count(o.seq), coalesce(max(o.seq), 0) FROM {service}.stream_head h '
                          f'LEFT JOIN {service}.outbox o USING (street) GROUP BY h.street, h.seq')
            for street, head, n, last in rows:
                self.assertEqual((n, last), (head, head), f'{service}/{street}')
            behind = [r for other in xq.SERVICES for r in up.sql(
                f"SELECT '{other}', c.street, c.service, c.stream, c.seq, h.seq FROM {other}.cursor c JOIN {service}.stream_head h ON h.street = c.stream "
                f"WHERE c.service = '{service}' AND c.seq <> h.seq")]
            self.assertEqual(behind, [])

    def test_money_in_the_books_is_money_in_the_report(self):
        spent = up.sql('SELECT sum(fen) FROM supervision.payment_part WHERE street = 330102001')
        self.assertEqual(spent, [[str(SPENT_FEN)]])


class Weather(unittest.TestCase):
    def test_every_kind_was_hit(self):
        kinds = {k.split(' ')[1] for k in weather.faults}
        self.assertEqual(kinds, {*storm.PROGRAMS, 'backend', 'postmaster'}, weather.faults)
        self.assertGreaterEqual(sum(weather.faults.values()), 12, weather.problems)  # a fast machine's demo is over soon

    def test_xq_up_ends_well(self):
        self.assertIsNone(up.p.poll())
        up.p.terminate()
        self.assertEqual(up.p.wait(60), 0)


if __name__ == '__main__':
    xq.main()
