"""Who reads the output, slowly or not at all, never holds a run up."""

import fcntl
import functools
import os
import select
import subprocess
import termios
from typing import Any

from trailmark.common import exceptions
from trailmark.common.states import RunState
from trailmark.db import connection, runs
from trailmark.tests.functional import base, processes

#: The smallest pipe: it is full after some dozen lines.
_SMALL = 4096
_EXECUTIONS = 60
_SECONDS = 20


class ReadersTest(base.ProcessTestCase):
    """The run ends first; what it said is read, or not, afterwards."""

    def setUp(self) -> None:
        super().setUp()
        self.deployment = base.write(
            self.folder / 'deployment',
            {
                'nodes.yaml': base.nodes('n1', 'n2'),
                'release/default.yaml': [
                    _task(number) for number in range(_EXECUTIONS // 2)
                ],
            },
        )
        self.engine = self.trailmark()

    def _start(self, **streams: Any) -> subprocess.Popen[str]:
        process = self.engine.start('deploy', str(self.deployment), **streams)
        self.addCleanup(processes.kill, process)
        return process

    def _piped(self, name: str) -> subprocess.Popen[str]:
        process = self._start(**{name: subprocess.PIPE})
        stream = getattr(process, name)
        self.addCleanup(stream.close)
        fcntl.fcntl(stream, fcntl.F_SETPIPE_SZ, _SMALL)
        return process

    @functools.cached_property
    def _db(self) -> connection.Database:
        return self.database()

    def _ready(self) -> bool:
        if not (self.engine.state / 'trailmark.db').exists():
            return False
        try:
            found = runs.list_all(self._db, limit=1)
        except exceptions.DatabaseUnavailable:
            return False
        return bool(found) and found[0].state == RunState.READY

    def _wait_for_run(self) -> None:
        self.until(self._ready, 'the run ends', _SECONDS)

    def test_a_pipe_that_nobody_reads_holds_nothing_up(self) -> None:
        process = self._piped('stdout')

        self._wait_for_run()

        self.assertIsNone(process.poll(), 'the pipe was never full')
        said, _ = process.communicate(timeout=_SECONDS)
        self.assertEqual(0, process.returncode)
        self.assertGreater(len(said), _SMALL)
        self.assertTrue(said.endswith('Run 1 is ready\n'), said[-200:])

    def test_warnings_that_nobody_reads_hold_nothing_up(self) -> None:
        process = self._piped('stderr')

        self._wait_for_run()

        self.assertIsNone(process.poll(), 'the pipe was never full')
        _, said = process.communicate(timeout=_SECONDS)
        self.assertEqual(0, process.returncode)
        self.assertGreater(len(said), _SMALL)

    def test_a_paused_terminal_holds_nothing_up(self) -> None:
        terminal, slave = os.openpty()
        self.addCleanup(os.close, terminal)
        termios.tcflow(slave, termios.TCOOFF)
        process = self._start(stdout=slave, stderr=slave)

        self._wait_for_run()

        self.assertIsNone(process.poll(), 'it did not write to the terminal')
        termios.tcflow(slave, termios.TCOON)
        os.close(slave)
        said = self._read_terminal(terminal)
        self.assertEqual(0, process.wait(_SECONDS))
        self.assertIn('Run 1 is ready', said)

    def _read_terminal(self, terminal: int) -> str:
        said = b''
        while select.select([terminal], [], [], _SECONDS)[0]:
            try:
                said += os.read(terminal, _SMALL)
            except OSError:
                return said.decode(errors='replace')
        self.fail(f'the terminal stays open: {said!r}')

    def test_a_reader_that_leaves_changes_nothing(self) -> None:
        process = self._piped('stdout')
        stream = process.stdout
        assert stream is not None
        stream.read(1)
        stream.close()

        self.assertEqual(0, process.wait(_SECONDS))
        self.assertTrue(self._ready())

    def test_a_full_disk_below_the_output_changes_nothing(self) -> None:
        full = os.open('/dev/full', os.O_WRONLY)
        self.addCleanup(os.close, full)

        process = self._start(stdout=full, stderr=full)

        self.assertEqual(0, process.wait(_SECONDS))
        self.assertTrue(self._ready())


def _task(number: int) -> dict[str, Any]:
    """One that says much: a long name, and a warning."""
    return {
        'id': f'task-{number}-{"long" * 20}',
        'type': 'noop',
        'version': '2.0.0',
        'roles': ['w'],
        'requires': [f'absent-{number}-{"long" * 20}'],
    }
