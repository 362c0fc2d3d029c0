"""Where the time of a run went, from plans and times."""

import unittest

from trailmark.flows import plan, times
from trailmark.tests.unit.flows import building

task = building.task
S = 1_000_000


def _account(
    made: plan.Plan,
    ran: dict[str, tuple[float, float]],
    pauses: tuple[tuple[int, int], ...] = (),
    **more: times.Executed,
) -> times.Account:
    """The account of executions that ran from second to second."""
    executed = {}
    for vertex in made.vertices:
        if vertex.task is not None and vertex.name in ran:
            start, end = (int(at * S) for at in ran[vertex.name])
            told = times.Executed(start, end, end - start)
            key = (vertex.graph, vertex.node, vertex.task.number)
            executed[key] = more.get(vertex.task.id, told)
    return times.account(made, executed, times.Span(0, 100 * S, pauses))


def _steps(told: times.Account) -> list[tuple[str, float, float, str]]:
    return [
        (step.name, step.lasted / S, step.gap / S, step.after)
        for step in told.path
    ]


class PathTest(unittest.TestCase):
    made = building.planned(
        task('a', roles=['x'], required_for=['ready']),
        task('ready', 'stage'),
        task('b', roles=['y'], requires=['ready']),
        task('c', roles=['y']),
        on=building.nodes(n1='x', n2='x', n3='y'),
    )

    def test_it_goes_back_through_sync_points_to_what_ended_last(self) -> None:
        told = _account(
            self.made, {'a@n1': (1, 3), 'a@n2': (0, 5), 'b@n3': (6, 9)}
        )

        self.assertEqual(
            [('a@n2', 5, 0, 'start'), ('b@n3', 3, 1, 'dependency')],
            _steps(told),
        )

    def test_what_the_node_ran_meanwhile_is_on_it(self) -> None:
        told = _account(
            self.made, {'a@n1': (0, 3), 'c@n3': (2, 8), 'b@n3': (8, 9)}
        )

        self.assertEqual(
            [('c@n3', 6, 2, 'start'), ('b@n3', 1, 0, 'node')], _steps(told)
        )

    def test_steps_and_gaps_fill_the_time_to_the_last_end(self) -> None:
        told = _account(
            self.made, {'a@n1': (1, 3), 'a@n2': (2, 4), 'b@n3': (7, 11)}
        )

        spent = sum(step.lasted + step.gap for step in told.path)
        self.assertEqual(11 * S, spent)

    def test_a_gap_has_no_time_in_which_nobody_drove_the_run(self) -> None:
        told = _account(
            self.made,
            {'a@n1': (0, 3), 'b@n3': (10, 12)},
            pauses=((4 * S, 9 * S),),
        )

        self.assertEqual(('b@n3', 2, 2, 'dependency'), _steps(told)[-1])

    def test_what_a_resume_did_again_later_is_not_before_it(self) -> None:
        told = _account(self.made, {'a@n1': (20, 30), 'b@n3': (6, 9)})

        self.assertEqual([('a@n1', 10, 20, 'start')], _steps(told))

    def test_a_run_of_which_nothing_started_has_none(self) -> None:
        told = _account(self.made, {})

        self.assertEqual(
            times.Account((), told.waiting, told.retries, ()), told
        )
        self.assertEqual(0, told.waiting.total + told.retries.total)


class LossTest(unittest.TestCase):
    made = building.planned(
        task('a', roles='*'), task('b', roles='*', requires=['a'])
    )

    def test_waits_are_summed_and_the_worst_says_what_it_was_behind(
        self,
    ) -> None:
        made = building.planned(task('a', roles='*'), task('b', roles='*'))

        told = _account(
            made, {'a@n1': (0, 4), 'b@n1': (4, 5), 'a@n2': (1, 2)}
        ).waiting

        self.assertEqual(
            (5 * S, 4 * S, 'b@n1', 'a@n1'),
            (told.total, told.longest, told.name, told.behind),
        )

    def test_the_longest_tasks_come_first_with_all_their_nodes(self) -> None:
        told = _account(
            self.made,
            {'a@n1': (0, 2), 'a@n2': (0, 3), 'b@n1': (2, 6)},
        ).tasks

        self.assertEqual(
            [('b', 1, 4 * S, 'b@n1'), ('a', 2, 5 * S, 'a@n2')],
            [(t.name, t.nodes, t.total, t.longest_name) for t in told],
        )

    def test_attempts_before_the_last_are_time_in_retries(self) -> None:
        again = times.Executed(0, 9 * S, 7 * S, earlier=5 * S, repeated=2)

        told = _account(self.made, {'a@n1': (0, 9), 'b@n1': (9, 10)}, a=again)

        self.assertEqual(
            times.Retries(5 * S, 2, 1, 5 * S, 'a@n1'), told.retries
        )
