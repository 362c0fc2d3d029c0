"""Connections before and between requests: no thread waits for any of them.

Requests are read by one thread for all connections, and handed to a thread of
their own when they are whole. Who is slow keeps nobody from being answered.
"""

import collections
import contextlib
import logging
import queue
import selectors
import socket
import time
from typing import Any

from cheroot import server
from werkzeug import exceptions as http

from trailmark.api import framing, wire

LOG = logging.getLogger(__name__)
#: Seconds between two looks at who is too slow.
_LOOK = 0.5
#: Seconds and bytes that a peer may send beyond an answer that ends it all.
_LINGERING, _DISCARDED = 2.0, 8 * 1024 * 1024


class Connection(server.HTTPConnection):
    """One whose requests are read ahead."""

    RequestHandlerClass = framing.Request

    def __init__(self, of: Any, peer: socket.socket, address: str) -> None:
        super().__init__(of, peer, lambda *_: None)
        self.rfile = wire.Reader(peer, of.request_seconds)
        self.wfile = wire.Writer(peer, of.request_seconds)
        self.remote_addr = address
        self.intake: Intake | None = None
        #: Whether something of its request was not read.
        self.is_unread = False
        self.is_told_to_go_on = False
        self.discarded = 0

    def close(self) -> None:
        """Let the thread of all connections close it."""
        if self.intake is None:
            super().close()
        else:
            self.intake.give_back(self, keep=False)


class Intake:
    """The connections of a server, in the place of those of cheroot.

    `most` are kept, `share` of one address, `threads` answer at a time: of
    one address three quarters of them at most. Whether the API lives is
    always answered: there has to be one thread more.
    """

    def __init__(self, of: Any, most: int, share: int, threads: int) -> None:
        self._server = of
        self._most, self._share, self._threads = most, share, threads
        self._selector = selectors.DefaultSelector()
        self._selector.register(of.socket, selectors.EVENT_READ)
        self._waker, self._woken = socket.socketpair()
        self._woken.setblocking(False)
        self._selector.register(self._woken, selectors.EVENT_READ, self)
        self._returned: queue.SimpleQueue[tuple[Connection, bool]] = (
            queue.SimpleQueue()
        )
        self._by_address: collections.Counter[str] = collections.Counter()
        #: Registered, from the oldest on, and which of them only linger.
        self._reading: dict[Connection, float] = {}
        self._lingering: dict[Connection, float] = {}
        self._whole: collections.deque[Connection] = collections.deque()
        self._answered: dict[Connection, bool] = {}
        self._is_stopping = self._is_running = False

    @property
    def can_add_keepalive_connection(self) -> bool:
        """Whether a connection may wait for another request."""
        return len(self._reading) < self._most // 2

    def put(self, connection: Connection) -> None:
        """Wait for another request."""
        self.give_back(connection, keep=True)

    def give_back(self, connection: Connection, *, keep: bool) -> None:
        """From a thread that has answered."""
        self._returned.put((connection, keep))
        with contextlib.suppress(OSError):
            self._waker.send(b'.')

    def run(self, _: float) -> None:
        """Until it is stopped."""
        self._is_running = True
        looked = time.monotonic()
        try:
            while not self._is_stopping:
                for key, _mask in self._selector.select(_LOOK):
                    self._hear(key.data)
                self._take_back()
                self._hand_out()
                if time.monotonic() - looked >= _LOOK:
                    self._expire()
                    looked = time.monotonic()
        finally:
            self._is_running = False

    def stop(self) -> None:
        """End `run`."""
        self._is_stopping = True
        with contextlib.suppress(OSError):
            self._waker.send(b'.')
        while self._is_running:
            time.sleep(0.01)

    def close(self) -> None:
        """Close what waits; threads that still answer close their own."""
        self._take_back()
        for one in (*self._reading, *self._lingering, *self._whole):
            self._forget(one)
        for one in self._answered:
            one.intake = None
        self._selector.close()
        self._waker.close()
        self._woken.close()

    def _hear(self, who: 'Connection | Intake | None') -> None:
        if who is None:
            self._accept()
        elif isinstance(who, Intake):
            with contextlib.suppress(BlockingIOError):
                self._woken.recv(4096)
        elif who in self._lingering:
            self._discard(who)
        elif who in self._reading:
            self._read(who)

    def _accept(self) -> None:
        try:
            peer, address = self._server.socket.accept()
        except (BlockingIOError, TimeoutError):
            return
        except OSError as error:
            LOG.warning('a connection can not be taken: %s', error)
            if not self._make_room(None):
                time.sleep(_LOOK)
            return
        host = str(address[0])
        is_full = sum(self._by_address.values()) >= self._most
        if is_full and not self._make_room(None):
            peer.close()
            return
        if self._by_address[host] >= self._share and not self._make_room(host):
            peer.close()
            return
        made = Connection(self._server, peer, host)
        made.remote_port, made.intake = address[1], self
        self._by_address[host] += 1
        self._watch(made, self._reading)

    def _make_room(self, address: str | None) -> bool:
        """Close the oldest that has no whole request, of an address or any."""
        for one in (*self._lingering, *self._reading):
            if address in (None, one.remote_addr):
                self._forget(one)
                return True
        return False

    def _watch(self, one: Connection, among: dict[Connection, float]) -> None:
        among[one] = time.monotonic()
        one.rfile.begin()
        one.socket.setblocking(False)
        self._selector.register(one.socket, selectors.EVENT_READ, one)

    def _unwatch(self, one: Connection) -> None:
        for among in (self._reading, self._lingering):
            if among.pop(one, None) is not None:
                self._selector.unregister(one.socket)

    def _forget(self, one: Connection) -> None:
        """Close it."""
        self._unwatch(one)
        self._by_address[one.remote_addr] -= 1
        if not self._by_address[one.remote_addr]:
            del self._by_address[one.remote_addr]
        one.intake = None
        with contextlib.suppress(OSError):
            one.close()

    def _read(self, one: Connection) -> None:
        if not one.rfile.has_data():
            one.rfile.begin()
        try:
            if not one.rfile.receive():
                self._forget(one)
                return
        except BlockingIOError:
            return
        except OSError:
            self._forget(one)
            return
        self._sort(one)

    def _sort(self, one: Connection) -> None:
        """Hand it on when its request is whole, refuse one that is none."""
        try:
            if framing.is_whole(one.rfile):
                self._unwatch(one)
                self._whole.append(one)
            elif not one.is_told_to_go_on and framing.awaits(one.rfile):
                one.is_told_to_go_on = True
                self._send(one, 'HTTP/1.1 100 Continue\r\n\r\n')
        except http.HTTPException as error:
            self._refuse(one, error)

    def _refuse(self, one: Connection, error: http.HTTPException) -> None:
        """Answer without a thread: a few bytes, for which there is room."""
        self._send(
            one,
            f'HTTP/1.1 {error.code} {error.name}\r\nContent-Length: 0\r\n'
            'Connection: close\r\n\r\n',
        )
        self._unwatch(one)
        self._linger(one)

    def _send(self, one: Connection, said: str) -> None:
        with contextlib.suppress(OSError):
            one.socket.send(said.encode())

    def _linger(self, one: Connection) -> None:
        """Close it once the peer has heard the answer: else it may not."""
        one.rfile.close()
        try:
            one.socket.shutdown(socket.SHUT_WR)
        except OSError:
            self._forget(one)
            return
        self._watch(one, self._lingering)

    def _discard(self, one: Connection) -> None:
        try:
            size = one.rfile.receive()
        except OSError:
            size = 0
        one.rfile.close()
        one.discarded += size
        if not size or one.discarded > _DISCARDED:
            self._forget(one)

    def _take_back(self) -> None:
        with contextlib.suppress(queue.Empty):
            while True:
                one, keep = self._returned.get_nowait()
                self._answered.pop(one, None)
                if one.intake is None:
                    continue
                if keep:
                    self._watch(one, self._reading)
                    self._sort(one)
                elif one.is_unread:
                    self._linger(one)
                else:
                    self._forget(one)

    def _hand_out(self) -> None:
        """Give whole requests to threads, the oldest first."""
        counted = [one for one, counts in self._answered.items() if counts]
        by_address = collections.Counter(one.remote_addr for one in counted)
        free, most = self._threads - len(counted), self._threads * 3 // 4
        left: collections.deque[Connection] = collections.deque()
        for one in self._whole:
            counts = not framing.asks_health(one.rfile)
            if counts and (not free or by_address[one.remote_addr] >= most):
                left.append(one)
                continue
            free -= counts
            by_address[one.remote_addr] += counts
            self._answered[one] = counts
            one.is_unread, one.is_told_to_go_on = True, False
            one.rfile.begin()
            self._server.requests.put(one)
        self._whole = left

    def _expire(self) -> None:
        now = time.monotonic()
        for one, since in list(self._lingering.items()):
            if now - since > _LINGERING:
                self._forget(one)
        for one, since in list(self._reading.items()):
            if one.rfile.has_data():
                if one.rfile.seconds_left() <= 0:
                    self._refuse(one, http.RequestTimeout())
            elif now - since > self._server.timeout:
                self._forget(one)
