"""WSGI applications behind a real server, for what only a socket shows."""

import contextlib
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from cheroot import wsgi
from cheroot.ssl import builtin

from trailmark.common import versions

#: What starts an answer, and a whole application.
Start = Callable[..., Any]
Application = Callable[[dict[str, Any], Start], Iterable[bytes]]


class Named:
    """An application that says that it is Trailmark, of a version."""

    def __init__(self, application: Application, version: str) -> None:
        self._application, self._version = application, version

    def __call__(
        self, environ: dict[str, Any], start: Start
    ) -> Iterable[bytes]:
        """Answer with the header."""

        def named(status: str, headers: list[tuple[str, str]]) -> Any:
            return start(status, [*headers, (versions.HEADER, self._version)])

        return self._application(environ, named)


class _Server(wsgi.Server):
    """One that says nothing of clients that leave."""

    def error_log(self, *said: Any, **more: Any) -> None:
        """Nothing."""


@contextlib.contextmanager
def served(
    application: Application, pair: tuple[str, str] | None = None
) -> Iterator[str]:
    """The URL of an application, with TLS if `pair` names its files."""
    server = _Server(
        ('127.0.0.1', 0), application, numthreads=4, shutdown_timeout=1
    )
    if pair is not None:
        server.ssl_adapter = builtin.BuiltinSSLAdapter(*pair)
    # Its end is waited for as long as it looks for new connections.
    server.expiration_interval = 0.02
    server.prepare()
    thread = threading.Thread(target=server.serve, daemon=True)
    thread.start()
    scheme = 'http' if pair is None else 'https'
    try:
        yield f'{scheme}://127.0.0.1:{server.bind_addr[1]}'
    finally:
        server.stop()
        thread.join(10)
