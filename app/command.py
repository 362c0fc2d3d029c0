"""The console script `trailmark`."""

import contextlib
import gc
import pkgutil
import sys
from collections.abc import Iterator, Sequence

from trailmark.cli import connection, shell


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command line; its exit code."""
    words = sys.argv[1:] if argv is None else argv
    return shell.TrailmarkShell(_connect).run(list(words))


def _connect(options: connection.Options) -> connection.Connection:
    # By name: help and refused arguments need neither database nor engine.
    room = 'cli.http' if options.is_remote else 'app.embedded'
    with _uncollected():
        opened: connection.Connect = pkgutil.resolve_name(
            f'trailmark.{room}:connect'
        )
    return opened(options)


@contextlib.contextmanager
def _uncollected() -> Iterator[None]:
    """What is imported stays: looking for garbage in it only takes time."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
