"""Two routers, one on ipc and one on tcp: either may die under load; keys are replaced without a failed request; strangers stay out."""
import ctypes
import ctypes.util
import signal
import socket
import struct
import threading
import time
import unittest

import whole
import xq
from whole import STREET

PAIR, PUB, SUB, DEALER = 0, 1, 2, 5
SOCKETS = [('calls', DEALER), ('work', DEALER), ('pub', PUB), ('sub', SUB)]  # bus_endpoint, and what connects there
SUCCEEDED, ALL_ENDS = 0x1000, 0x0800 | 0x1000 | 0x2000 | 0x4000 | 0x0200
zmq = ctypes.CDLL(ctypes.util.find_library('zmq') or 'libzmq.so.5')
zmq.zmq_ctx_new.restype = zmq.zmq_socket.restype = ctypes.c_void_p


def four_ports():
    """The first of four free ports in a row."""
    for _ in range(100):
        first = xq.free_port()
        held = []
        try:
            for k in range(4):
                s = socket.socket()
                held.append(s)
                s.bind(('127.0.0.1', first + k))
            return first
        except OSError:
            continue
        finally:
            for s in held:
                s.close()
    raise AssertionError('no four free ports in a row')


def keypair():
    public, secret = ctypes.create_string_buffer(41), ctypes.create_string_buffer(41)
    assert zmq.zmq_curve_keypair(public, secret) == 0
    return public.value.decode(), secret.value.decode()


def key_file(program):
    words = (suite.folder / 'keys' / f'{program}.key').read_text().split()
    return words[words.index('public') + 1], words[words.index('secret') + 1]


class Client:
    """A ZeroMQ client by hand, to see whether its handshake succeeds."""

    def __init__(self):
        self.ctx = ctypes.c_void_p(zmq.zmq_ctx_new())
        self.n = 0

    def admitted(self, endpoint, kind, pair=None):
        """pair None: the NULL mechanism."""
        self.n += 1
        s, monitor = (ctypes.c_void_p(zmq.zmq_socket(self.ctx, k)) for k in (kind, PAIR))
        zero = ctypes.c_int(0)
        for x in (s, monitor):
            zmq.zmq_setsockopt(x, 17, ctypes.byref(zero), 4)  # LINGER
        zmq.zmq_setsockopt(monitor, 27, ctypes.byref(ctypes.c_int(3000)), 4)  # RCVTIMEO
        if pair:
            for option, key in zip((48, 49, 50), (*pair, key_file('router')[0])):
                assert zmq.zmq_setsockopt(s, option, key.encode(), 40) == 0
        name = f'inproc://watch-{self.n}'.encode()
        assert zmq.zmq_socket_monitor(s, name, ALL_ENDS) == 0 and zmq.zmq_connect(monitor, name) == 0
        assert zmq.zmq_connect(s, endpoint.encode()) == 0
        told = ctypes.create_string_buffer(64)
        n = zmq.zmq_recv(monitor, told, 64, 0)
        zmq.zmq_socket_monitor(s, None, 0)
        zmq.zmq_close(s)
        zmq.zmq_close(monitor)
        if n < 6:
            raise AssertionError(f'{endpoint} says nothing')
        return struct.unpack('=H', told.raw[:2])[0] == SUCCEEDED

    def close(self):
        zmq.zmq_ctx_term(self.ctx)


class Load:
    """Residents who say what is needed, a few at a time, and send again with the same key until they hear a result."""

    def __init__(self, name, threads=4):
        self.name, self.end, self.stored, self.failures, self.lost = name, threading.Event(), [], [], []
        self.gateway = gateway
        self.threads = [threading.Thread(target=self.run, args=(k,), daemon=True) for k in range(threads)]

    def __enter__(self):
        for t in self.threads:
            t.start()
        return self

    def __exit__(self, *_):
        self.end.set()
        for t in self.threads:
            t.join(40)

    def run(self, k):
        n = 0
        while not self.end.is_set():
            n += 1
            text = f'{self.name} {k} {n}'
            body = {'region': STREET + '001', 'channel': 'website', 'subject': text, 'text': text}
            for _ in range(60):
                status = self.once(body, text.replace(' ', '-'))
                if status == 201:
                    self.stored.append(text)
                    break
                self.failures.append(status)
                time.sleep(0.1)
            else:
                self.lost.append(text)

    def once(self, body, key):
        try:
            return self.gateway.ask('POST', '/v1/opinions', body, key=key).status
        except OSError as e:
            return type(e).__name__

    def wait(self, more, seconds=30):
        at = len(self.stored)
        xq.wait_for(f'{self.name}: {more} more are stored', seconds, lambda: len(self.stored) >= at + more)


def opinions(name):
    """Subjects of all stored opinions that this load sent."""
    found, cursor = [], ''
    while True:
        a = gateway.ask('GET', f'/v1/streets/{STREET}/opinions?limit=100{cursor}').json()
        found += [x['subject'] for x in a['items'] if x['subject'].startswith(name + ' ')]
        if not a.get('next'):
            return found
        cursor = '&cursor=' + a['next']


def one_effect_each(case, load):
    """What was acknowledged is there, and once; a public page may be a second old."""
    until = time.monotonic() + 3
    while sorted(opinions(load.name)) != sorted(load.stored) and time.monotonic() < until:
        time.sleep(0.2)
    case.assertEqual(sorted(opinions(load.name)), sorted(load.stored), 'one effect each')


def processes_of(service):
    """How many processes of a service each router knows."""
    states = [p['state'] for p in gateway.ask('GET', '/v1/status').json()['processes'] if not p['gone']]
    return [q['idle'] + q['busy'] for s in states for q in s.get('queues', []) if q['service'] == service]


def setUpModule():
    global suite, routers, gateway, intake, client, endpoints
    suite = whole.Whole({'router': 2})
    unittest.addModuleCleanup(suite.close)
    bases = [f'ipc://{suite.folder}/r1', f'tcp://127.0.0.1:{four_ports()}']
    endpoints = [[f'{bases[0]}.{s}' for s, _ in SOCKETS],
                 [f'{bases[1].rsplit(":", 1)[0]}:{int(bases[1].rsplit(":", 1)[1]) + k}' for k in range(4)]]
    suite.write({'common': {'routers': bases}})
    suite.open().settle()
    routers, intake, gateway = suite.of('router'), suite.program['intake', 1], suite.door
    client = Client()
    unittest.addModuleCleanup(client.close)


class A_Strangers(unittest.TestCase):
    def test_only_listed_keys_come_in_anywhere(self):
        own = {'calls': 'gateway', 'work': 'intake', 'pub': 'intake', 'sub': 'gateway'}
        for base in endpoints:
            for (name, kind), endpoint in zip(SOCKETS, base):
                with self.subTest(endpoint=endpoint):
                    self.assertTrue(client.admitted(endpoint, kind, key_file(own[name])), 'a listed key')
                    self.assertFalse(client.admitted(endpoint, kind, keypair()), 'a stranger with a key of their own')
                    self.assertFalse(client.admitted(endpoint, kind), 'no key: the NULL mechanism')

    def test_each_router_tries_all_its_endpoints_before_it_starts(self):
        for r in routers:
            before = r.log_text().split('event=started')[0]
            self.assertEqual(before.count('event=stranger_refused'), len(SOCKETS), before)


class B_One_dies(unittest.TestCase):
    def dies(self, router, name):
        with Load(name) as load:
            load.wait(20)
            router.kill()
            load.wait(60)  # by the other one alone
            router.start()
            xq.wait_for('it is back', 10, lambda: router.log_text().count('event=started') > self.starts)
            load.wait(60)
        self.assertEqual(load.lost, [])
        # Passed on: unknown. Gathered for a router that was gone when the turn's pack left: 503, certainly not done. Both are sent again.
        self.assertLessEqual(set(load.failures), {503, 504})
        self.assertLessEqual(len(load.failures), 8, 'only what was in flight')
        one_effect_each(self, load)

    def test_the_router_on_ipc(self):
        self.starts = routers[0].log_text().count('event=started')
        self.dies(routers[0], 'ipc')

    def test_the_router_on_tcp(self):
        self.starts = routers[1].log_text().count('event=started')
        self.dies(routers[1], 'tcp')


class C_Keys(unittest.TestCase):
    def reload(self):
        seen = [r.log_text().count('event=allow_list_read') for r in routers]
        for r in routers:
            r.signal(signal.SIGHUP)
        for r, n in zip(routers, seen):
            xq.wait_for('the allow list is read again', 5, lambda r=r, n=n: r.log_text().count('event=allow_list_read') > n)
        time.sleep(0.3)  # the ZAP thread looks every 100 ms

    def replace(self, program):
        """A new pair beside the old one, both valid; returns the old line of the list."""
        old = key_file(program)
        allow = suite.folder / 'keys' / 'allow'
        line = next(x for x in allow.read_text().splitlines() if x.startswith(old[0]))
        new = keypair()
        with open(allow, 'a', encoding='ascii') as f:
            f.write(line.replace(old[0], new[0]) + '\n')
        path = suite.folder / 'keys' / f'{program}.key'
        path.write_text(f'public {new[0]}\nsecret {new[1]}\n')
        path.chmod(0o600)
        self.reload()
        return old, line

    def withdraw(self, line):
        allow = suite.folder / 'keys' / 'allow'
        allow.write_text(''.join(x + '\n' for x in allow.read_text().splitlines() if x != line))
        self.reload()

    def test_a_service_gets_a_new_key(self):
        global intake
        with Load('service') as load:
            load.wait(20)
            old, line = self.replace('intake')
            second = suite.service('intake', instance=2).start()
            xq.wait_for('both routers have two processes of intake', 10, lambda: processes_of('intake') == [2, 2])
            self.assertEqual(intake.stop(), 0)
            load.wait(40)  # by the new key alone
            self.withdraw(line)
            load.wait(20)
        intake = second
        self.assertEqual((load.failures, load.lost), ([], []), 'no failed request')
        one_effect_each(self, load)
        self.assertFalse(client.admitted(endpoints[0][1], DEALER, old), 'the old key is no longer let in')
        self.assertTrue(client.admitted(endpoints[1][1], DEALER, key_file('intake')))

    def test_a_gateway_gets_a_new_key(self):
        global gateway
        first = gateway
        with Load('gateway') as load:
            load.wait(20)
            old, line = self.replace('gateway')
            fresh = suite.gateway(instance=2, port=xq.free_port()).start().wait_ready()
            load.gateway = gateway = fresh  # what a load balancer does
            load.wait(40)
            self.assertEqual(first.stop(), 0)
            self.withdraw(line)
            load.wait(20)
        self.assertEqual((load.failures, load.lost), ([], []), 'no failed request')
        one_effect_each(self, load)
        for base in endpoints:
            self.assertFalse(client.admitted(base[0], DEALER, old), 'the old key is no longer let in')


if __name__ == '__main__':
    xq.main()
