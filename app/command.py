"""The console script `trailmark`."""

import pkgutil
import sys
from collections.abc import Sequence

from trailmark.cli import connection, shell


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command line; its exit code."""
    words = sys.argv[1:] if argv is None else argv
    return shell.TrailmarkShell(_connect).run(list(words))


def _connect(options: connection.Options) -> connection.Connection:
    # By name: help and refused arguments need neither database nor engine.
    opened: connection.Connect = pkgutil.resolve_name(
        'trailmark.app.embedded:connect'
    )
    return opened(options)
