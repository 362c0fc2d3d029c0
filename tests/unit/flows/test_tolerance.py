"""How many nodes of a group may fail."""

import unittest

from trailmark.flows import tolerance
from trailmark.tests.unit.flows import building

task = building.task


class AllowedTest(unittest.TestCase):
    def test_values(self) -> None:
        """Fuel: behaviour 89."""
        table: list[tuple[object, int, int | None]] = [
            (None, 10, 11),
            ('10', 10, 10),
            (10, 10, 10),
            (0, 10, 0),
            ('10%', 10, 1),
            ('2%', 49, 0),
            ('2%', 997, 19),
            ('100%', 3, 3),
            (' -10%', 10, 9),
            ('-10%', 15, 14),
            ('-1 ', 10, 9),
            (-1, 10, 9),
            (-11, 10, 0),
            ('a%', 10, None),
            (True, 10, None),
            (1.5, 10, None),
            ([], 10, None),
        ]
        for value, total, expected in table:
            with self.subTest(value=value, total=total):
                self.assertEqual(expected, tolerance.allowed(value, total))


class GroupsTest(unittest.TestCase):
    def test_without_groups_no_node_may_fail(self) -> None:
        """Fuel: behaviour 87."""
        (only,) = building.planned(task('a', roles='*')).tolerance

        self.assertEqual(0, only.allowed)
        self.assertEqual({1, 2, 3, 4}, only.nodes)

    def test_a_group_has_its_nodes_and_the_rest_no_tolerance(self) -> None:
        """Fuel: behaviour 88."""
        made = building.planned(
            task('a', roles='*'),
            task('A', 'group', roles='one', fault_tolerance=3),
            task('B', 'group', roles='/one|two/', fault_tolerance=0),
            task('C', 'group', roles='nobody', fault_tolerance=0),
            on=building.nodes(n1='one', n2='two', n3='three'),
        )

        self.assertEqual(
            [
                ('A', {1}, 3),
                ('B', {1, 2}, 0),
                (tolerance.UNGROUPED, {3, 4}, 0),
            ],
            [(each.name, each.nodes, each.allowed) for each in made.tolerance],
        )

    def test_a_group_without_a_value_may_fail_as_a_whole(self) -> None:
        made = building.planned(
            task('a', roles='*'), task('g', 'group', roles='compute')
        )

        self.assertEqual(4, made.tolerance[0].allowed)
