"""Small graphs, clusters and plans for the tests of this package."""

from typing import Any

from trailmark.common import tasktypes
from trailmark.flows import graphs, plan, planning

CATALOG: tasktypes.Catalog = {
    **tasktypes.BUILT_IN,
    'noop': tasktypes.TaskType(
        'noop', {'type': 'object'}, timeout=60.0, retries=1, interval=2.0
    ),
}


def task(name: str, kind: str = 'noop', **body: Any) -> graphs.Task:
    """A task; underscores in `cross_...` stay, `version` is a new one."""
    written = {'id': name, 'type': kind, 'version': '2.1.0', **body}
    return graphs.Task(
        name, kind, written, graphs.Provenance('release', 'r', 'tasks.yaml')
    )


def graph(*tasks: graphs.Task, kind: str = 'default') -> graphs.Graph:
    """A merged graph."""
    return graphs.Graph(kind, tasks)


def nodes(**roles: str) -> tuple[graphs.Node, ...]:
    """Nodes by name, with roles in one text with blanks between."""
    return tuple(
        graphs.Node(name, tuple(text.split())) for name, text in roles.items()
    )


def snapshot(
    *parts: graphs.Graph,
    on: tuple[graphs.Node, ...] | None = None,
    roles: graphs.Roles | None = None,
    options: graphs.Options | None = None,
    **selected: tuple[str, ...],
) -> graphs.Snapshot:
    """Graphs on nodes n1, n2, n3 of role `compute` unless `on` says else."""
    return graphs.Snapshot(
        7,
        'cluster',
        parts,
        on or nodes(n1='compute', n2='compute', n3='compute'),
        roles or graphs.Roles(),
        graphs.Selection(**selected),
        options or graphs.Options(),
    )


def planned(*tasks: graphs.Task, **context: Any) -> plan.Plan:
    """The plan of one graph."""
    return planning.plan(snapshot(graph(*tasks), **context), CATALOG)


def edges(made: plan.Plan) -> set[str]:
    """Texts `a@n1 -> b@n1`, straight through barriers."""
    found: set[str] = set()
    for vertex, numbers in zip(made.vertices, made.after, strict=True):
        if vertex.kind == plan.Kind.BARRIER:
            continue
        for number in numbers:
            ends = [number]
            if made.vertices[number].kind == plan.Kind.BARRIER:
                ends = list(made.after[number])
            found.update(
                f'{vertex.name} -> {made.vertices[end].name}' for end in ends
            )
    return found


def names(made: plan.Plan, *, skipped: bool = False) -> set[str]:
    """Names of the vertices that run, or of those that are skipped."""
    return {
        vertex.name
        for vertex in made.vertices
        if vertex.skipped == skipped and vertex.kind != plan.Kind.BARRIER
    }
