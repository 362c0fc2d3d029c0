"""Tasks times nodes."""

import dataclasses
from collections.abc import Iterator, Mapping

from trailmark.common import problems
from trailmark.flows import graphs, names, placement, spelling


@dataclasses.dataclass(frozen=True, slots=True)
class Expansion:
    """The executions and sync points of one graph.

    `cells` are tasks with the number of their node, in the order of nodes,
    then of tasks; `index` finds the number of a cell by task and node.
    """

    graph: graphs.Graph
    places: placement.Places
    cells: tuple[tuple[graphs.Task, int], ...]
    index: Mapping[str, Mapping[int, int]]
    groups: tuple[tuple[graphs.Task, tuple[int, ...]], ...] = ()
    found: tuple[problems.Problem, ...] = ()


def expand(graph: graphs.Graph, places: placement.Places) -> Expansion:
    """Place every task of a graph, and the members of groups too."""
    where: dict[str, set[int]] = {}
    groups = []
    for task in graph.tasks:
        if task.type == 'group':
            groups.append((task, _nodes_of(task, places)))
        else:
            where[task.id] = set(_nodes_of(task, places))
    kept = tuple((group, nodes) for group, nodes in groups if nodes)
    found = tuple(_place_members(kept, where, graph))
    cells = _cells(graph, where)
    return Expansion(graph, places, cells, _index(cells), kept, found)


def _nodes_of(task: graphs.Task, places: placement.Places) -> tuple[int, ...]:
    if task.type == 'stage':
        return (placement.NOWHERE,)
    return placement.resolve(placement.roles_of(task.body), places)


def _place_members(
    groups: tuple[tuple[graphs.Task, tuple[int, ...]], ...],
    where: dict[str, set[int]],
    graph: graphs.Graph,
) -> Iterator[problems.Problem]:
    stages = {task.id for task in graph.tasks if task.type == 'stage'}
    hints = spelling.Hints(where)
    for group, nodes in groups:
        for member in names.listed(group.body.get('tasks')):
            if member not in where:
                yield problems.Problem(
                    f'member {member} is not a task of the graph'
                    f'{hints.hint(member)}',
                    file=group.provenance.file,
                    task=group.id,
                    field='tasks',
                )
            elif member not in stages:
                where[member].update(nodes)


def _cells(
    graph: graphs.Graph, where: Mapping[str, set[int]]
) -> tuple[tuple[graphs.Task, int], ...]:
    by_node: dict[int, list[graphs.Task]] = {}
    for task in graph.tasks:
        for node in where.get(task.id, ()):
            by_node.setdefault(node, []).append(task)
    return tuple(
        (task, node) for node in sorted(by_node) for task in by_node[node]
    )


def _index(
    cells: tuple[tuple[graphs.Task, int], ...],
) -> dict[str, dict[int, int]]:
    found: dict[str, dict[int, int]] = {}
    for number, (task, node) in enumerate(cells):
        found.setdefault(task.id, {})[node] = number
    return found
