"""The story never runs backwards (design.md 2.10): the clock is the greatest X-Story-Time seen, also for a call that carries an older one."""
import unittest

import whole
import xq
from whole import STREET


def setUpModule():
    global suite, gateway
    suite = whole.Whole()
    unittest.addModuleCleanup(suite.close)
    gateway = suite.open(story='2014-01-05T09:00:00+08:00').door
    suite.known('PUT', f'/v1/regions/{STREET}', {'name': '望江街道', 'households': 100, 'parent': STREET[:6]})


def say(subject, time=None):
    body = {'region': STREET, 'channel': 'website', 'subject': subject, 'text': subject}
    return gateway.ask('POST', '/v1/opinions', body, key=subject, headers={'X-Story-Time': time} if time else None)


class Story(unittest.TestCase):
    def test_an_older_header_moves_nothing(self):
        for subject, time in (('first', '2034-05-01T09:00:00+08:00'), ('older', '2034-04-01T09:00:00+08:00'), ('none', None),
                              ('later', '2034-05-02T09:00:00+08:00')):
            self.assertEqual(say(subject, time).status, 201)
        xq.wait_for('all are listed', 5, lambda: len(gateway.ask('GET', f'/v1/streets/{STREET}/opinions').json()['items']) == 4)
        said = {x['subject']: x['received_at'][:10] for x in gateway.ask('GET', f'/v1/streets/{STREET}/opinions').json()['items']}
        self.assertEqual(said, {'first': '2034-05-01', 'older': '2034-05-01', 'none': '2034-05-01', 'later': '2034-05-02'})


if __name__ == '__main__':
    xq.main()
