"""Tests of merging release, plugins and cluster."""

import unittest
from typing import Any

from trailmark.common import exceptions
from trailmark.flows import graphs, merging


def _layer(
    level: str,
    owner: str,
    *tasks: str | dict[str, Any],
    kind: str = 'default',
    **metadata: Any,
) -> graphs.Layer:
    bodies = [one if isinstance(one, dict) else {'id': one} for one in tasks]
    origin = graphs.Provenance(level, owner, f'{owner}.yaml')
    graph = graphs.Graph(
        kind,
        tuple(
            graphs.Task(body['id'], 'noop', {**body, 'by': owner}, origin)
            for body in bodies
        ),
        metadata,
    )
    return graphs.Layer(level, owner, {kind: graph})


class MergeTest(unittest.TestCase):
    def test_a_later_layer_replaces_a_whole_task(self) -> None:
        """Fuel: behaviour 1. Graphs: behaviour 8."""
        merged = merging.merge(
            (
                _layer('release', 'r', 'a', {'id': 'b', 'requires': ['a']}),
                _layer('plugin', 'p', 'b', 'c'),
                _layer('cluster', 'c', 'c', 'd'),
            ),
            'default',
        )

        owners = [(task.id, task.body['by']) for task in merged.tasks]
        self.assertEqual(
            [('c', 'c'), ('d', 'c'), ('b', 'p'), ('a', 'r')], owners
        )
        self.assertNotIn('requires', merged.tasks[2].body)

    def test_a_task_remembers_all_that_it_replaced(self) -> None:
        merged = merging.merge(
            (
                _layer('cluster', 'c', 'a'),
                _layer('plugin', 'p', 'a'),
                _layer('release', 'r', 'a'),
            ),
            'default',
        )

        origin = merged.tasks[0].provenance
        assert origin.replaced is not None
        assert origin.replaced.replaced is not None
        self.assertEqual('cluster', origin.level)
        self.assertEqual('plugin', origin.replaced.level)
        self.assertEqual('r.yaml', origin.replaced.replaced.file)

    def test_two_plugins_with_one_id_are_refused(self) -> None:
        """Fuel: behaviour 2."""
        layers = (_layer('plugin', 'x', 'a'), _layer('plugin', 'y', 'a'))

        with self.assertRaises(exceptions.InvalidInput) as caught:
            merging.merge(layers, 'default')

        self.assertEqual(
            'Plugin y is overlapping with plugin x by introducing the same '
            'deployment task with id a',
            caught.exception.problems[0].message,
        )

    def test_two_plugins_may_share_an_id_in_different_types(self) -> None:
        """Fuel: behaviour 2."""
        layers = (
            _layer('plugin', 'x', 'a'),
            _layer('plugin', 'y', 'a', kind='provision'),
        )

        merged = merging.merge(layers, 'default')

        self.assertEqual('x', merged.tasks[0].provenance.owner)

    def test_a_type_that_a_level_lacks_is_empty(self) -> None:
        """Fuel: behaviours 3 and 4."""
        merged = merging.merge((_layer('release', 'r', 'a'),), 'other')

        self.assertEqual(graphs.Graph('other', ()), merged)

    def test_a_removed_task_is_gone(self) -> None:
        layers = (
            _layer('release', 'r', 'a', 'b'),
            _layer('cluster', 'c', {'id': 'a', 'removed': True}),
        )

        merged = merging.merge(layers, 'default')

        self.assertEqual(['b'], [task.id for task in merged.tasks])
        self.assertEqual((), merging.check(layers, 'default'))

    def test_removing_what_is_not_there_is_a_warning(self) -> None:
        layers = (
            _layer('release', 'r', 'netconfig'),
            _layer('cluster', 'c', {'id': 'netconfg', 'removed': True}),
        )

        (found,) = merging.check(layers, 'default')

        self.assertEqual('warning', found.severity)
        self.assertIn('did you mean netconfig?', found.message)

    def test_metadata_is_merged_recursively(self) -> None:
        """Fuel: behaviour 6."""
        error = {'node_attributes': {'status': 'error', 'error_msg': 'r'}}
        layers = (
            _layer('release', 'r', node_filter='F1', on_error=error),
            _layer(
                'cluster',
                'c',
                node_filter='F2',
                on_success={},
                on_error={'node_attributes': {'error_msg': 'c'}},
            ),
        )

        merged = merging.merge(layers, 'default')

        self.assertEqual(
            {
                'node_filter': 'F2',
                'on_error': {
                    'node_attributes': {'status': 'error', 'error_msg': 'c'}
                },
                'on_success': {},
            },
            merged.metadata,
        )
