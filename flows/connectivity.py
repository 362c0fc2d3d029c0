"""Whether a graph hangs together, or falls into parts."""

from collections.abc import Collection, Iterable, Iterator

from trailmark.common import problems
from trailmark.flows import drawing, graphs

_MOST_NAMES = 5


def check(graph: graphs.Graph) -> Iterator[problems.Problem]:
    """A warning for each part but the largest that nothing links to it.

    Such parts run in any order; Fuel: its linter refused them.
    """
    names = [task.id for task in graph.tasks if task.type != 'group']
    near, far = drawing.template_edges(graph)
    order = {task.id: number for number, task in enumerate(graph.tasks)}
    for part in sorted(_parts(names, (*near, *far)), key=len)[:-1]:
        names = sorted(part, key=order.__getitem__)
        yield problems.Problem(
            f'nothing links {_listed(names)} to the rest of graph '
            f'{graph.type}: they run at any time',
            task=names[0],
            severity=problems.Severity.WARNING,
        )


def _parts(
    names: Collection[str], edges: Iterable[drawing.Edge]
) -> Iterator[set[str]]:
    """The connected components; edges to other names do not count."""
    neighbours: dict[str, set[str]] = {name: set() for name in names}
    for one, other in edges:
        if one in neighbours and other in neighbours:
            neighbours[one].add(other)
            neighbours[other].add(one)
    while neighbours:
        part: set[str] = set()
        border = {next(iter(neighbours))}
        while border:
            part |= border
            border = set().union(*map(neighbours.pop, border)) - part
        yield part


def _listed(names: list[str]) -> str:
    more = len(names) - _MOST_NAMES
    said = ', '.join(names[:_MOST_NAMES])
    return f'{said} and {more} more' if more > 0 else said
