"""Tasks times nodes."""

import unittest

from trailmark.flows import expansion, graphs, placement
from trailmark.tests.unit.flows import building

task = building.task
_NODES = building.nodes(n1='compute', n2='custom')


def _expand(*tasks: graphs.Task) -> expansion.Expansion:
    places = placement.find(_NODES, graphs.Roles())
    return expansion.expand(building.graph(*tasks), places)


def _cells(*tasks: graphs.Task) -> list[tuple[str, int]]:
    return [(task.id, node) for task, node in _expand(*tasks).cells]


class ExpandTest(unittest.TestCase):
    def test_a_stage_is_on_no_node_whatever_its_roles(self) -> None:
        """Fuel: behaviour 19."""
        cells = _cells(task('s', 'stage', roles=['compute']))

        self.assertEqual([('s', 0)], cells)

    def test_cells_are_in_the_order_of_nodes_then_of_tasks(self) -> None:
        """Fuel: behaviour 39."""
        cells = _cells(
            task('b', roles='*'), task('a', roles='*'), task('s', 'stage')
        )

        self.assertEqual(
            [('s', 0), ('b', 1), ('a', 1), ('b', 2), ('a', 2)], cells
        )

    def test_a_task_without_nodes_vanishes(self) -> None:
        self.assertEqual([], _cells(task('a', roles=['nobody']), task('b')))

    def test_a_group_puts_its_tasks_on_its_nodes_too(self) -> None:
        """Fuel: behaviour 34."""
        cells = _cells(
            task('t2'),
            task('t4', roles=['compute']),
            task('g', 'group', roles=['custom'], tasks=['t4', 't2']),
        )

        self.assertEqual([('t4', 1), ('t2', 2), ('t4', 2)], cells)

    def test_a_member_that_is_there_already_is_there_once(self) -> None:
        """Fuel: behaviour 35."""
        cells = _cells(
            task('t', roles=['custom']),
            task('g', 'group', roles=['custom'], tasks=['t']),
        )

        self.assertEqual([('t', 2)], cells)

    def test_an_unknown_member_is_named_with_the_likely_one(self) -> None:
        """Fuel: behaviour 34."""
        expanded = _expand(
            task('netconfig'),
            task('g', 'group', roles=['custom'], tasks=['netconfg']),
        )

        self.assertEqual(
            [
                'g: tasks: member netconfg is not a task of the graph; '
                'did you mean netconfig?'
            ],
            [
                f'{each.task}: {each.field}: {each.message}'
                for each in expanded.found
            ],
        )

    def test_a_group_without_nodes_is_ignored(self) -> None:
        """Fuel: behaviour 34."""
        expanded = _expand(task('g', 'group', roles=['no'], tasks=['x']))

        self.assertEqual(((), ()), (expanded.found, expanded.groups))
