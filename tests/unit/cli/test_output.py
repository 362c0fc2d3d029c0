"""Tests of readers that go away, or don't read, in real processes."""

import os
import pathlib
import signal
import subprocess
import sys
import time

import fixtures
import testtools

from trailmark.cli import output

_SCRIPTED = 'trailmark.tests.unit.cli.scripted'


class ReadersTest(testtools.TestCase):
    def setUp(self) -> None:
        super().setUp()
        folder = self.useFixture(fixtures.TempDir()).path
        self.ending = pathlib.Path(folder, 'ending')

    def _start(self, *words: str) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [
                sys.executable,
                '-m',
                _SCRIPTED,
                str(self.ending),
                *words,
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def test_a_run_goes_on_silently_when_its_reader_has_gone(self) -> None:
        process = self._start('run', 'resume', '3')
        assert process.stdout is not None and process.stderr is not None
        self.assertIn(b'Run 3', process.stdout.readline())
        process.stdout.close()
        time.sleep(0.3)
        self.assertIsNone(process.poll())
        self.ending.touch()
        self.assertEqual(1, process.wait(timeout=20))
        self.assertEqual(b'', process.stderr.read())

    def test_a_list_ends_quietly_when_its_reader_has_gone(self) -> None:
        process = self._start('tasks-history', '3')
        assert process.stdout is not None and process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        self.assertEqual(0, process.wait(timeout=20))
        self.assertEqual(b'', process.stderr.read())

    def test_ctrl_c_is_heard_while_nobody_reads(self) -> None:
        process = self._start('run', 'resume', '3')
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        deadline = time.monotonic() + 20
        while not self.ending.exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        self.assertTrue(self.ending.exists(), 'the stop was not asked for')
        process.stdout.read()
        self.assertEqual(1, process.wait(timeout=20))

    def test_a_list_that_is_cut_by_a_full_disk_is_no_success(self) -> None:
        if not os.path.exists('/dev/full'):
            self.skipTest('there is no /dev/full')
        with open('/dev/full', 'wb') as full:
            done = subprocess.run(
                [
                    sys.executable,
                    '-m',
                    _SCRIPTED,
                    str(self.ending),
                    'tasks-history',
                    '3',
                ],
                stdout=full,
                stderr=subprocess.PIPE,
                check=False,
            )
        self.assertEqual(4, done.returncode)
        self.assertIn(b'output is cut: No space left', done.stderr)

    def test_closed_streams_are_nobody_who_reads(self) -> None:
        command = f'exec {sys.executable} -m {_SCRIPTED} {self.ending} $0 3'
        done = subprocess.run(
            ['/bin/sh', '-c', f'{command} <&- >&- 2>&-', 'tasks-history'],
            check=False,
        )
        self.assertEqual(0, done.returncode)


class PrintableTest(testtools.TestCase):
    def test_what_would_move_a_cursor_is_escaped(self) -> None:
        self.assertEqual('ä\t\\x1b[2J\n', output.printable('ä\t\x1b[2J\n'))
