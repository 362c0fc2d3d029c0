"""Graphs as Mermaid texts."""

import re
from collections.abc import Iterator, Mapping

from trailmark.common.states import ExecutionState
from trailmark.flows import drawing, graphs, plan

_FILLS = {
    ExecutionState.PENDING: '#ffffff',
    ExecutionState.RUNNING: '#8ab4f8',
    ExecutionState.READY: '#81c995',
    ExecutionState.ERROR: '#f28b82',
    ExecutionState.DEP_FAILED: '#fcad70',
    ExecutionState.SKIPPED: '#d7aefb',
    ExecutionState.CANCELLED: '#bdc1c6',
}
_TYPES = {'group': '#c6dafc', 'stage': '#f6aea9', 'skipped': '#f1f3f4'}
#: A digit or a dash at the beginning would make a list.
_MARKUP = re.compile(r'[^\w @,.:/-]|^[\d-]')
_TASK, _UNKNOWN = '#ccff90', '#ffffff'


def template(graph: graphs.Graph) -> str:
    """The tasks of a graph before they are placed; dotted across nodes."""
    near, far = drawing.template_edges(graph)
    kinds = {task.id: task.type for task in graph.tasks}
    names = dict.fromkeys(
        (*kinds, *(name for edge in (*near, *far) for name in edge))
    )
    number = {name: f't{at}' for at, name in enumerate(names)}
    fills = [
        _TYPES.get(kinds[name], _TASK) if name in kinds else _UNKNOWN
        for name in names
    ]
    lines = [f'{number[name]}["{_escaped(name)}"]' for name in names]
    lines += [f'{number[a]} --> {number[b]}' for a, b in near]
    lines += [
        f'{number[a]} -.-> {number[b]}' for a, b in far if (a, b) not in near
    ]
    return _flowchart([*lines, *_styles(fills)])


def planned(
    of: plan.Plan, states: Mapping[str, ExecutionState] | None = None
) -> str:
    """Executions with their edges, dotted between nodes.

    `states` are states by the names of vertices.
    """
    known = states or {}
    lines = [
        f't{at}{_vertex(vertex)}' for at, vertex in enumerate(of.vertices)
    ]
    for at, numbers in enumerate(of.after):
        for then in numbers:
            nodes = {of.vertices[at].node, of.vertices[then].node}
            arrow = '-.->' if len(nodes - {0}) > 1 else '-->'
            lines.append(f't{at} {arrow} t{then}')
    fills = [
        _FILLS[
            known.get(
                vertex.name,
                ExecutionState.SKIPPED
                if vertex.skipped
                else ExecutionState.PENDING,
            )
        ]
        for vertex in of.vertices
    ]
    return _flowchart([*lines, *_styles(fills)])


def _vertex(vertex: plan.Vertex) -> str:
    if vertex.kind == plan.Kind.BARRIER:
        return '((" "))'
    name = _escaped(vertex.name)
    return f'["{name}"]' if vertex.node else f'(["{name}"])'


def _styles(fills: list[str]) -> Iterator[str]:
    for fill in dict.fromkeys(fills):
        same = [f't{at}' for at, other in enumerate(fills) if other == fill]
        name = f'c{fill[1:]}'
        yield f'classDef {name} fill:{fill},stroke:#333,color:#000;'
        yield f'class {",".join(same)} {name};'


def _flowchart(lines: list[str]) -> str:
    return 'flowchart TD\n' + ''.join(f'    {line}\n' for line in lines)


def _escaped(text: str) -> str:
    """Entities for what might be markup, or end a quoted text or a line."""
    return _MARKUP.sub(lambda found: f'#{ord(found[0])};', text)
