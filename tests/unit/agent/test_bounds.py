"""What is said of one attempt is bounded, and so is a report."""

import json
import unittest
from typing import Any, ClassVar

from trailmark.agent import bounds, outbox
from trailmark.common import states, tasktypes
from trailmark.common.states import ExecutionState
from trailmark.drivers import base
from trailmark.messaging import contracts
from trailmark.tests.unit.agent import engines

_MANY = 50 * 1024 * 1024


class Talks(base.Driver):
    """A driver that says too much, or what can't be said."""

    type = tasktypes.TaskType('talks', {})
    summary: ClassVar[Any] = {'text': '"' * _MANY}
    checkpoint: ClassVar[str | None] = None

    def run(self, job: base.Job, watch: base.Watch) -> base.Result:
        return base.Result(
            states.ExecutionState.READY,
            'm' * 10_000,
            summary=self.summary,
            checkpoint=self.checkpoint,
        )


class SaysSet(Talks):
    """A driver whose summary is no JSON data."""

    summary: ClassVar[Any] = {'set': {1}}


class SaysLongCheckpoint(Talks):
    """A driver that goes too far with its checkpoint."""

    summary: ClassVar[Any] = None
    checkpoint = 'c' * 100_000


class OutcomesTest(engines.AgentCase):
    """Drivers may say what they like."""

    def _outcome_of(self, driver: base.Driver) -> contracts.Outcome:
        self.agent(drivers={'talks': driver}).execute_task_on_instance(
            [engines.attempt('1.0.1.1.1', type='talks')]
        )
        return self.outcome('1.0.1.1.1')

    def test_a_huge_summary_is_cut_with_a_mark_and_logged_once(self) -> None:
        with self.assertLogs('trailmark.agent.bounds') as logged:
            found = self._outcome_of(Talks())

        summary = found.summary or {}
        self.assertLessEqual(len(json.dumps(summary)), bounds.SUMMARY)
        self.assertRegex(summary['cut'], '^[0-9]+ bytes cut$')
        self.assertEqual(1, len(logged.output), logged.output)

    def test_a_long_message_is_cut_with_a_mark(self) -> None:
        said = self._outcome_of(Talks()).message or ''

        self.assertTrue(said.startswith('m' * bounds.MESSAGE))
        self.assertTrue(said.endswith('[... 5904 characters cut]'))

    def test_a_summary_that_is_no_data_is_the_drivers_fault(self) -> None:
        found = self._outcome_of(SaysSet())

        self.assertEqual('DriverError', found.fault)
        self.assertIn('not JSON serializable', found.message or '')

    def test_a_checkpoint_that_is_too_long_is_left_out(self) -> None:
        self.assertIsNone(self._outcome_of(SaysLongCheckpoint()).checkpoint)


class ReportsTest(unittest.TestCase):
    """A report has room for so much; the rest follows."""

    def setUp(self) -> None:
        self.outbox = outbox.Outbox()

    def test_outcomes_of_a_report_fit_into_a_message(self) -> None:
        summary = {'text': 'x' * 60_000}
        self.outbox.ended(
            contracts.Outcome(
                f'1.0.0.{n}.1', ExecutionState.READY, summary=summary
            )
            for n in range(100)
        )
        seen: set[str] = set()
        more = True

        while more:
            said, more = self.outbox.outcomes(1.0, 0.0)
            sizes = [len(json.dumps(each.summary)) for each in said]
            self.assertLess(sum(sizes), 3 * 1024 * 1024)
            seen |= {each.attempt_id for each in said}

        self.assertEqual(100, len(seen))

    def test_checkpoints_of_a_report_fit_into_a_message(self) -> None:
        self.outbox.reached(
            {f'1.0.0.{n}.1': '\u00e9' * 30_000 for n in range(64)}
        )
        seen: set[str] = set()
        more = True

        while more:
            said, more = self.outbox.checkpoints()
            self.assertLess(len(json.dumps(said)), 3 * 1024 * 1024)
            seen |= said.keys()

        self.assertEqual(64, len(seen))

    def test_a_checkpoint_that_nobody_heard_is_said_again(self) -> None:
        self.outbox.reached({'1.0.0.0.1': 'half', '2.0.0.0.1': 'most'})
        said, _ = self.outbox.checkpoints()
        report = contracts.Report('a1', 'j', checkpoints=said)

        self.outbox.unheard(report, {'2.0.0.0.1'})

        self.assertEqual(
            ({'2.0.0.0.1': 'most'}, False), self.outbox.checkpoints()
        )

    def test_a_newer_checkpoint_wins_over_one_that_nobody_heard(self) -> None:
        self.outbox.reached({'1.0.0.0.1': 'half'})
        said, _ = self.outbox.checkpoints()
        self.outbox.reached({'1.0.0.0.1': 'most'})

        self.outbox.unheard(
            contracts.Report('a1', 'j', checkpoints=said), said
        )

        self.assertEqual(
            ({'1.0.0.0.1': 'most'}, False), self.outbox.checkpoints()
        )

    def test_an_outcome_that_nobody_heard_is_not_said(self) -> None:
        ended = contracts.Outcome('1.0.0.0.1', ExecutionState.READY)
        self.outbox.ended([ended])
        said, _ = self.outbox.outcomes(1.0, 0.0)
        report = contracts.Report('a1', 'j', outcomes=said)

        self.outbox.heard(report, (), {'1.0.0.0.1'})

        self.assertFalse(self.outbox.is_said)
        self.outbox.heard(report, ())
        self.assertTrue(self.outbox.is_said)
