"""What agents report to the engine of a run."""

import unittest

from trailmark.common.states import ExecutionState
from trailmark.engine import futures, inbox
from trailmark.flows import compile as compiled
from trailmark.messaging import contracts, late_answers
from trailmark.tests import plans


def _said(late):
    """What an answer says that has gone."""
    found = []
    late.say(contracts.ReportAnswer())
    late.then(found.append)
    [said] = found
    return said


class InboxTest(unittest.TestCase):
    def setUp(self):
        planned = plans.make([plans.Step('a', ('n',))])
        atom = compiled.compile_plan('run', planned).ordered[0]
        self.inbox = inbox.Inbox()
        self.future = futures.Future(atom, lambda _: None)
        self.inbox.open['1'] = self.future

    def _report(self, held=(), late=None):
        outcome = contracts.Outcome('1', ExecutionState.READY)
        return self.inbox.report(
            contracts.Report('agent', 'journal', held, (outcome,)), late
        )

    def test_who_holds_an_attempt_of_a_cancelled_run_is_told_to_end_it(self):
        self.assertEqual((), self._report(held=('1',)).end)

        self.inbox.ending = True

        self.assertEqual(('1',), self._report(held=('1',)).end)

    def test_an_outcome_is_committed_once_it_was_flushed(self):
        self.assertEqual((), self._report().committed)
        self.inbox.close('1')
        self.assertEqual((), self._report().committed)

        self.inbox.committed()

        self.assertEqual(('1',), self._report().committed)

    def test_a_late_answer_goes_once_the_outcome_was_flushed(self):
        late = late_answers.LateAnswer()
        self._report(late=late)
        self.inbox.close('1')

        self.inbox.committed()

        self.assertEqual(('1',), _said(late).committed)

    def test_nothing_is_waited_for_when_all_was_committed_before(self):
        self.inbox.close('1')
        self.inbox.committed()
        late = late_answers.LateAnswer()

        self.assertEqual(('1',), self._report(late=late).committed)

        self.assertEqual((), _said(late).committed)

    def test_what_is_held_and_not_wanted_is_to_be_ended(self):
        """Guard: end-unwanted."""
        answer = self._report(held=('1', '2'))

        self.assertEqual(('2',), answer.end)
        self.assertGreater(self.future.held_at, 0)

    def test_a_failure_is_raised_in_the_thread_of_the_engine(self):
        self.inbox.fail(ValueError('the agent is gone'))

        with self.assertRaisesRegex(ValueError, 'the agent is gone'):
            self.inbox.get(0.0, 10)
