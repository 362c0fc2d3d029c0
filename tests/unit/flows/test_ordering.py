"""Orders, cycles, what can be reached, and longest paths."""

import itertools
import unittest

import hypothesis
from hypothesis import strategies

from trailmark.flows import ordering

_graphs = strategies.integers(1, 12).flatmap(
    lambda size: strategies.lists(
        strategies.lists(
            strategies.integers(0, size - 1), max_size=3, unique=True
        ),
        min_size=size,
        max_size=size,
    )
)


class OrderingTest(unittest.TestCase):
    def test_an_order_keeps_numbers_where_it_can(self) -> None:
        self.assertEqual(
            [1, 2, 0, 3], ordering.topological([[3], [2], [0], []])
        )

    @hypothesis.given(_graphs)
    @hypothesis.settings(deadline=None)
    def test_a_graph_has_an_order_or_a_cycle(
        self, after: list[list[int]]
    ) -> None:
        """Fuel: behaviour 80."""
        order = ordering.topological(after)
        path = ordering.cycle(after, order)

        if path:
            self.assertEqual(path[0], path[-1])
            self.assertEqual(len(set(path)), len(path) - 1)
            for first, second in itertools.pairwise(path):
                self.assertIn(second, after[first])
        else:
            at = {number: place for place, number in enumerate(order)}
            self.assertEqual(len(after), len(at))
            for first, numbers in enumerate(after):
                for second in numbers:
                    self.assertLess(at[first], at[second])

    def test_a_cycle_is_shown_without_the_way_to_it(self) -> None:
        after = [[1], [2], [3, 4], [1], []]

        path = ordering.cycle(after, ordering.topological(after))

        self.assertEqual([1, 2, 3, 1], path)

    def test_walks_find_descendants_and_ancestors(self) -> None:
        """Fuel: behaviour 81."""
        after = [[1, 2], [3], [3], [], [3]]

        self.assertEqual({1, 3}, ordering.reach(after, [1]))
        self.assertEqual({0, 1}, ordering.reach(ordering.backward(after), [1]))

    def test_priorities_are_the_longest_paths_to_the_end(self) -> None:
        """Fuel: behaviour 78."""
        after = [[1, 3], [2], [3], []]

        found = ordering.priorities(after, range(4), [1, 0, 1, 1])

        self.assertEqual([2, 2, 1, 0], found)

    def test_priorities_of_many_diamonds_take_linear_time(self) -> None:
        after = []
        for layer in range(0, 30_000, 3):
            after += [[layer + 1, layer + 2], [layer + 3], [layer + 3]]
        after.append([])

        found = ordering.priorities(after, range(len(after)), [1] * 30_001)

        self.assertEqual(20_000, found[0])
