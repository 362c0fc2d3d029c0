"""What runs before what."""

import unittest
from typing import Any

from trailmark.tests.unit.flows import building

task = building.task


def _edges(*tasks: Any, **context: Any) -> set[str]:
    return building.edges(building.planned(*tasks, **context))


class SameNodeTest(unittest.TestCase):
    nodes = building.nodes(n1='compute', n2='compute')

    def test_requires_means_the_same_node_and_sync_points(self) -> None:
        """Fuel: behaviour 21."""
        found = _edges(
            task('s', 'stage'),
            task('a', roles='*'),
            task('b', roles='*', requires=['a', 's']),
            on=self.nodes,
        )

        self.assertEqual(
            {'a@n1 -> b@n1', 'a@n2 -> b@n2', 's -> b@n1', 's -> b@n2'}, found
        )

    def test_required_for_is_the_mirror_of_requires(self) -> None:
        found = _edges(
            task('s', 'stage'),
            task('a', roles='*', required_for=['b', 's']),
            task('b', roles='*'),
            on=self.nodes,
        )

        self.assertEqual(
            {'a@n1 -> b@n1', 'a@n2 -> b@n2', 'a@n1 -> s', 'a@n2 -> s'}, found
        )

    def test_a_stage_that_requires_a_task_of_nodes_waits_for_none(
        self,
    ) -> None:
        found = _edges(
            task('a', roles='*'),
            task('s', 'stage', requires=['a'], required_for=['a']),
        )

        self.assertEqual(set(), found)

    def test_one_edge_however_often_it_is_declared(self) -> None:
        """Fuel: behaviour 24."""
        me = {'role': 'self'}
        made = building.planned(
            task(
                'a',
                roles='*',
                required_for=['b'],
                cross_depended_by=[{'name': 'b', **me}],
            ),
            task(
                'b',
                roles='*',
                requires=['a'],
                cross_depends=[{'name': 'a', **me}],
            ),
            on=building.nodes(n1='compute'),
        )

        self.assertEqual([[1], []], [list(each) for each in made.after])

    def test_an_execution_never_waits_for_itself(self) -> None:
        """Fuel: behaviour 79."""
        found = _edges(task('a', roles='*', requires=['a']))

        self.assertEqual(set(), found)

    def test_unknown_names_and_empty_lists_give_no_edges(self) -> None:
        """Fuel: behaviours 25 and 26."""
        found = _edges(
            task(
                'a',
                roles='*',
                requires=['x', '/y/'],
                required_for=None,
                cross_depends=None,
                cross_depended_by=[],
            ),
            task('b', roles='*', requires=[], cross_depends=[{'name': 'z'}]),
        )

        self.assertEqual(set(), found)


class CrossTest(unittest.TestCase):
    nodes = building.nodes(n1='one', n2='two')

    def _found(self, **body: Any) -> set[str]:
        return _edges(
            task('a', roles='*'), task('b', roles='*', **body), on=self.nodes
        )

    def test_without_a_role_it_means_every_node(self) -> None:
        """Fuel: behaviour 22."""
        for spelling in ('cross-depends', 'cross_depends'):
            with self.subTest(spelling=spelling):
                found = self._found(**{spelling: [{'name': 'a'}]})

                self.assertEqual(
                    {
                        'a@n1 -> b@n1',
                        'a@n1 -> b@n2',
                        'a@n2 -> b@n1',
                        'a@n2 -> b@n2',
                    },
                    found,
                )

    def test_roles_choose_the_nodes(self) -> None:
        """Fuel: behaviours 10, 17 and 22."""
        to_second = {'a@n2 -> b@n1', 'a@n2 -> b@n2'}
        table: list[tuple[dict[str, Any], set[str]]] = [
            ({'role': 'two'}, to_second),
            ({'role': ['two', 'three']}, to_second),
            ({'role': '/tw/'}, to_second),
            ({'tags': ['two'], 'role': 'one'}, to_second),
            ({'role': 'self'}, {'a@n1 -> b@n1', 'a@n2 -> b@n2'}),
            ({'role': 'two', 'policy': 'any'}, to_second),
            ({'policy': 'any'}, {'a@n1 -> b@n1', 'a@n1 -> b@n2'}),
            ({'role': 'nobody'}, set()),
            ({'role': ['self']}, {'a@n1 -> b@n1', 'a@n2 -> b@n2'}),
            ({'role': ['*', 'two']}, to_second),
            (
                {'role': ['*'], 'policy': 'any'},
                {'a@n1 -> b@n1', 'a@n1 -> b@n2'},
            ),
        ]
        for relation, expected in table:
            with self.subTest(relation=relation):
                found = self._found(cross_depends=[{'name': 'a', **relation}])

                self.assertEqual(expected, found)

    def test_cross_depended_by_is_the_mirror(self) -> None:
        found = self._found(cross_depended_by=[{'name': 'a', 'role': 'one'}])

        self.assertEqual({'b@n1 -> a@n1', 'b@n2 -> a@n1'}, found)

    def test_its_own_name_on_other_nodes(self) -> None:
        """Fuel: behaviour 23."""
        found = self._found(cross_depends=[{'name': 'b', 'role': 'one'}])

        self.assertEqual({'b@n1 -> b@n2'}, found)

    def test_a_regex_means_all_matching_tasks(self) -> None:
        """Fuel: behaviour 27."""
        found = _edges(
            task('db', roles='*'),
            task('db-sync', roles='*'),
            task('my-db', roles='*'),
            task('t', roles='*', cross_depends=[{'name': '/db/'}]),
            on=building.nodes(n1='one'),
        )

        self.assertEqual({'db@n1 -> t@n1', 'db-sync@n1 -> t@n1'}, found)

    def test_a_stage_may_wait_for_tasks_of_nodes(self) -> None:
        found = _edges(
            task('a', roles='*'),
            task('s', 'stage', cross_depends=[{'name': 'a'}]),
            on=self.nodes,
        )

        self.assertEqual({'a@n1 -> s', 'a@n2 -> s'}, found)
