"""The API behind its own server, asked over sockets."""

import contextlib
import socket
import time
from collections.abc import Callable, Iterator

import httpx

from trailmark.api import application, server
from trailmark.drivers import catalog
from trailmark.tests.unit.api import secured, served


class ListeningTestCase(secured.SecuredTestCase):
    """A server of its own for each test, with users of a file."""

    #: Seconds after which a peer is given up that should have answered.
    patience = 30.0

    def listen(self, **options: object) -> str:
        """Serve with these options of [api]; the URL."""
        conf = secured.configuration()
        conf.set_override('port', 0, group='api')
        for name, value in options.items():
            conf.set_override(name, value, group='api')
        api = application.Application(
            self.db,
            self.engine,
            catalog.catalog(),
            30.0,
            served.planner(),
            guard=self.guard,
        )
        self.server = server.Server(api, conf)
        self.server.start()
        self.addCleanup(self.server.stop)
        self.url = self.server.url
        return self.url

    @contextlib.contextmanager
    def peer(self, said: bytes = b'') -> Iterator[socket.socket]:
        """A connection that has sent so much."""
        url = httpx.URL(self.url)
        address = url.host, url.port or 0
        with socket.create_connection(address, self.patience) as made:
            made.sendall(said)
            yield made

    def answer(self, said: bytes) -> bytes:
        """All that is answered until the server ends the connection."""
        with self.peer(said) as made:
            return b''.join(iter(lambda: _received(made), b''))

    def status(self, said: bytes) -> int:
        """The status that is answered, 0 where none is."""
        answer = self.answer(said)
        return int(answer.split(b' ', 2)[1]) if answer else 0

    def until(self, holds: Callable[[], bool]) -> None:
        """Wait for a state."""
        ends = time.monotonic() + self.patience
        while not holds():
            self.assertLess(time.monotonic(), ends)
            time.sleep(0.02)


def _received(peer: socket.socket) -> bytes:
    try:
        return peer.recv(65536)
    except ConnectionResetError:
        return b''
