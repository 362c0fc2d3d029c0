"""Vertices that stand for edges from many to many."""

import itertools
from collections.abc import Iterable, Iterator, Sequence

from trailmark.flows import relations

Edge = tuple[int, int]
_Merged = tuple[tuple[int, ...], tuple[int, ...]]


def connect(
    count: int,
    edges: Iterable[Edge],
    crossings: Sequence[relations.Crossing],
) -> list[list[int]]:
    """For each vertex, the sorted vertices after it, without duplicates.

    The first `count` vertices are the cells that edges and crossings speak
    of; barriers follow. The vertices before a barrier are exactly those of
    which each comes before every one of those after it.
    """
    after: list[set[int]] = [set() for _ in range(count)]
    for first, second in edges:
        after[first].add(second)
    for before, then in _merge(crossings):
        for first, second in _edges(before, then, len(after)):
            if max(first, second) == len(after):
                after.append(set())
            after[first].add(second)
    return [sorted(numbers) for numbers in after]


def _merge(crossings: Sequence[relations.Crossing]) -> list[_Merged]:
    """Crossings with the same cells on one side become one."""
    by_before: dict[tuple[int, ...], set[int]] = {}
    for crossing in crossings:
        before = tuple(sorted(set(crossing.before)))
        by_before.setdefault(before, set()).update(crossing.after)
    by_after: dict[tuple[int, ...], set[int]] = {}
    for before, after in by_before.items():
        by_after.setdefault(tuple(sorted(after)), set()).update(before)
    return [
        (tuple(sorted(before)), after) for after, before in by_after.items()
    ]


def _edges(
    before: Sequence[int], after: Sequence[int], barrier: int
) -> Iterator[Edge]:
    shared = sorted(set(before).intersection(after))
    if _are_few(before, after):
        yield from _each(before, after)
        return
    if shared:
        others = [cell for cell in before if cell not in set(shared)]
        yield from _each(others, shared[:1])
        yield from _both_ways(shared)
        after = [cell for cell in after if cell not in set(shared)]
    if _are_few(before, after):
        yield from _each(before, after)
        return
    for cell in before:
        yield cell, barrier
    for cell in after:
        yield barrier, cell


def _both_ways(shared: Sequence[int]) -> Iterator[Edge]:
    # Two cells on both sides wait for each other: a cycle in any case, and
    # neighbours are enough to say so.
    for first, second in itertools.pairwise(shared):
        yield first, second
        yield second, first


def _are_few(before: Sequence[int], after: Sequence[int]) -> bool:
    return len(before) * len(after) <= 2 * (len(before) + len(after))


def _each(before: Sequence[int], after: Sequence[int]) -> Iterator[Edge]:
    return (
        (first, second)
        for first in before
        for second in after
        if first != second
    )
