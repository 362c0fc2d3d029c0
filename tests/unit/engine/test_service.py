"""What an engine that serves others answers, and in whose thread."""

import queue
import threading
import unittest
from typing import Any

from trailmark.common import clock, exceptions
from trailmark.common.states import ExecutionState
from trailmark.engine import host, presence, service
from trailmark.messaging import contracts, late_answers

_PATIENCE = 30.0


class _Others:
    """Commits all that is said of the runs of others."""

    def __init__(self) -> None:
        self.threads: list[threading.Thread] = []
        self.error: Exception | None = None

    def answer(
        self, run: int, part: contracts.Report
    ) -> contracts.ReportAnswer:
        self.threads.append(threading.current_thread())
        if self.error is not None:
            raise self.error
        return contracts.ReportAnswer(
            tuple(each.attempt_id for each in part.outcomes)
        )

    def is_wanted(self, attempt_id: str, epoch: int) -> bool:
        return False


class EngineServiceTest(unittest.TestCase):
    def setUp(self) -> None:
        super().setUp()
        self.others = _Others()
        tools: Any = None
        claimer: Any = None
        self.service = service.EngineService(
            host.EngineHost(tools, None, self.others),
            claimer,
            presence.Presences(),
            'db1',
            late_answers.LateAnswers(),
        )
        self.addCleanup(self.service.close)

    def _answer(self, *attempt_ids: str) -> Any:
        said: queue.SimpleQueue[Any] = queue.SimpleQueue()
        outcomes = tuple(
            contracts.Outcome(each, ExecutionState.READY)
            for each in attempt_ids
        )
        report = contracts.Report('a', 'j', outcomes=outcomes, node='n1')
        self.service.report(report).then(said.put)
        return said.get(timeout=_PATIENCE)

    def test_the_database_is_not_asked_in_the_thread_that_hears(self) -> None:
        said = self._answer('7.0.1.2.1')

        self.assertEqual(('7.0.1.2.1',), said.committed)
        [thread] = self.others.threads
        self.assertIsNot(threading.current_thread(), thread)

    def test_who_says_nothing_of_runs_is_answered_all_the_same(self) -> None:
        said = self._answer()

        expected = contracts.ReportAnswer(
            installation='db1', clock=clock.STEADY, at=said.at
        )
        self.assertEqual(expected, said)
        self.assertLessEqual(said.at, clock.steady_micros())

    def test_who_reports_is_told_why_there_is_no_answer(self) -> None:
        error = exceptions.DatabaseUnavailable(reason='it is away')
        self.others.error = error

        with self.assertLogs(service.LOG, 'WARNING'):
            said = self._answer('7.0.1.2.1')

        self.assertIs(error, said)

    def test_what_is_no_report_is_refused(self) -> None:
        with self.assertRaises(exceptions.MessageRefused):
            self._answer('nothing')
