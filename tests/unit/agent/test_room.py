"""Tests of attempts on a machine that is short of something."""

import threading
import unittest
from unittest import mock

from trailmark.agent import pool
from trailmark.common.states import ExecutionState
from trailmark.drivers import base, processes
from trailmark.messaging import contracts
from trailmark.tests import files
from trailmark.tests.unit.agent import engines

_ID = '1.0.1.1.1'


class TestFiles(engines.AgentCase):
    """What becomes of attempts under "too many open files"."""

    def setUp(self) -> None:
        super().setUp()
        self.carrier = self.agent()

    def carry_out(self, cmd: str = 'true', **more: object) -> None:
        self.carrier.execute_task_on_instance(
            [engines.attempt(_ID, cmd, **more)]
        )

    def is_refused(self) -> bool:
        """Whether an attempt is held though it could not begin."""
        return bool(self.engine.reports) and not self.engine.outcomes

    def test_a_command_waits_until_it_can_begin(self) -> None:
        with files.exhausted() as release:
            self.carry_out('touch begun; echo hi')
            self.until(self.is_refused)
            self.assertFalse((self.folder / 'begun').exists())
            release()
            found = self.outcome(_ID)
        self.assertEqual('hi\n', (found.summary or {})['stdout'])

    def test_a_file_is_written_as_soon_as_one_can_be_opened(self) -> None:
        given = {'path': 'f', 'data': 'x'}
        with files.exhausted() as release:
            self.carry_out(type='upload_file', parameters=given)
            self.until(self.is_refused)
            release()
            found = self.outcome(_ID)
        self.assertEqual(ExecutionState.READY, found.state, found)
        self.assertEqual('x', (self.folder / 'f').read_text())

    def test_what_could_not_begin_in_its_time_says_so(self) -> None:
        with files.exhausted():
            self.carry_out(timeout=0.3)
            found = self.outcome(_ID)
        self.assertEqual(contracts.SHORTAGE, found.fault)
        self.assertIn('Too many open files', found.message or '')

    def test_a_cancel_ends_the_waiting(self) -> None:
        with files.exhausted():
            self.carry_out()
            self.until(self.is_refused)
            self.carrier.cancel_task([_ID])
            found = self.outcome(_ID)
        self.assertEqual(ExecutionState.CANCELLED, found.state)


class TestProcesses(engines.AgentCase):
    """What becomes of attempts when nothing can be forked."""

    def start_badly(self, *numbers: int) -> None:
        """The starts of processes with these numbers fail at first."""
        real, self.tried = processes.Child, 0

        def child(
            command: processes.Command, watch: base.Watch
        ) -> processes.Child:
            self.tried += 1
            if self.tried in numbers:
                raise BlockingIOError(11, 'Resource temporarily unavailable')
            return real(command, watch)

        patch = mock.patch.object(processes, 'Child', child)
        patch.start()
        self.addCleanup(patch.stop)

    def test_a_test_after_the_task_waits_and_the_task_runs_once(self) -> None:
        self.start_badly(2, 3)
        given = engines.attempt(_ID, 'echo x >> ran', test_post='true')
        self.agent().execute_task_on_instance([given])
        self.assertEqual(ExecutionState.READY, self.outcome(_ID).state)
        self.assertEqual((4, 'x\n'), (self.tried, self.ran()))

    def test_what_has_run_is_not_done_again_in_the_end(self) -> None:
        self.start_badly(*range(2, 100))
        given = engines.attempt(
            _ID, 'echo x >> ran', test_post='true', timeout=1.0
        )
        self.agent().execute_task_on_instance([given])
        found = self.outcome(_ID)
        self.assertEqual('Timeout', found.fault)
        self.assertIn('timed out after 1 s: Resource', found.message or '')
        self.assertEqual('x\n', self.ran())

    def ran(self) -> str:
        return (self.folder / 'ran').read_text()


class TestThreads(unittest.TestCase):
    """Work waits for a thread that can't be started."""

    def test_work_is_done_once_a_thread_can_be_started(self) -> None:
        done, real, tried = threading.Event(), threading.Thread, []

        def thread(**given: object) -> threading.Thread:
            tried.append(given)
            if len(tried) < 3:
                raise RuntimeError("can't start new thread")
            return real(**given)  # type: ignore[arg-type]

        with (
            mock.patch.object(threading, 'Thread', thread),
            mock.patch.object(pool, '_PAUSE', 0.01),
        ):
            pool.Pool(2, 'p').submit(done.set)
        self.assertTrue(done.wait(10))
        self.assertEqual(3, len(tried))
