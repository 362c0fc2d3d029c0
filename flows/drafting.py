"""One graph of a run on its nodes, before it is joined with the others."""

import dataclasses
from collections.abc import Sequence

from trailmark.common import problems
from trailmark.flows import (
    barriers,
    expansion,
    graphs,
    ordering,
    placement,
    relations,
)


@dataclasses.dataclass(frozen=True, slots=True)
class Draft:
    """Cells of a graph, then its barriers, each with what comes after it."""

    expanded: expansion.Expansion
    related: relations.Relations
    after: Sequence[Sequence[int]]
    found: tuple[problems.Problem, ...]


def draft(
    graph: graphs.Graph,
    places: placement.Places,
    nodes: Sequence[graphs.Node | None],
) -> Draft:
    """Place a graph and put its relations between its executions."""
    expanded = expansion.expand(graph, places)
    related = relations.collect(expanded)
    after = barriers.connect(
        len(expanded.cells),
        relations.edges(expanded, related.pairs),
        related.crossings,
    )
    return Draft(
        expanded,
        related,
        after,
        (*expanded.found, *_cycles(expanded, after, nodes)),
    )


def name_of(task: graphs.Task, node: graphs.Node | None) -> str:
    """The name of an execution or a sync point in its graph."""
    return task.id if node is None else f'{task.id}@{node.name}'


def _cycles(
    expanded: expansion.Expansion,
    after: Sequence[Sequence[int]],
    nodes: Sequence[graphs.Node | None],
) -> list[problems.Problem]:
    path = ordering.cycle(after, ordering.topological(after))
    cells = [
        expanded.cells[number]
        for number in path
        if number < len(expanded.cells)
    ]
    if not cells:
        return []
    if cells[0] != cells[-1]:
        cells.append(cells[0])
    shown = [name_of(task, nodes[node]) for task, node in cells]
    return [
        problems.Problem(
            f'graph {expanded.graph.type} has a cycle: {" -> ".join(shown)}',
            file=cells[0][0].provenance.file,
            task=cells[0][0].id,
        )
    ]
