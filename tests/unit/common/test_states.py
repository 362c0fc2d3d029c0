"""The moves that are legal between states."""

import itertools
import unittest
from collections.abc import Collection

from trailmark.common import exceptions, states
from trailmark.common.states import ExecutionState, RunState


def _reached(moves: Collection[tuple[str, str]], start: str) -> set[str]:
    """States that moves lead to from one, and that one."""
    found, left = {start}, [start]
    while left:
        state = left.pop()
        new = {after for before, after in moves if before == state} - found
        found |= new
        left.extend(new)
    return found


class WaysTest(unittest.TestCase):
    """Nova: behaviour 38."""

    def test_every_state_is_reached_and_none_is_a_dead_end(self) -> None:
        for kind, moves in (
            (ExecutionState, states.EXECUTION_TRANSITIONS),
            (RunState, states.RUN_TRANSITIONS),
        ):
            known = {str(old) for old in kind}
            ways = {(str(old), str(new)) for old, new in moves}
            for state in known:
                with self.subTest(f'{kind.__name__} {state}'):
                    self.assertEqual(known, _reached(ways, 'pending'))
                    ends = {'ready', 'skipped'}
                    self.assertTrue(ends & _reached(ways, state))


class ExecutionTest(unittest.TestCase):
    def test_every_move_is_either_listed_or_refused(self) -> None:
        """Fuel: behaviour 66."""
        for old, new in itertools.product(ExecutionState, repeat=2):
            with self.subTest(old=old, new=new):
                if (old, new) in states.EXECUTION_TRANSITIONS:
                    states.check_execution(old, new)
                else:
                    with self.assertRaises(exceptions.IllegalTransition):
                        states.check_execution(old, new)

    def test_what_is_ready_or_skipped_never_moves_again(self) -> None:
        """History: behaviour 15; a resume skips what ended badly too."""
        moved = {old for old, _ in states.EXECUTION_TRANSITIONS}

        self.assertFalse(
            moved & {ExecutionState.READY, ExecutionState.SKIPPED}
        )

    def test_an_attempt_starts_from_pending_alone(self) -> None:
        before = {
            old
            for old, new in states.EXECUTION_TRANSITIONS
            if new == ExecutionState.RUNNING
        }

        self.assertEqual({ExecutionState.PENDING}, before)

    def test_what_is_undone_goes_back_to_pending(self) -> None:
        for state in states.UNDONE_STATES:
            with self.subTest(state):
                states.check_execution(state, ExecutionState.PENDING)

    def test_finished_is_all_but_pending_and_running(self) -> None:
        unfinished = set(ExecutionState) - states.FINISHED_STATES

        self.assertEqual(
            {ExecutionState.PENDING, ExecutionState.RUNNING}, unfinished
        )


class RunTest(unittest.TestCase):
    def test_every_move_is_either_listed_or_refused(self) -> None:
        for old, new in itertools.product(RunState, repeat=2):
            with self.subTest(old=old, new=new):
                if (old, new) in states.RUN_TRANSITIONS:
                    states.check_run(old, new)
                else:
                    with self.assertRaises(exceptions.IllegalTransition):
                        states.check_run(old, new)

    def test_a_ready_run_stays_ready(self) -> None:
        self.assertNotIn(
            RunState.READY, {old for old, _ in states.RUN_TRANSITIONS}
        )

    def test_a_resume_goes_through_pending(self) -> None:
        for state in states.RESUMABLE_RUN_STATES:
            with self.subTest(state):
                states.check_run(state, RunState.PENDING)

    def test_a_stopped_run_was_stopping(self) -> None:
        before = {
            old
            for old, new in states.RUN_TRANSITIONS
            if new == RunState.STOPPED
        }

        self.assertEqual({RunState.STOPPING}, before)

    def test_no_state_is_both_active_and_resumable(self) -> None:
        self.assertFalse(
            states.ACTIVE_RUN_STATES & states.RESUMABLE_RUN_STATES
        )

    def test_the_error_names_both_states(self) -> None:
        with self.assertRaises(exceptions.IllegalTransition) as caught:
            states.check_run(RunState.READY, RunState.RUNNING)

        self.assertEqual(
            'a run may not go from ready to running.', str(caught.exception)
        )
