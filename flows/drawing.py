"""Graphs as DOT texts."""

from collections.abc import Container, Iterator, Mapping

from trailmark.common.states import ExecutionState
from trailmark.flows import graphs, names, plan

_TEMPLATE_STYLES = {
    'group': 'style="filled, rounded", fillcolor=lightskyblue, shape=box',
    'stage': 'style=filled, fillcolor=red, shape=rect',
    'skipped': 'style=filled, fillcolor=gray95',
}
_DEFAULT_STYLE = 'style=filled, fillcolor=yellowgreen'
_UNKNOWN_STYLE = 'style=dotted'
_CROSS = ' [style=dashed]'
_STATE_COLOURS = {
    ExecutionState.PENDING: 'white',
    ExecutionState.RUNNING: 'blue',
    ExecutionState.READY: 'green',
    ExecutionState.ERROR: 'red',
    ExecutionState.DEP_FAILED: 'orange',
    ExecutionState.SKIPPED: 'violet',
    ExecutionState.CANCELLED: 'gray',
}

Edge = tuple[str, str]
#: Where tasks come from, by the position of their graph and their id.
Origins = Mapping[tuple[int, str], graphs.Provenance]


def template_dot(
    graph: graphs.Graph,
    grey: Container[str] = (),
    hidden: Container[str] = (),
) -> str:
    """The tasks of a graph before they are placed; dashed across nodes.

    Tooltips say where tasks come from. Names that are no task of the graph
    are drawn too, dotted. `grey` tasks look like skipped ones; `hidden`
    names are left out with their edges.
    """
    known = {task.id: task for task in graph.tasks}
    near, far = (
        [edge for edge in edges if not any(name in hidden for name in edge)]
        for edges in template_edges(graph)
    )
    dangling = dict.fromkeys(
        name for edge in (*near, *far) for name in edge if name not in known
    )
    lines = [
        f'{_quote(task.id)} '
        f'[{_style("skipped" if task.id in grey else task.type)}'
        f'{_tooltip(_origin(task.provenance))}];'
        for task in known.values()
        if task.id not in hidden
    ]
    lines.extend(f'{_quote(name)} [{_UNKNOWN_STYLE}];' for name in dangling)
    lines.extend(_edge(edge) for edge in near)
    lines.extend(_edge(edge, _CROSS) for edge in far if edge not in near)
    return _digraph(graph.type, lines)


def template_edges(
    graph: graphs.Graph,
) -> tuple[Mapping[Edge, None], Mapping[Edge, None]]:
    """Edges between tasks before they are placed: on a node, and across."""
    known = {task.id: task for task in graph.tasks}
    matcher = names.Names(known)
    near = (edge for task in graph.tasks for edge in _near(task, matcher))
    far = (edge for task in graph.tasks for edge in _far(task, matcher))
    return dict.fromkeys(near), dict.fromkeys(far)


def plan_dot(
    planned: plan.Plan,
    states: Mapping[str, ExecutionState] | None = None,
    origins: Origins | None = None,
) -> str:
    """Executions with their edges, dashed between nodes.

    `states` are states by the names of vertices; without them everything
    that is not skipped is drawn as pending. States and `origins` are in
    tooltips.
    """
    vertices = planned.vertices
    lines = ['node[ style = "filled, solid"];']
    lines.extend(
        _vertex(vertex, states or {}, origins or {}) for vertex in vertices
    )
    for vertex, numbers in zip(vertices, planned.after, strict=True):
        for number in numbers:
            other = vertices[number]
            crosses = vertex.node and other.node and vertex.node != other.node
            lines.append(
                _edge((vertex.name, other.name), _CROSS if crosses else '')
            )
    return _digraph(', '.join(planned.graph_types), lines)


def _style(type: str) -> str:
    return _TEMPLATE_STYLES.get(type, _DEFAULT_STYLE)


def _near(task: graphs.Task, known: names.Names) -> Iterator[Edge]:
    body = task.body
    for name in _meant(body.get('requires'), known):
        yield name, task.id
    for field in ('required_for', 'groups'):
        for name in _meant(body.get(field), known):
            yield task.id, name
    for name in _meant(body.get('tasks'), known):
        yield name, task.id


def _far(task: graphs.Task, known: names.Names) -> Iterator[Edge]:
    body = task.body
    for relation in names.field(body, 'cross-depends', 'cross_depends'):
        for name in _meant(_name(relation), known):
            yield name, task.id
    for relation in names.field(
        body, 'cross-depended-by', 'cross_depended_by'
    ):
        for name in _meant(_name(relation), known):
            yield task.id, name


def _name(relation: object) -> object:
    return relation.get('name') if isinstance(relation, Mapping) else None


def _meant(written: object, known: names.Names) -> Iterator[str]:
    for name in names.listed(written):
        if names.is_pattern(name):
            yield from known.find(name)
        else:
            yield name


def _vertex(
    vertex: plan.Vertex,
    states: Mapping[str, ExecutionState],
    origins: Origins,
) -> str:
    label = vertex.name if vertex.kind != plan.Kind.BARRIER else ''
    shape = {'sync': ', shape = rect', 'barrier': ', shape = point'}
    return (
        f'{_quote(vertex.name)} [label = {_quote(label)}, '
        f'fillcolor = "{_colour(vertex, states)}"'
        f'{shape.get(vertex.kind.value, "")}'
        f'{_tooltip(_notes(vertex, states, origins))}];'
    )


def _notes(
    vertex: plan.Vertex,
    states: Mapping[str, ExecutionState],
    origins: Origins,
) -> Iterator[str]:
    if vertex.name in states:
        yield str(states[vertex.name])
    if vertex.task is not None:
        origin = origins.get((vertex.graph, vertex.task.id))
        if origin is not None:
            yield from _origin(origin)


def _origin(origin: graphs.Provenance) -> Iterator[str]:
    """Where a task comes from and what it replaced, a line each."""
    file = f': {origin.file}' if origin.file else ''
    yield f'{origin.level} {origin.owner}{file}'
    if origin.replaced is not None:
        first, *rest = _origin(origin.replaced)
        yield f'in place of {first}'
        yield from rest


def _colour(vertex: plan.Vertex, states: Mapping[str, ExecutionState]) -> str:
    state = states.get(vertex.name, ExecutionState.PENDING)
    if state == ExecutionState.PENDING and vertex.skipped:
        return 'magenta'
    if state == ExecutionState.PENDING and vertex.kind == plan.Kind.SYNC:
        return 'cyan'
    return _STATE_COLOURS[state]


def _edge(edge: Edge, style: str = '') -> str:
    return f'{_quote(edge[0])} -> {_quote(edge[1])}{style};'


def _digraph(name: str, lines: list[str]) -> str:
    body = ''.join(f'    {line}\n' for line in lines)
    return f'digraph {_quote(name)} {{\n{body}}}\n'


def _tooltip(lines: Iterator[str]) -> str:
    text = '\n'.join(lines)
    return f', tooltip={_quote(text)}' if text else ''


def _quote(text: str) -> str:
    escaped = text.replace('\\', '\\\\').replace('"', '\\"')
    return '"' + escaped.replace('\n', '\\n') + '"'
