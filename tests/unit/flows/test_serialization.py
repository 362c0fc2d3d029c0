"""Plans as Fuel's executor gets them."""

import dataclasses
import unittest
from typing import Any

from trailmark.common import exceptions
from trailmark.flows import plan, serialization
from trailmark.tests.unit.flows import building

UIDS = {0: None, **{number: str(number) for number in range(1, 8)}}
TASKS = (
    building.task('a', tags='*'),
    building.task('b', tags='*', cross_depends=[{'name': 'a'}]),
)


def _document(planned: plan.Plan, **more: Any) -> dict[str, Any]:
    return serialization.document(planned, building.graph(), UIDS, **more)


class SerializationTest(unittest.TestCase):
    def test_what_a_barrier_stands_for_is_told_edge_by_edge(self) -> None:
        nodes = building.nodes(**{f'n{number}': 'w' for number in range(1, 7)})
        planned = building.planned(*TASKS, on=nodes)
        kinds = {vertex.kind for vertex in planned.vertices}
        self.assertIn(plan.Kind.BARRIER, kinds)

        found = _document(planned)['tasks_graph']

        told = {each['id']: each for each in found['2']}
        wanted = [{'name': 'a', 'node_id': uid} for uid in '123456']
        self.assertCountEqual(wanted, told['b']['requires'])
        self.assertEqual(6, len(told['a']['required_for']))

    def test_more_edges_than_it_takes_are_refused(self) -> None:
        planned = building.planned(*TASKS)

        _document(planned, most_edges=9)
        with self.assertRaises(exceptions.InvalidInput) as caught:
            _document(planned, most_edges=8)

        self.assertIn('choose fewer nodes', str(caught.exception))

    def test_the_graph_says_what_becomes_of_nodes(self) -> None:
        told = {'node_attributes': {'status': 'provisioned'}}
        graph = dataclasses.replace(
            building.graph(), metadata={'on_success': told}
        )

        found = serialization.document(building.planned(*TASKS), graph, UIDS)

        self.assertEqual(
            {
                'successful': {'status': 'provisioned'},
                'failed': {'status': 'error'},
                'stopped': {'status': 'stopped'},
            },
            found['tasks_metadata']['node_statuses_transitions'],
        )

    def test_no_node_has_an_entry_even_if_it_is_empty(self) -> None:
        """Fuel: behaviour 36."""
        found = _document(building.planned(*TASKS))['tasks_graph']

        self.assertEqual([], found['null'])
