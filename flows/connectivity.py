"""Whether a graph hangs together, or falls into parts."""

from collections.abc import Iterator

import networkx

from trailmark.common import problems
from trailmark.flows import drawing, graphs

_MOST_NAMES = 5


def check(graph: graphs.Graph) -> Iterator[problems.Problem]:
    """A warning for each part but the largest that nothing links to it.

    Such parts run in any order; Fuel: its linter refused them.
    """
    whole = networkx.Graph()
    whole.add_nodes_from(
        task.id for task in graph.tasks if task.type != 'group'
    )
    known = set(whole)
    for edges in drawing.template_edges(graph):
        whole.add_edges_from(edge for edge in edges if known.issuperset(edge))
    order = {task.id: number for number, task in enumerate(graph.tasks)}
    parts = sorted(networkx.connected_components(whole), key=len)
    for part in parts[:-1]:
        names = sorted(part, key=order.__getitem__)
        yield problems.Problem(
            f'nothing links {_listed(names)} to the rest of graph '
            f'{graph.type}: they run at any time',
            task=names[0],
            severity=problems.Severity.WARNING,
        )


def _listed(names: list[str]) -> str:
    more = len(names) - _MOST_NAMES
    said = ', '.join(names[:_MOST_NAMES])
    return f'{said} and {more} more' if more > 0 else said
