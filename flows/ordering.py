"""Topological order, cycles, descendants and longest paths."""

import collections
import heapq
from collections.abc import Iterable, Sequence

After = Sequence[Sequence[int]]


def topological(after: After) -> list[int]:
    """Vertices with those before them first, else in their own order.

    It is shorter than the graph where that has a cycle.
    """
    waits = [0] * len(after)
    for numbers in after:
        for number in numbers:
            waits[number] += 1
    free = [number for number, count in enumerate(waits) if not count]
    order = []
    while free:
        number = heapq.heappop(free)
        order.append(number)
        for following in after[number]:
            waits[following] -= 1
            if not waits[following]:
                heapq.heappush(free, following)
    return order


def backward(after: After) -> list[list[int]]:
    """For each vertex those before it."""
    before: list[list[int]] = [[] for _ in after]
    for number, numbers in enumerate(after):
        for following in numbers:
            before[following].append(number)
    return before


def reach(after: After, starts: Iterable[int]) -> set[int]:
    """The vertices that can be reached, those at the start included."""
    found = set(starts)
    waiting = list(found)
    while waiting:
        for following in after[waiting.pop()]:
            if following not in found:
                found.add(following)
                waiting.append(following)
    return found


def cycle(after: After, order: Sequence[int]) -> list[int]:
    """The vertices of a shortest cycle through one of those not in order.

    The first stands at the end again; empty without a cycle.
    """
    left = set(range(len(after))) - set(order)
    if not left:
        return []
    before = backward(after)
    number, seen = min(left), set()
    while number not in seen:
        seen.add(number)
        number = min(left.intersection(before[number]))
    return _way_back(after, number)


def _way_back(after: After, start: int) -> list[int]:
    came_from: dict[int, int] = {}
    waiting = collections.deque([start])
    while start not in came_from:
        number = waiting.popleft()
        for following in after[number]:
            if following not in came_from:
                came_from[following] = number
                waiting.append(following)
    path = [start, came_from[start]]
    while path[-1] != start:
        path.append(came_from[path[-1]])
    return path[::-1]


def priorities(
    after: After, order: Sequence[int], weights: Sequence[int]
) -> list[int]:
    """For each vertex, the greatest weight of a path behind it."""
    found = [0] * len(after)
    for number in reversed(order):
        found[number] = max(
            (found[each] + weights[each] for each in after[number]),
            default=0,
        )
    return found
