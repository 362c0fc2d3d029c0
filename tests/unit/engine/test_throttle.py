"""Limits per node, per task and per run."""

import unittest

from trailmark.engine import futures, throttle
from trailmark.flows import compile as compiled
from trailmark.tests import plans


def _futures(planned):
    run = compiled.compile_plan('run', planned)
    return [futures.Future(atom, lambda _: None) for atom in run.ordered]


def _taken(slots):
    return [future.atom.name for future in slots.take()]


class ThrottleTest(unittest.TestCase):
    """Fuel: behaviours 78, 82 and 83."""

    def _waiting(self, steps, edges=(), **limits):
        slots = throttle.Throttle(**limits)
        found = _futures(plans.make(steps, edges))
        for future in found:
            slots.add(future)
        return slots, {future.atom.name: future for future in found}

    def test_one_execution_runs_on_a_node_at_a_time(self):
        slots, _ = self._waiting(
            [plans.Step('a', ('n',)), plans.Step('b', ('n',))]
        )

        self.assertEqual(['a@n'], _taken(slots))
        self.assertEqual([], _taken(slots))

    def test_a_node_may_be_given_more_slots(self):
        slots, _ = self._waiting(
            [plans.Step(name, ('n',)) for name in 'abc'], per_node=2
        )

        self.assertEqual(2, len(_taken(slots)))

    def test_the_longest_path_starts_first(self):
        steps = [plans.Step('a', ('n',)), plans.Step('b', ('n',))]
        steps.append(plans.Step('c', ('m',)))
        slots, _ = self._waiting(steps, [('b@n', 'c@m')])

        self.assertIn('b@n', _taken(slots))

    def test_a_task_runs_on_as_many_nodes_as_its_limit(self):
        slots, found = self._waiting(
            [plans.Step('a', ('m', 'n', 'o'))], per_task={0: 2}
        )

        first = _taken(slots)
        found[first[0]].at = futures.At.ENDED
        slots.release(found[first[0]])

        self.assertEqual(2, len(first))
        self.assertEqual(1, len(_taken(slots)))

    def test_a_run_runs_as_many_executions_as_its_limit(self):
        slots, _ = self._waiting([plans.Step('a', ('m', 'n', 'o'))], per_run=2)

        self.assertEqual(2, len(_taken(slots)))

    def test_what_was_handed_back_takes_no_slot(self):
        slots, found = self._waiting(
            [plans.Step('a', ('n',)), plans.Step('b', ('n',))]
        )

        found['a@n'].cancel()

        self.assertEqual(['b@n'], _taken(slots))

    def test_a_slot_is_not_lost_to_what_was_handed_back(self):
        steps = [plans.Step('a', ('m', 'n', 'o'))]
        slots, found = self._waiting(steps, per_task={0: 1})
        (first,) = _taken(slots)
        second = next(name for name in found if name != first)

        found[second].cancel()
        slots.release(found[first])

        self.assertEqual(1, len(_taken(slots)))

    def test_what_waits_knows_why(self):
        slots, found = self._waiting(
            [plans.Step('a', ('n',)), plans.Step('b', ('n',))]
        )
        _taken(slots)

        self.assertEqual('its node is busy', slots.reason(found['b@n']))
