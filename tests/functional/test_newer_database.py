"""A database that a newer version of Trailmark has upgraded."""

import contextlib
import os
import pathlib
import sqlite3
import subprocess
import sys
import tempfile
import unittest

_BIN = pathlib.Path(sys.executable).parent
_COMMANDS = (
    *('cluster list', 'run list', 'deploy .', 'serve --port 0'),
    *('db upgrade', 'db purge --keep-runs 1'),
)


class NewerDatabaseTest(unittest.TestCase):
    """Every command and every daemon says what is to be done."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        (self.folder / 'a.yaml').write_text('- {id: a, type: noop}\n')

    def run_with(
        self, words: list[str], **named: str
    ) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, 'TRAILMARK_STATE': str(self.folder)}
        return subprocess.run(
            [str(_BIN / words[0]), *words[1:]],
            env={**environment, **named},
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def make_newer(self) -> str:
        """The URL of the database, which is of no known version now."""
        self.run_with(['trailmark', 'cluster', 'list'])
        path = self.folder / 'trailmark.db'
        with contextlib.closing(sqlite3.connect(path)) as db:
            db.execute("UPDATE alembic_version SET version_num = '9999'")
            db.commit()
        return f'sqlite:///{path}'

    def assert_told(self, ended: subprocess.CompletedProcess[str]) -> None:
        said = ended.stdout + ended.stderr
        self.assertEqual(2, ended.returncode, said)
        self.assertIn('revision 9999', said)
        self.assertIn('install the newer version', said)
        self.assertNotIn('db upgrade', ended.stderr)

    def test_each_command_tells_to_install_the_newer_version(self) -> None:
        url = self.make_newer()
        for command in _COMMANDS:
            words = ['trailmark', *command.split()]
            with self.subTest(command):
                self.assert_told(self.run_with(words))
                self.assert_told(
                    self.run_with(words, OS_DATABASE__CONNECTION=url)
                )

    def test_each_daemon_tells_to_install_the_newer_version(self) -> None:
        named = {
            'OS_DATABASE__CONNECTION': self.make_newer(),
            'OS_DEFAULT__TRANSPORT_URL': 'rabbit://nobody@127.0.0.1:1/',
        }
        for daemon in ('trailmark-engine', 'trailmark-api'):
            with self.subTest(daemon):
                self.assert_told(self.run_with([daemon], **named))

    def test_its_version_is_shown_with_what_to_do(self) -> None:
        self.make_newer()
        shown = self.run_with(['trailmark', 'db', 'version'])
        self.assertEqual((0, '9999\n'), (shown.returncode, shown.stdout))
        self.assertIn('install the newer version', shown.stderr)
