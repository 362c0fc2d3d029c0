"""The console script `trailmark`."""

import contextlib
import gc
import sys
from collections.abc import Iterator, Sequence

from trailmark.cli import connection, shell


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command line; its exit code."""
    words = sys.argv[1:] if argv is None else argv
    return shell.TrailmarkShell(_connect).run(list(words))


def _connect(options: connection.Options) -> connection.Connection:
    with _uncollected():
        connect = _http() if options.is_remote else _embedded()
    return connect(options)


def _http() -> connection.Connect:
    from trailmark.cli import http  # late: 0.1 s

    return http.connect


def _embedded() -> connection.Connect:
    from trailmark.app import embedded  # late: 0.7 s

    return embedded.connect


@contextlib.contextmanager
def _uncollected() -> Iterator[None]:
    """What is imported stays: looking for garbage in it only takes time."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
