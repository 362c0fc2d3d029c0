"""On which nodes tasks are placed."""

import unittest
from typing import Any

from trailmark.flows import graphs, placement
from trailmark.tests.unit.flows import building

_CLUSTER = building.nodes(
    n1='primary-controller',
    n2='cinder',
    n3='controller compute',
    n4='controller cinder',
    n5='compute',
)


def _resolve(roles: Any, **context: Any) -> tuple[int, ...]:
    places = placement.find(_CLUSTER, graphs.Roles(), **context)
    return placement.resolve(roles, places)


class ResolveTest(unittest.TestCase):
    def test_names_and_regexes_mean_nodes_with_such_tags(self) -> None:
        """Fuel: behaviours 10, 16 and 17."""
        table: list[tuple[Any, tuple[int, ...]]] = [
            ('/.*controller/', (1, 3, 4)),
            ('controller', (3, 4)),
            (['controller'], (3, 4)),
            ('/c.+/', (2, 3, 4, 5)),
            ('*', (1, 2, 3, 4, 5)),
            (['*'], (1, 2, 3, 4, 5)),
            (['*', 'no-such-role'], ()),
            ('master', (6,)),
            (['master'], (6,)),
            (['master', 'controller'], (3, 4, 6)),
            ('/.*/', (1, 2, 3, 4, 5)),
            ('no-such-role', ()),
            (None, ()),
        ]
        for roles, expected in table:
            with self.subTest(roles=roles):
                self.assertEqual(expected, _resolve(roles))

    def test_roles_of_a_wrong_type_mean_no_node(self) -> None:
        """Fuel: behaviour 18."""
        for roles in (5, {'controller': 1}, [None, 3], '/(/'):
            with self.subTest(roles=roles):
                self.assertEqual((), _resolve(roles))

    def test_a_master_among_the_nodes_is_master(self) -> None:
        nodes = building.nodes(n1='compute', master='compute')

        places = placement.find(nodes, graphs.Roles())

        self.assertEqual((2,), placement.resolve('master', places))
        self.assertEqual((1,), placement.resolve('*', places))
        self.assertEqual((1, 2), placement.resolve('compute', places))
        self.assertEqual((None, *nodes), placement.number(nodes))


class RolesOfTest(unittest.TestCase):
    def test_tags_win_over_roles_and_roles_over_groups(self) -> None:
        """Fuel: behaviour 20."""
        body = {'tags': ['t'], 'roles': ['r'], 'groups': ['g']}

        self.assertEqual(['t'], placement.roles_of(body))
        self.assertEqual(['r'], placement.roles_of({**body, 'tags': []}))
        self.assertEqual('r', placement.roles_of({'role': 'r'}))
        self.assertEqual(['g'], placement.roles_of({'groups': ['g']}))


class TagsTest(unittest.TestCase):
    roles = graphs.Roles(
        {'controller': ('controller', 'database')},
        frozenset({'controller', 'database'}),
    )

    def test_the_first_node_with_a_tag_has_the_primary_instead(self) -> None:
        nodes = building.nodes(a='compute', b='controller', c='controller')

        found = placement.tags_of(nodes, self.roles)

        self.assertEqual(
            [
                ('compute',),
                ('primary-controller', 'primary-database'),
                ('controller', 'database'),
            ],
            found,
        )

    def test_each_tag_has_its_own_primary(self) -> None:
        nodes = building.nodes(a='database', b='controller')

        found = placement.tags_of(nodes, self.roles)

        self.assertEqual(
            [('primary-database',), ('primary-controller', 'database')], found
        )
