"""What is selected, and what that refuses."""

import unittest
from typing import Any

from trailmark.common import exceptions
from trailmark.flows import plan, planning
from trailmark.tests.unit.flows import building

task = building.task
_TASKS = (
    task('start', 'stage'),
    task('a', roles='*', requires=['start']),
    task('b', roles='*', requires=['a']),
    task('c', roles='*', requires=['b']),
    task('m', roles='master'),
)
_TWO = building.nodes(n1='one', n2='two')


def _planned(**selected: Any) -> plan.Plan:
    return building.planned(*_TASKS, on=_TWO, **selected)


class SelectionTest(unittest.TestCase):
    def test_other_tasks_are_skipped_and_keep_their_order(self) -> None:
        """Fuel: behaviour 56."""
        made = _planned(tasks=('c',))

        self.assertEqual({'start', 'c@n1', 'c@n2'}, building.names(made))
        self.assertEqual(building.edges(_planned()), building.edges(made))

    def test_other_nodes_are_skipped_and_keep_their_order(self) -> None:
        made = _planned(nodes=('n2',))

        self.assertEqual(
            {'start', 'a@n2', 'b@n2', 'c@n2', 'm@master'},
            building.names(made),
        )
        self.assertEqual(building.edges(_planned()), building.edges(made))

    def test_selections_combine_by_intersection(self) -> None:
        made = _planned(tasks=('a', 'c'), nodes=('n1',), subgraphs=('b',))

        self.assertEqual({'c@n1'}, building.names(made))


class SubgraphTest(unittest.TestCase):
    def test_starts_and_ends(self) -> None:
        """Fuel: behaviour 101."""
        table = (
            (('b',), {'b@n1', 'b@n2', 'c@n1', 'c@n2'}),
            (('b/n2',), {'b@n2', 'c@n2'}),
            (('b/n1,n2:',), {'b@n1', 'b@n2', 'c@n1', 'c@n2'}),
            ((':a/n1',), {'start', 'a@n1'}),
            (('a:b/n1',), {'a@n1', 'b@n1'}),
            (('c/n1', ':a/n2'), {'c@n1', 'start', 'a@n2'}),
            (('c/n1-2',), {'c@n1', 'c@n2'}),
            (('c/n1-n2',), {'c@n1', 'c@n2'}),
        )
        for texts, expected in table:
            with self.subTest(texts=texts):
                made = _planned(subgraphs=texts)

                self.assertEqual(expected, building.names(made))

    def test_ranges_of_plain_numbers_and_of_numbers_with_zeros(self) -> None:
        nodes = building.nodes(**{'1': '', '2': '', '3': '', 'x-01': ''})
        for listed, expected in (('1-2', {'1', '2'}), ('x-01-01', {'x-01'})):
            with self.subTest(listed=listed):
                made = building.planned(
                    task('t', roles='*'), on=nodes, nodes=(listed,)
                )

                self.assertEqual(
                    {f't@{name}' for name in expected}, building.names(made)
                )

    def test_walks_lead_through_barriers(self) -> None:
        nodes = building.nodes(**{f'n{number}': '' for number in range(9)})
        made = building.planned(
            task('a', roles='*'),
            task('b', roles='*', cross_depends=[{'name': 'a'}]),
            on=nodes,
            subgraphs=('a/n3:b/n4',),
        )

        self.assertEqual({'a@n3', 'b@n4'}, building.names(made))

    def test_each_graph_of_a_run_is_cut_on_its_own(self) -> None:
        made = planning.plan(
            building.snapshot(
                building.graph(task('a', roles='*'), kind='first'),
                building.graph(task('b', roles='*'), kind='second'),
                on=building.nodes(n1=''),
                subgraphs=('a',),
            ),
            building.CATALOG,
        )

        self.assertEqual({'second:b@n1'}, building.names(made, skipped=True))


class RefusedTest(unittest.TestCase):
    def _refused(self, **selected: Any) -> list[str]:
        with self.assertRaises(exceptions.InvalidInput) as caught:
            _planned(**selected)
        return [str(each) for each in caught.exception.problems]

    def test_every_unknown_name_is_in_one_answer(self) -> None:
        found = self._refused(
            tasks=('a', 'nothing'),
            nodes=('n1', 'n9'),
            subgraphs=('start/n5-6', 'strat:b'),
        )

        self.assertEqual(
            [
                "tasks: there is no task 'nothing'",
                "nodes: there is no node 'n9'",
                "subgraphs: start/n5-6: there is no node 'n5'",
                "subgraphs: start/n5-6: there is no node 'n6'",
                "subgraphs: strat: there is no task 'strat';"
                ' did you mean start?',
            ],
            found,
        )

    def test_what_matches_nothing_is_refused(self) -> None:
        table: list[tuple[dict[str, tuple[str, ...]], str]] = [
            ({'tasks': ()}, 'tasks: nothing is selected'),
            ({'nodes': ()}, 'nodes: nothing is selected'),
            ({'subgraphs': ()}, 'subgraphs: nothing is selected'),
            (
                {'subgraphs': (':',)},
                "subgraphs: ':' has neither a start nor an end",
            ),
            (
                {'subgraphs': ('a/master',)},
                'subgraphs: a/master is not executed on these nodes',
            ),
            (
                {'nodes': ('n1',), 'subgraphs': ('a/n2',)},
                'selection: nothing of these graphs is selected',
            ),
            (
                {'subgraphs': ('c:a',)},
                'subgraphs: nothing lies between the ends of c:a',
            ),
            (
                {'tasks': ('a',), 'subgraphs': ('c',)},
                'selection: nothing of these graphs is selected',
            ),
        ]
        for selected, expected in table:
            with self.subTest(selected=selected):
                found = self._refused(**selected)

                self.assertEqual([expected], found[:1])

    def test_nodes_on_which_nothing_runs_are_refused(self) -> None:
        with self.assertRaisesRegex(
            exceptions.InvalidInput, 'nothing of these graphs is selected'
        ):
            building.planned(
                task('a', roles='one'),
                task('m', roles='master'),
                on=_TWO,
                nodes=('n2',),
            )
