"""The console script starts fast: it loads nothing that it may not need."""

import os
import subprocess
import sys
import tempfile
import unittest

_HEAVY = ('sqlalchemy', 'taskflow', 'alembic', 'httpx', 'oslo_db', 'werkzeug')
_OF_ENGINES = ('taskflow', 'networkx', 'alembic')
#: Draws what a run does.
_TERMINAL = 'trailmark.cli.terminal'
_PROGRAM = """
import contextlib, sys
from trailmark.app import command
with contextlib.suppress(SystemExit):
    command.main({words!r})
print([name for name in {names!r} if name in sys.modules], file=sys.stderr)
"""


def _loaded(names: tuple[str, ...], *words: str, state: str = '') -> str:
    """Those of some modules that a command line loads."""
    ended = subprocess.run(
        [sys.executable, '-c', _PROGRAM.format(words=[*words], names=names)],
        env={**os.environ, 'TRAILMARK_STATE': state},
        capture_output=True,
        text=True,
        check=True,
    )
    return ended.stderr.strip()


class CommandTest(unittest.TestCase):
    def test_help_loads_neither_database_nor_engine(self) -> None:
        self.assertEqual('[]', _loaded(_HEAVY, '--help'))

    def test_what_only_reads_loads_no_engine(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        _loaded((), 'run', 'list', state=folder.name)

        found = _loaded(
            (*_OF_ENGINES, _TERMINAL), 'run', 'list', state=folder.name
        )

        self.assertEqual('[]', found)
