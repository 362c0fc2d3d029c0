"""Edges from many to many stay few and mean the same."""

import unittest

import hypothesis
from hypothesis import strategies

from trailmark.flows import barriers, ordering, relations
from trailmark.tests.unit.flows import building

_COUNT = 14
_ORIGIN = relations.Origin(building.task('t'), 'cross-depends', {})
_cells = strategies.lists(
    strategies.integers(0, _COUNT - 1), min_size=1, unique=True
).map(tuple)
_crossings = strategies.lists(
    strategies.builds(
        relations.Crossing, _cells, _cells, strategies.just(_ORIGIN)
    ),
    max_size=4,
)
_edges = strategies.lists(
    strategies.tuples(*[strategies.integers(0, _COUNT - 1)] * 2).filter(
        lambda edge: edge[0] != edge[1]
    ),
    max_size=6,
)


def _plain(
    edges: list[tuple[int, int]], crossings: list[relations.Crossing]
) -> list[list[int]]:
    after: list[list[int]] = [[] for _ in range(_COUNT)]
    for first, second in edges:
        after[first].append(second)
    for crossing in crossings:
        for first in crossing.before:
            after[first].extend(
                second for second in crossing.after if second != first
            )
    return after


def _reach(after: ordering.After, cell: int) -> set[int]:
    found = ordering.reach(after, after[cell])
    return {number for number in found if number < _COUNT}


def _whole(before: range, after: range) -> list[list[int]]:
    crossing = relations.Crossing(tuple(before), tuple(after), _ORIGIN)
    return barriers.connect(max(*before, *after) + 1, (), [crossing])


class BarrierTest(unittest.TestCase):
    @hypothesis.given(_edges, _crossings)
    @hypothesis.settings(max_examples=300, deadline=None)
    def test_barriers_change_nothing_of_what_comes_before_what(
        self,
        edges: list[tuple[int, int]],
        crossings: list[relations.Crossing],
    ) -> None:
        plain = _plain(edges, crossings)

        connected = barriers.connect(_COUNT, edges, crossings)

        for cell in range(_COUNT):
            self.assertEqual(_reach(plain, cell), _reach(connected, cell))
            self.assertNotIn(cell, connected[cell])

    def test_many_to_many_costs_one_edge_for_each(self) -> None:
        after = _whole(range(1000), range(1000, 2000))

        self.assertEqual(2001, len(after))
        self.assertEqual(2000, sum(map(len, after)))

    def test_few_edges_and_single_ends_need_no_barrier(self) -> None:
        table = (
            (range(3), range(3, 6)),
            (range(1), range(1, 500)),
            (range(499), range(499, 500)),
        )
        for before, then in table:
            with self.subTest(before=before, then=then):
                after = _whole(before, then)

                self.assertEqual(
                    [list(then)] * len(before), after[: len(before)]
                )
                self.assertEqual(max(then) + 1, len(after))

    def test_one_cell_on_both_sides_waits_for_the_others(self) -> None:
        after = _whole(range(100), range(99, 200))

        self.assertEqual([99, 200], after[0])
        self.assertEqual([200], after[99])
        self.assertEqual(list(range(100, 200)), after[200])

    def test_crossings_with_one_side_in_common_share_a_barrier(self) -> None:
        producers, consumers = tuple(range(10)), tuple(range(10, 30))

        after = barriers.connect(
            30,
            (),
            [
                relations.Crossing(producers, consumers[:10], _ORIGIN),
                relations.Crossing(producers, consumers[10:], _ORIGIN),
                relations.Crossing(producers[::-1], consumers, _ORIGIN),
            ],
        )

        self.assertEqual(31, len(after))

    def test_cells_on_both_sides_are_a_cycle_without_many_edges(self) -> None:
        after = _whole(range(1000), range(1000))

        self.assertGreater(2100, sum(map(len, after)))
        path = ordering.cycle(after, ordering.topological(after))
        self.assertEqual([0, 1, 0], path)
