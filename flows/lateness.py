"""The chain of executions that makes one of them late."""

import dataclasses
from collections.abc import Callable, Iterator

from trailmark.flows import drafting, ordering

#: Seconds that a vertex takes.
Cost = Callable[[int], float]


def before(draft: drafting.Draft, cell: int) -> set[int]:
    """Vertices of a draft before a cell, and the cell."""
    return ordering.reach(ordering.backward(draft.after), [cell])


def chain(draft: drafting.Draft, cell: int, cost: Cost) -> list[int]:
    """The cells on the way to a cell that takes longest, the cell last.

    Of ways that take equally long it is the one with more cells.
    """
    best: dict[int, _Way] = {}
    within = before(draft, cell)
    for number in ordering.topological(draft.after):
        if number not in within:
            continue
        way = best.setdefault(number, _Way())
        through = _Way(
            way.seconds + cost(number),
            way.cells + (number < len(draft.expanded.cells)),
            number,
        )
        for following in draft.after[number]:
            if following in within:
                known = best.get(following, _Way())
                best[following] = max(known, through, key=_Way.length)
    found = [*_back(best, cell)]
    return [each for each in found[::-1] if each < len(draft.expanded.cells)]


@dataclasses.dataclass(frozen=True, slots=True)
class _Way:
    """The longest way to a vertex, by what comes last on it."""

    seconds: float = 0.0
    cells: int = 0
    last: int | None = None

    def length(self) -> tuple[float, int]:
        return self.seconds, self.cells


def _back(best: dict[int, _Way], cell: int) -> Iterator[int]:
    number: int | None = cell
    while number is not None:
        yield number
        number = best[number].last
