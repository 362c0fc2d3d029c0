"""Flushes: fenced, counted, and never written twice."""

import time

import testscenarios

from trailmark.common import exceptions
from trailmark.common.states import Asked, RunState
from trailmark.db import (
    claims,
    flushes,
    records,
    runs,
    tasks_history,
    transitions,
)
from trailmark.tests.unit.db import base
from trailmark.tests.unit.db.base import A1, A2, B1, E

load_tests = testscenarios.load_tests_apply_scenarios
START = (A1, E.PENDING, E.RUNNING)


class FlushTest(base.DatabaseTest):
    """One transaction for everything that an engine found out."""

    def test_a_change_is_restored_as_it_was_written(self) -> None:
        """Every column of an execution comes back."""
        run, claim = self.insert()
        self.move(claim, START)
        stored = tasks_history.restore(self.db, run)
        self.assertEqual(
            records.StoredExecution(E.RUNNING, 1, 3, 1, 7, 'j', 9, 11),
            stored[A1],
        )
        self.assertEqual(
            records.StoredExecution(E.PENDING, 0, None, 0, *[None] * 4),
            stored[B1],
        )

    def test_a_row_in_another_state_than_it_was_left_is_a_conflict(
        self,
    ) -> None:
        """And nothing of the flush is written. Fuel: behaviour 66.

        History: behaviour 13.
        """
        run, claim = self.insert()
        wrong = (B1, E.RUNNING, E.READY)
        self.assertRaises(
            exceptions.HistoryConflict, self.move, claim, START, wrong
        )
        self.assertEqual([], transitions.page(self.db, run))
        self.assertEqual({'pending': 4}, tasks_history.counts(self.db, run))

    def test_a_flush_whose_answer_was_lost_is_not_written_twice(self) -> None:
        """The same flush number under the same epoch was committed.

        History: behaviour 14.

        Guard: flush-number.
        """
        run, claim = self.insert()
        first = self.move(claim, START)
        again = self.move(claim, START)
        self.assertEqual(first, again)
        self.assertEqual(1, len(transitions.page(self.db, run)))

    def test_a_flush_under_an_older_epoch_loses_the_lease(self) -> None:
        """Another engine has taken the run. Nova: behaviour 30.

        Guard: fence.
        """
        run, claim = self.insert(lease_seconds=-1)
        claims.claim(self.db, run, base.Holder(pid=2), 30, 'adopt')
        self.assertRaises(exceptions.LeaseLost, self.move, claim, START)
        self.assertEqual({'pending': 4}, tasks_history.counts(self.db, run))

    def test_a_lapsed_lease_that_nobody_took_is_renewed(self) -> None:
        """By its holder, with the next flush."""
        run, claim = self.insert(lease_seconds=0.01)
        time.sleep(0.02)
        self.assertTrue(runs.get(self.db, run).lease_over)
        claims.renew(
            self.db, records.Claim(run, claim.epoch, claim.flush_no, 30)
        )
        self.assertFalse(runs.get(self.db, run).lease_over)

    def test_transitions_keep_their_order_over_flushes(self) -> None:
        """Ids grow, and a page begins after one of them."""
        run, claim = self.insert()
        claim = self.move(claim, START, (A2, E.PENDING, E.RUNNING))
        self.move(claim, (A1, E.RUNNING, E.READY))
        told = transitions.page(self.db, run)
        self.assertEqual(
            [('a', 'n1', 'running'), ('a', 'n2', 'running')],
            [(row.task, row.node, str(row.new)) for row in told[:2]],
        )
        rest = transitions.page(self.db, run, told[1].id)
        self.assertEqual([(A1, E.READY)], [(r.key, r.new) for r in rest])

    def test_text_that_a_database_refuses_is_cleaned(self) -> None:
        """NUL and halves of surrogates go, emoji stay."""
        run, claim = self.insert()
        self.move(claim, START, message='a\0b😀\ud800')
        (row,) = tasks_history.page(self.db, run=run, statuses=['running'])
        self.assertEqual('ab😀?', row.message)


class StateTest(base.DatabaseTest):
    """The state of a run while it is driven."""

    def test_a_run_moves_only_along_legal_moves(self) -> None:
        """Running may not be stopped without stopping. Guard: legal-move."""
        run, claim = self.insert()
        self.assertRaises(
            exceptions.IllegalTransition,
            flushes.finish,
            self.db,
            claim,
            RunState.STOPPED,
            None,
        )
        self.assertEqual('running', runs.get(self.db, run).state)

    def test_a_stopped_run_keeps_what_is_pending(self) -> None:
        """And gives its cluster up."""
        run = self.ended(RunState.STOPPED, START, (A1, E.RUNNING, E.READY))
        found = runs.get(self.db, run)
        self.assertEqual({'ready': 1, 'pending': 3}, found.counts)
        self.assertIsNone(found.host)
        self.insert(found.cluster_id)

    def test_a_run_does_not_end_with_work_left_over(self) -> None:
        """Nor is anything of its end written. Guard: drain."""
        run, claim = self.insert()
        self.assertRaises(
            exceptions.IllegalTransition,
            flushes.finish,
            self.db,
            claim,
            RunState.READY,
            None,
        )
        self.assertEqual(
            (RunState.RUNNING, None),
            (runs.get(self.db, run).state, runs.get(self.db, run).ended_at),
        )

    def test_the_rest_is_cancelled_in_two_statements(self) -> None:
        """With a transition for each."""
        run, claim = self.insert()
        claim = self.move(claim, START)
        claim = self.move(claim, (A1, E.RUNNING, E.ERROR))
        flushes.finish(self.db, claim, RunState.ERROR, 'too many', E.CANCELLED)
        found = runs.get(self.db, run)
        self.assertEqual({'error': 1, 'cancelled': 3}, found.counts)
        self.assertEqual('too many', found.message)
        self.assertEqual(5, len(transitions.page(self.db, run)))

    def test_an_end_whose_answer_was_lost_is_not_written_twice(self) -> None:
        """The run has ended; saying so again is no error."""
        run, claim = self.insert()
        for _ in range(2):
            flushes.finish(
                self.db, claim, RunState.CANCELLED, None, E.CANCELLED
            )
        self.assertEqual(4, len(transitions.page(self.db, run)))

    def test_what_was_asked_is_apart_from_the_state(self) -> None:
        """A cancel is not weakened to a stop."""
        run, _ = self.insert()
        self.assertEqual(Asked.NONE, runs.asked(self.db, run))
        runs.ask(self.db, run, Asked.CANCEL, 'me')
        found = runs.ask(self.db, run, Asked.STOP, 'me')
        self.assertEqual(
            (RunState.RUNNING, Asked.CANCEL), (found.state, found.asked)
        )
