"""The front door as a hostile stranger meets it: after each bad input the same process answers a good request in time."""
import http.client
import os
import re
import socket
import time
import unittest

import xq

PERSON = '01890000-0000-7000-8000-000013acf7d1'
GOOD = b'GET /livez HTTP/1.1\r\nHost: a\r\n\r\n'


def setUpModule():
    global suite, router, gateway, token, pid
    suite = xq.Suite()
    router = suite.router().start()
    gateway = suite.gateway().start().wait_listening()
    token = suite.token(PERSON)
    pid = gateway.pid


def tearDownModule():
    suite.close()


def status_of(raw):
    m = re.match(rb'HTTP/1\.1 (\d{3}) ', raw)
    return int(m.group(1)) if m else None


class Case(unittest.TestCase):
    def tearDown(self):
        began = time.monotonic()
        self.assertEqual(gateway.ask('GET', '/livez').status, 200)
        self.assertLess(time.monotonic() - began, 0.2)
        self.assertTrue(gateway.running() and gateway.pid == pid)

    def problem(self, answer, status, code):
        self.assertEqual((answer.status, answer.code()), (status, code), answer.body)
        self.assertEqual(answer.headers['Content-Type'], 'application/problem+json')
        p = answer.json()
        self.assertEqual(p['status'], status)
        for member in ('type', 'title', 'title_zh'):
            self.assertTrue(p[member])
        self.assertRegex(p['trace'], '^[0-9a-f]{32}$')


class Framing(Case):
    BAD = {
        'bare_lf': b'GET / HTTP/1.1\nHost: a\n\n',
        'fold': b'GET / HTTP/1.1\r\nHost: a\r\nX: y\r\n z\r\n\r\n',
        'space_before_colon': b'GET / HTTP/1.1\r\nHost : a\r\n\r\n',
        'empty_name': b'GET / HTTP/1.1\r\nHost: a\r\n: x\r\n\r\n',
        'second_host': b'GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n',
        'no_host': b'GET / HTTP/1.1\r\n\r\n',
        'two_lengths': b'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx',
        'both_lengths': b'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
        'odd_encoding': b'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n',
        'nul': b'GET / HTTP/1.1\r\nHost: a\r\nX: \0\r\n\r\n',
        'nonsense': b'\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n',
    }

    def test_bad_bytes_are_400_and_close(self):
        for name, data in self.BAD.items():
            with self.subTest(name):
                raw = gateway.raw(data)
                self.assertEqual(status_of(raw), 400, raw[:200])
                self.assertIn(b'Connection: close', raw)

    def test_bad_bytes_one_by_one(self):
        for name in ('fold', 'bare_lf', 'both_lengths'):
            with self.subTest(name), gateway.connect() as s:
                s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                try:
                    for b in self.BAD[name]:
                        s.sendall(bytes([b]))
                        time.sleep(0.0005)
                except OSError:
                    pass
                self.assertEqual(status_of(xq.read_all(s)), 400)

    def test_a_smuggled_request_is_not_answered(self):
        raw = gateway.raw(self.BAD['both_lengths'] + GOOD)
        self.assertEqual(raw.count(b'HTTP/1.1 '), 1)

    def test_versions(self):
        self.assertEqual(status_of(gateway.raw(b'GET / HTTP/2.0\r\nHost: a\r\n\r\n')), 505)
        self.assertEqual(status_of(gateway.raw(b'GET /livez HTTP/1.0\r\n\r\n')), 200)

    def test_large_heads(self):
        self.assertEqual(status_of(gateway.raw(b'GET /' + b'a' * 5000 + b' HTTP/1.1\r\nHost: a\r\n\r\n')), 414)
        self.assertEqual(status_of(gateway.raw(b'GET / HTTP/1.1\r\nHost: a\r\nX: ' + b'a' * 5000 + b'\r\n\r\n')), 431)
        self.assertEqual(status_of(gateway.raw(b'GET / HTTP/1.1\r\nHost: a\r\n' + b'X: y\r\n' * 70 + b'\r\n')), 431)

    def test_endless_head(self):
        self.assertEqual(status_of(gateway.raw(b'GET / HTTP/1.1\r\nHost: a\r\n' + b'X: ' + b'a' * 100000)), 431)


class Slow(Case):
    def test_a_dripping_head_is_closed_in_time(self):
        began = time.monotonic()
        with gateway.connect(10) as s:
            s.settimeout(0.3)
            closed = False
            for b in b'GET /livez HTTP/1.1\r\nHost: a\r\nX-Drip: ' + b'a' * 100:
                try:
                    s.sendall(bytes([b]))
                    closed = s.recv(1000) == b''
                except socket.timeout:
                    pass
                except OSError:
                    closed = True
                if closed:
                    break
        self.assertTrue(closed)
        self.assertLess(time.monotonic() - began, 6.5)

    def test_a_dripping_body_is_closed_in_time(self):
        began = time.monotonic()
        with gateway.connect(20) as s:
            s.sendall(b'PUT /v1/projects/%s/like HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\n'
                      b'Content-Length: 60000\r\n\r\n' % (PERSON.encode(), token.encode()))
            s.settimeout(0.5)
            closed = False
            while not closed and time.monotonic() - began < 18:
                try:
                    s.sendall(b' ')
                    closed = s.recv(1000) == b''
                except socket.timeout:
                    pass
                except OSError:
                    closed = True
        self.assertTrue(closed)
        self.assertLess(time.monotonic() - began, 16)

    def test_idle_connections_do_not_stop_others(self):
        idle = [gateway.connect() for _ in range(500)]
        began = time.monotonic()
        self.assertEqual(gateway.ask('GET', '/livez').status, 200)
        self.assertLess(time.monotonic() - began, 0.2)
        for s in idle:
            s.close()


class Routes(Case):
    def test_404(self):
        self.problem(gateway.ask('GET', '/v1/nothing'), 404, 'not_found')

    def test_405_names_the_methods(self):
        a = gateway.ask('DELETE', f'/v1/projects/{PERSON}/like', token=token)
        self.problem(a, 405, 'method_not_allowed')
        self.assertEqual(a.headers['Allow'], 'PUT')

    def test_broken_encoding(self):
        self.problem(gateway.ask('PUT', '/v1/projects/%00/like', {}, token), 400, 'bad_request')

    def test_head_has_no_body(self):
        raw = gateway.raw(b'HEAD /v1/openapi.json HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')
        head, _, body = raw.partition(b'\r\n\r\n')
        self.assertEqual((status_of(raw), body), (200, b''))
        self.assertGreater(int(re.search(rb'Content-Length: (\d+)', head).group(1)), 1000)


class Bodies(Case):
    LIKE = f'/v1/projects/{PERSON}/like'

    def test_too_large(self):
        self.problem(gateway.ask('PUT', self.LIKE, b'x' * 70000, token), 413, 'too_large')

    def test_too_large_in_chunks(self):
        chunk = b'2000\r\n' + b'x' * 0x2000 + b'\r\n'
        raw = gateway.raw(b'PUT %s HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\n'
                          b'Transfer-Encoding: chunked\r\n\r\n' % (self.LIKE.encode(), token.encode()) + chunk * 12)
        self.assertEqual(status_of(raw), 413)

    def test_other_types(self):
        for t in ('text/plain', 'application/x-www-form-urlencoded', 'application/jsonp'):
            self.problem(gateway.ask('PUT', self.LIKE, b'{}', token, headers={'Content-Type': t}), 415, 'media_type')

    def test_expect_continue(self):
        with gateway.connect(5) as s:
            s.sendall(b'PUT %s HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\n'
                      b'Expect: 100-continue\r\nContent-Length: 2\r\nConnection: close\r\n\r\n' % (self.LIKE.encode(), token.encode()))
            first = s.recv(1000)
            self.assertTrue(first.startswith(b'HTTP/1.1 100 '), first)
            s.sendall(b'{}')
            self.assertEqual(status_of(xq.read_all(s)), 503)


class Callers(Case):
    LIKE = f'/v1/projects/{PERSON}/like'

    def test_no_token(self):
        a = gateway.ask('PUT', self.LIKE, {'liked': True})
        self.problem(a, 401, 'unauthenticated')
        self.assertEqual(a.headers['WWW-Authenticate'], 'Bearer')

    def test_forged_tokens(self):
        head, body, sign = token.split('.')
        for name, t in {'cut': token[:-10], 'none': 'eyJhbGciOiJub25lIn0.' + body + '.', 'other body': f'{head}.{body[:-4]}AAAA.{sign}',
                        'empty': '', 'text': 'hello', 'long': 'a' * 3000}.items():
            with self.subTest(name):
                self.problem(gateway.ask('PUT', self.LIKE, {'liked': True}, headers={'Authorization': 'Bearer ' + t}), 401, 'unauthenticated')
        self.problem(gateway.ask('PUT', self.LIKE, {'liked': True}, headers={'Authorization': 'Basic eDp5'}), 401, 'unauthenticated')

    def test_no_service_is_503_at_once(self):
        began = time.monotonic()
        a = gateway.ask('PUT', self.LIKE, {'liked': True}, token)
        self.problem(a, 503, 'unavailable')
        self.assertTrue(int(a.headers['Retry-After']) >= 1)
        self.assertLess(time.monotonic() - began, 0.5)

    def test_a_key_is_needed(self):
        paths = gateway.ask('GET', '/v1/openapi.json').json()['paths']
        path = next(p for p, ops in paths.items() if ops.get('post', {}).get('x-retry') == 'key')
        path = re.sub(r'{[a-z_]+}', '330102001', path)
        self.problem(gateway.ask('POST', path, {}, token), 400, 'bad_request')
        self.problem(gateway.ask('POST', path, {}, token, key='x' * 129), 400, 'bad_request')
        self.problem(gateway.ask('POST', path, {}, token, key='a b'), 400, 'bad_request')
        self.problem(gateway.ask('POST', path, {}, token, key='k1'), 503, 'unavailable')

    def test_story_time_is_checked(self):
        self.problem(gateway.ask('PUT', self.LIKE, {}, token, headers={'X-Story-Time': 'noon'}), 400, 'bad_request')
        self.problem(gateway.ask('PUT', self.LIKE, {}, token, headers={'X-Story-Time': '2013-03-01T09:00:00+08:00'}), 503, 'unavailable')
        self.assertEqual(gateway.ask('GET', '/v1/status').json()['story_time'], '2013-03-01T09:00:00+08:00')

    def test_trace_is_carried(self):
        trace = '4bf92f3577b34da6a3ce929d0e0e4736'
        a = gateway.ask('PUT', self.LIKE, {}, token, headers={'traceparent': f'00-{trace}-00f067aa0ba902b7-01'})
        self.assertEqual(a.json()['trace'], trace)
        self.assertTrue(a.headers['traceparent'].startswith('00-' + trace))


class Ending(Case):
    def test_a_request_that_comes_with_its_end_is_answered(self):
        for _ in range(50):
            with gateway.connect(5) as s:
                s.sendall(GOOD)
                s.shutdown(socket.SHUT_WR)
                self.assertEqual(status_of(xq.read_all(s)), 200)

    def test_connections_that_ended_are_let_go(self):
        def open_sockets():
            return len(os.listdir(f'/proc/{pid}/fd'))
        time.sleep(0.3)
        before = open_sockets()
        for _ in range(100):
            with gateway.connect(5) as s:
                s.sendall(GOOD)
        xq.wait_for('the sockets are closed', 5, lambda: open_sockets() <= before)


class Pipelining(Case):
    def test_answers_come_in_order(self):
        like = b'PUT /v1/projects/%s/like HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer %s\r\nContent-Length: 0\r\n\r\n' % (
            PERSON.encode(), token.encode())
        last = b'GET /livez HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'
        raw = gateway.raw(GOOD + like + b'GET /v1/none HTTP/1.1\r\nHost: a\r\n\r\n' + like + last + GOOD)
        self.assertEqual(re.findall(rb'HTTP/1\.1 (\d{3})', raw), [b'200', b'503', b'404', b'503', b'200'])

    def test_many_at_once(self):
        raw = gateway.raw(GOOD * 500 + b'GET /livez HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')
        self.assertEqual(raw.count(b'HTTP/1.1 200 OK'), 501)


class Own(Case):
    def test_pages(self):
        self.assertIn(b'xiangqin', gateway.ask('GET', '/').body)
        self.assertTrue(gateway.ask('GET', '/v1/openapi.json').json()['openapi'].startswith('3.1'))

    def test_metrics(self):
        time.sleep(1.2)
        a = gateway.ask('GET', '/metrics')
        self.assertIn('version=0.0.4', a.headers['Content-Type'])
        lines = a.body.decode().splitlines()
        types = [x for x in lines if x.startswith('# TYPE')]
        self.assertEqual(len(types), len(set(types)))
        self.assertTrue(any(x.startswith('xq_') and 'service="gateway"' in x for x in lines))

    def test_status_names_the_processes(self):
        xq.wait_for('the router is named', 5, lambda: 'router' in str(gateway.ask('GET', '/v1/status').json()['processes']))
        self.assertFalse(gateway.ask('GET', '/v1/status').json()['quiet'])

    def test_security_headers(self):
        a = gateway.ask('GET', '/')
        self.assertEqual(a.headers['X-Content-Type-Options'], 'nosniff')
        self.assertIn("default-src 'none'", a.headers['Content-Security-Policy'])
        self.assertNotIn('Server', a.headers)


class Limits(Case):
    def test_rates_and_connections(self):
        port = xq.free_port()
        conf = suite.write({'gateway': {'port': port, 'exempt': ['192.0.2.1'], 'per_address': 5}}, to='limits.conf')
        g = suite.gateway(port=port, config=conf).start().wait_listening()
        try:
            c = http.client.HTTPConnection('127.0.0.1', port, timeout=5)  # one connection: only the rate limits here
            seen = []
            for _ in range(60):
                c.request('PUT', f'/v1/projects/{PERSON}/like', b'{}',
                          {'Authorization': 'Bearer ' + token, 'Content-Type': 'application/json', 'Connection': 'keep-alive'})
                r = c.getresponse()
                seen.append(xq.Answer(r.status, r.headers, r.read()))
            c.close()
            refused = [a for a in seen if a.status == 429]
            self.assertTrue(refused)
            self.problem(refused[0], 429, 'rate_limited')
            self.assertTrue(int(refused[0].headers['Retry-After']) >= 1)
            self.assertIn('RateLimit', seen[0].headers)
            time.sleep(0.2)
            held = [g.connect(2) for _ in range(8)]
            time.sleep(0.2)
            closed = 0
            for s in held:
                s.settimeout(0.2)
                try:
                    closed += s.recv(1) == b''
                except socket.timeout:
                    pass
                except OSError:
                    closed += 1
                s.close()
            self.assertEqual(closed, 3)
        finally:
            self.assertEqual(g.stop(), 0)


class Ends(Case):
    def test_port_taken_is_said(self):
        g = suite.gateway(instance='1', port=gateway.port)
        g.log = suite.folder / 'taken.log'
        g.start()
        self.assertNotEqual(g.wait_exit(), 0)
        self.assertIn(str(gateway.port), g.log_text())

    def test_sigterm_drains(self):
        port = xq.free_port()
        g = suite.gateway(port=port).start().wait_listening()
        idle = g.connect()
        self.assertEqual(g.stop(6), 0)
        self.assertEqual(xq.read_all(idle), b'')
        idle.close()


if __name__ == '__main__':
    xq.main()
