"""The graphs of a run one after the other, as one plan."""

import dataclasses
from collections.abc import Iterator, Sequence
from typing import Any

from trailmark.flows import drafting, graphs, ordering, plan


@dataclasses.dataclass(frozen=True, slots=True)
class Part:
    """A graph of a run: its draft, its tasks by id, the cells it skips."""

    draft: drafting.Draft
    tasks: dict[str, plan.PlannedTask]
    skipped: frozenset[int]


@dataclasses.dataclass(slots=True)
class _Joined:
    """Vertices and the edges between them, not yet in their final order."""

    vertices: list[plan.Vertex] = dataclasses.field(default_factory=list)
    after: list[list[int]] = dataclasses.field(default_factory=list)


def join(
    parts: Sequence[Part], nodes: tuple[graphs.Node | None, ...]
) -> dict[str, Any]:
    """The `vertices`, `after` and `priorities` of a plan.

    Between two graphs stands a sync point `type:end`.
    """
    joined = _Joined()
    tail: list[int] = []
    for position, part in enumerate(parts):
        prefix = _prefix(part) if len(parts) > 1 else ''
        start = len(joined.vertices)
        joined.vertices.extend(_vertices(part, position, prefix, nodes))
        joined.after.extend(
            [number + start for number in numbers]
            for numbers in part.draft.after
        )
        roots, sinks = _ends(joined.after, start)
        for before in tail:
            joined.after[before].extend(roots)
        tail = sinks or tail
        if position < len(parts) - 1:
            tail = [_add_end(joined, position, prefix, tail)]
    return _in_order(joined)


def _prefix(part: Part) -> str:
    return f'{part.draft.expanded.graph.type}:'


def _vertices(
    part: Part,
    position: int,
    prefix: str,
    nodes: tuple[graphs.Node | None, ...],
) -> Iterator[plan.Vertex]:
    cells = part.draft.expanded.cells
    for number, (task, node) in enumerate(cells):
        yield plan.Vertex(
            prefix + drafting.name_of(task, nodes[node]),
            plan.Kind.TASK if node else plan.Kind.SYNC,
            position,
            part.tasks[task.id],
            node,
            number in part.skipped,
        )
    for number in range(len(part.draft.after) - len(cells)):
        yield plan.Vertex(
            f'{prefix}barrier:{number + 1}', plan.Kind.BARRIER, position
        )


def _ends(
    after: Sequence[Sequence[int]], start: int
) -> tuple[list[int], list[int]]:
    """The vertices from `start` on with none before them, and none after."""
    following = {number for numbers in after[start:] for number in numbers}
    rest = range(start, len(after))
    roots = [number for number in rest if number not in following]
    return roots, [number for number in rest if not after[number]]


def _add_end(
    joined: _Joined, position: int, prefix: str, before: Sequence[int]
) -> int:
    number = len(joined.vertices)
    taken = {vertex.name for vertex in joined.vertices}
    name = f'{prefix}end'
    while name in taken:
        name += '+'
    joined.vertices.append(plan.Vertex(name, plan.Kind.SYNC, position))
    joined.after.append([])
    for each in before:
        joined.after[each].append(number)
    return number


def _in_order(joined: _Joined) -> dict[str, Any]:
    order = ordering.topological(joined.after)
    at = [0] * len(order)
    for place, number in enumerate(order):
        at[number] = place
    vertices = [joined.vertices[number] for number in order]
    after = [
        sorted(at[following] for following in joined.after[number])
        for number in order
    ]
    weights = [int(each.kind == plan.Kind.TASK) for each in vertices]
    return {
        'vertices': vertices,
        'after': after,
        'priorities': ordering.priorities(after, range(len(order)), weights),
    }
