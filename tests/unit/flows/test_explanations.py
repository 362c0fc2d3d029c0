"""Why an execution is where it is, and after what."""

import unittest
from typing import Any

from trailmark.common import exceptions
from trailmark.flows import cells, explanations, graphs, planning
from trailmark.tests.unit.flows import building

task = building.task
_ROLES = graphs.Roles(
    {'boss': ('control', 'db'), 'work': ('compute',)}, frozenset(['control'])
)
_NODES = building.nodes(n1='boss', n2='boss', n3='work', n4='work')
_TASKS = (
    task('ready', 'stage'),
    task('all', roles='*', required_for=['ready']),
    task('first', roles=['primary-control'], requires=['all', '/al/']),
    task('grouped', condition=False),
    task('workers', 'group', roles=['/^comp/'], tasks=['grouped']),
    task(
        'last',
        tags=['compute'],
        requires=['ready'],
        cross_depends=[{'name': 'nothing'}, {'name': 'all'}],
    ),
)


def _explain(
    text: str,
    durations: explanations.Durations | None = None,
    **selected: Any,
) -> explanations.Explanation:
    graph = building.graph(*_TASKS)
    taken = building.snapshot(graph, on=_NODES, roles=_ROLES, **selected)
    detailed = planning.plan_in_detail(taken, building.CATALOG)
    cell = cells.find(detailed, graph, text)
    return explanations.explain(detailed, taken, cell, durations or {})


class PlacementTest(unittest.TestCase):
    def _placements(self, text: str) -> list[tuple[Any, ...]]:
        return [
            (each.field, each.written, each.tag, each.roles)
            for each in _explain(text).placements
        ]

    def test_a_primary_says_its_tag_and_the_role_that_has_it(self) -> None:
        self.assertEqual(
            [('roles', 'primary-control', 'primary-control', ('boss',))],
            self._placements('first@n1'),
        )

    def test_a_star_needs_no_tag(self) -> None:
        self.assertEqual(
            [('roles', '*', None, ())], self._placements('all@n3')
        )

    def test_a_member_of_a_group_says_the_group_and_what_matched(self) -> None:
        [place] = _explain('grouped@n4').placements

        self.assertEqual(('workers', True), (place.task, place.is_group))
        self.assertEqual(('/^comp/', 'compute'), (place.written, place.tag))

    def test_a_sync_point_is_placed_by_nothing(self) -> None:
        self.assertEqual((), _explain('ready').placements)


class SkippedTest(unittest.TestCase):
    def test_each_reason_is_told(self) -> None:
        cases: tuple[tuple[str, dict[str, Any], str], ...] = (
            ('grouped@n3', {}, 'its condition is false'),
            ('all@n1', {'nodes': ('n2',)}, 'its node is not among those'),
            ('all@n1', {'tasks': ('first',)}, 'it is not among the tasks'),
            ('last@n3', {'subgraphs': (':ready',)}, 'it is in no subgraph'),
        )
        for text, selected, why in cases:
            with self.subTest(text, **selected):
                said = _explain(text, **selected).skipped

                self.assertIn(why, said or '')

    def test_what_runs_is_not_skipped(self) -> None:
        self.assertIsNone(_explain('last@n3').skipped)


class NeighboursTest(unittest.TestCase):
    def test_many_are_one_line_with_the_entry_behind_it(self) -> None:
        crossing = _explain('last@n3').before[1]

        self.assertEqual(('all', 4), (crossing.task, crossing.count))
        [origin] = crossing.origins
        self.assertEqual(
            ('last', 'cross_depends[1]'), (origin.task, origin.field)
        )
        self.assertEqual('tasks.yaml', origin.provenance.file)

    def test_every_declaration_of_an_edge_is_told(self) -> None:
        [before] = _explain('first@n1').before

        self.assertEqual(
            ['requires[0]', 'requires[1]'],
            [origin.field for origin in before.origins],
        )

    def test_what_waits_is_told_with_who_says_so(self) -> None:
        waiting = {each.task: each for each in _explain('all@n1').after}

        self.assertEqual({'ready', 'first', 'last'}, waiting.keys())
        self.assertEqual(2, waiting['last'].count)
        [origin] = waiting['ready'].origins
        self.assertEqual('required_for[0]', origin.field)

    def test_those_that_are_skipped_are_counted(self) -> None:
        told = _explain('last@n3', nodes=('n1',)).before[1]

        self.assertEqual((4, 3), (told.count, told.skipped))


class PathTest(unittest.TestCase):
    def test_it_goes_through_what_took_longest(self) -> None:
        told = _explain('last@n3', {('all', 'n2'): 9.0, ('all', 'n1'): 3.0})

        self.assertEqual(
            [('all@n2', 9.0), ('ready', 0.0), ('last@n3', None)],
            [(step.execution, step.seconds) for step in told.path],
        )

    def test_without_times_it_is_the_way_with_most_executions(self) -> None:
        path = [step.execution for step in _explain('last@n3').path]

        self.assertEqual(['ready', 'last@n3'], path[1:])
        self.assertEqual(3, len(path))


class NamesTest(unittest.TestCase):
    def test_what_can_not_be_found_says_why_and_what_may_be_meant(
        self,
    ) -> None:
        for text, said in (
            ('frist@n1', "no task 'frist' in the graph; did you mean first?"),
            ('first@m1', "no node 'm1'"),
            ('first@n2', 'does not run on n2: it runs on n1 (its roles are'),
            ('workers@n3', 'workers is a group'),
            ('all', 'say all@NODE: it runs on n1, n2, n3 and 1 more'),
            ('ready@n1', 'ready is a sync point, which is on no node'),
        ):
            with self.subTest(text):
                with self.assertRaises(exceptions.InvalidInput) as caught:
                    _explain(text)

                self.assertIn(said, str(caught.exception.problems[0]))

    def test_an_only_execution_needs_no_node(self) -> None:
        self.assertEqual('first@n1', _explain('first').execution)
