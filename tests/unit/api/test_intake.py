"""Peers that are slow, many or large: the others are answered meanwhile."""

import contextlib
import resource
import socket
import time

import httpx

from trailmark.tests.unit.api import listening

_TOKENS = b'POST /keystone/v2.0/tokens HTTP/1.1\r\nHost: 127.0.0.1\r\n'
_SOON = 5.0
#: What no request of somebody unknown may add to what is held: kB.
_LITTLE = 40_000


class SlowTest(listening.ListeningTestCase):
    def assert_answers(self) -> None:
        """Those who ask now are answered soon."""
        began = time.monotonic()
        alive = httpx.get(f'{self.url}/healthz')
        asked = httpx.get(f'{self.url}/api/v1/version')
        self.assertEqual([200, 200], [alive.status_code, asked.status_code])
        self.assertLess(time.monotonic() - began, _SOON)

    def hold(self, count: int, said: bytes) -> list[socket.socket]:
        """So many connections that have sent this and send no more."""
        return [self.enterContext(self.peer(said)) for _ in range(count)]

    def test_those_who_send_one_byte_keep_nobody_waiting(self) -> None:
        self.listen()

        self.hold(34, b'G')

        self.assert_answers()

    def test_those_who_send_no_whole_body_keep_nobody_waiting(self) -> None:
        self.listen()

        self.hold(34, _TOKENS + b'Content-Length: 100\r\n\r\n{')
        self.hold(34, _TOKENS + b'Content-Length: 60000000\r\n\r\n{')
        self.hold(34, _TOKENS + b'Transfer-Encoding: chunked\r\n\r\n5\r\n{')

        self.assert_answers()

    def test_those_who_take_no_answer_keep_nobody_waiting(self) -> None:
        self.listen(threads=4)
        asked = b'GET /api/v1/openapi.json HTTP/1.1\r\nHost: a\r\n\r\n'

        self.hold(40, asked * 20)

        alive = httpx.get(f'{self.url}/healthz')
        self.assertEqual(200, alive.status_code)

    def test_a_known_user_with_slow_bodies_leaves_threads_to_others(
        self,
    ) -> None:
        self.listen(threads=8)
        head = (
            b'POST /api/v1/graphs/lint HTTP/1.1\r\nHost: a\r\n'
            b'Authorization: Basic YWRhOmFkYWFkYQ==\r\n'
        )

        self.hold(34, head + b'Content-Length: 200000\r\n\r\n{')

        alive = httpx.get(f'{self.url}/healthz')
        self.assertEqual(200, alive.status_code)
        other = httpx.HTTPTransport(local_address='127.0.0.2')
        with httpx.Client(transport=other) as client:
            asked = client.get(f'{self.url}/api/v1/version')
        self.assertEqual(200, asked.status_code)

    def test_a_request_that_does_not_come_is_ended(self) -> None:
        self.listen(request_seconds=1)
        for said in (b'GET /', _TOKENS + b'Content-Length: 9\r\n\r\n{'):
            with self.subTest(said):
                self.assertEqual(408, self.status(said))

    def test_a_body_that_comes_a_byte_at_a_time_is_ended(self) -> None:
        self.listen(request_seconds=1)
        head = (
            b'POST /api/v1/graphs/lint HTTP/1.1\r\nHost: a\r\n'
            b'Authorization: Basic YWRhOmFkYWFkYQ==\r\n'
            b'Content-Length: 200000\r\n\r\n'
        )
        with self.peer(head) as peer:
            peer.settimeout(0.1)
            said: list[bytes] = []
            self.until(lambda: _trickle(peer, said))

        self.assertIn(said[-1], (b'HTTP/1.1 408', b'gone'))

    def test_a_body_that_comes_after_it_was_asked_for_is_read(self) -> None:
        self.listen()
        body = b'{"auth": {}}'
        head = b'Expect: 100-continue\r\nContent-Length: %d\r\n\r\n'

        with self.peer(_TOKENS + head % len(body)) as peer:
            told = peer.recv(100)
            peer.sendall(body)
            answered: list[bytes] = []
            self.until(lambda: _hears(peer, answered, b' 400 '))

        self.assertIn(b'100 Continue', told)


class ManyTest(listening.ListeningTestCase):
    def test_the_oldest_that_says_nothing_makes_room(self) -> None:
        self.listen(connections=16, address_connections=16)
        with contextlib.ExitStack() as held:
            first = held.enter_context(self.peer(b'G'))
            for _ in range(40):
                held.enter_context(self.peer(b'G'))

            self.assertEqual(b'', first.recv(1))
            answer = httpx.get(f'{self.url}/api/v1/version')

        self.assertEqual(200, answer.status_code)

    def test_one_address_has_a_share_alone(self) -> None:
        self.listen(connections=20, address_connections=10)
        other = ('127.0.0.2', 0)
        url = httpx.URL(self.url)
        with contextlib.ExitStack() as held:
            kept = held.enter_context(
                socket.create_connection(
                    (url.host, url.port or 0), source_address=other
                )
            )
            for _ in range(40):
                held.enter_context(self.peer(b'G'))
            httpx.get(f'{self.url}/api/v1/version')
            kept.sendall(b'GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n')

            self.assertIn(b' 200 ', kept.recv(100))


class LargeTest(listening.ListeningTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.listen()
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        self.addCleanup(
            lambda: self.assertLess(
                resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before,
                _LITTLE,
            )
        )

    def test_a_large_body_of_somebody_unknown_is_not_read(self) -> None:
        for path in (b'/keystone/v2.0/tokens', b'/api/v1/deployments'):
            with self.subTest(path):
                head = b'POST %s HTTP/1.1\r\nHost: a\r\n' % path
                answer = self._flood(
                    head + b'Content-Length: 60000000\r\n\r\n', b'{},' * 20_000
                )
                self.assertIn(answer[9:12], (b'413', b'401', b''))

    def test_a_token_is_asked_for_in_little(self) -> None:
        answer = httpx.post(
            f'{self.url}/keystone/v2.0/tokens', json={'auth': 'x' * 17_000}
        )

        error = self.assert_refused(answer, 413, 'body_too_large')
        self.assertIn('16384 bytes', error['message'])

    def test_a_token_is_asked_for_with_a_length(self) -> None:
        sent = httpx.post(
            f'{self.url}/keystone/v2.0/tokens', content=iter([b'{}'])
        )

        self.assertEqual(411, sent.status_code)

    def test_a_large_header_is_not_read(self) -> None:
        head = b'GET / HTTP/1.1\r\nHost: a\r\nX: '

        answer = self._flood(head, b'x' * 60_000, 5_000)

        self.assertIn(answer[9:12], (b'431', b''))

    def test_headers_of_32_kib_are_too_large_together(self) -> None:
        head = b'GET /healthz HTTP/1.1\r\nHost: a\r\n'
        lines = b''.join(b'X-%d: %s\r\n' % (n, b'x' * 400) for n in range(90))

        self.assertEqual(431, self.status(head + lines + b'\r\n'))
        half = lines[: len(lines) // 2].rpartition(b'\r\n')[0]
        rest = b'\r\nConnection: close\r\n\r\n'
        self.assertEqual(200, self.status(head + half + rest))

    def _flood(self, head: bytes, piece: bytes, times: int = 1_000) -> bytes:
        """What is answered to one who goes on sending as long as he may."""
        with self.peer(head) as peer:
            try:
                for _ in range(times):
                    peer.sendall(piece)
            except OSError:
                self.assertTrue(True)
            else:
                self.fail('all of it was taken')
            try:
                return peer.recv(100)
            except OSError:
                return b''


def _trickle(peer: socket.socket, answered: list[bytes]) -> bool:
    """Send a byte; whether something was answered."""
    try:
        peer.sendall(b'x')
        answered.append(peer.recv(12))
    except TimeoutError:
        return False
    except OSError:
        answered.append(b'gone')
    return True


def _hears(peer: socket.socket, heard: list[bytes], word: bytes) -> bool:
    """Whether a word stands in what has been answered."""
    heard.append(peer.recv(99))
    return word in b''.join(heard)
