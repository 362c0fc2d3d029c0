"""The console script starts fast: it loads nothing that it may not need."""

import subprocess
import sys
import unittest

_HEAVY = ('sqlalchemy', 'taskflow', 'alembic', 'httpx', 'oslo_db', 'werkzeug')
_PROGRAM = f"""
import contextlib, sys
from trailmark.app import command
with contextlib.suppress(SystemExit):
    command.main(['--help'])
print([name for name in {_HEAVY!r} if name in sys.modules], file=sys.stderr)
"""


class CommandTest(unittest.TestCase):
    def test_help_loads_neither_database_nor_engine(self) -> None:
        ended = subprocess.run(
            [sys.executable, '-c', _PROGRAM],
            capture_output=True,
            text=True,
            check=True,
        )

        self.assertEqual('[]', ended.stderr.strip())
