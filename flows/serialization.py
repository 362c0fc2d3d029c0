"""A plan of one graph as Fuel's executor gets it."""

from collections.abc import Iterator, Mapping
from typing import Any

from trailmark.common import exceptions, problems, secrets
from trailmark.flows import graphs, plan

#: Without barriers edges grow with the square of the nodes.
MOST_EDGES = 500_000
_STATUSES = (
    ('successful', 'on_success', 'ready'),
    ('failed', 'on_error', 'error'),
    ('stopped', 'on_stop', 'stopped'),
)

#: Uid of a node by its number in the plan, None of the number 0; what is on
#: others is left out.
Uids = Mapping[int, str | None]


def document(
    planned: plan.Plan,
    graph: graphs.Graph,
    uids: Uids,
    most_edges: int = MOST_EDGES,
) -> dict[str, Any]:
    """The message as JSON data, with secrets hidden.

    Executions by the uid of their node, `null` for those of none; what
    stands for many edges in the plan is told edge by edge. Raises
    InvalidInput if these are more than `most_edges`.
    """
    edges = _edges(planned, uids, most_edges)
    before: dict[int, list[int]] = {}
    for number, following in edges.items():
        for other in following:
            before.setdefault(other, []).append(number)
    found: dict[str, list[dict[str, Any]]] = {'null': []}
    for number in edges:
        uid = uids[planned.vertices[number].node]
        found.setdefault(uid or 'null', []).append(
            {
                **_instance(planned.vertices[number]),
                'requires': _ends(planned, before.get(number, ()), uids),
                'required_for': _ends(planned, edges[number], uids),
            }
        )
    return {
        'tasks_directory': {},
        'tasks_graph': found,
        'tasks_metadata': {
            'fault_tolerance_groups': [
                {
                    'name': group.name,
                    'node_ids': [
                        uids[each]
                        for each in sorted(group.nodes)
                        if each in uids
                    ],
                    'fault_tolerance': group.allowed,
                }
                for group in planned.tolerance
            ],
            'node_statuses_transitions': dict(_transitions(graph)),
        },
    }


def _edges(planned: plan.Plan, uids: Uids, most: int) -> dict[int, list[int]]:
    """Numbers of executions, and of those straight after each."""
    left = most
    found: dict[int, list[int]] = {}
    for number, vertex in enumerate(planned.vertices):
        if vertex.task is not None and vertex.node in uids:
            found[number] = [
                other
                for other in dict.fromkeys(_after(planned, number))
                if planned.vertices[other].node in uids
            ]
            left -= len(found[number])
        if left < 0:
            raise exceptions.InvalidInput(
                [
                    problems.Problem(
                        f'there are more than {most} edges: '
                        'choose fewer nodes',
                        field='nodes',
                    )
                ]
            )
    return found


def _after(planned: plan.Plan, number: int) -> Iterator[int]:
    for other in planned.after[number]:
        if planned.vertices[other].kind == plan.Kind.BARRIER:
            yield from _after(planned, other)
        else:
            yield other


def _instance(vertex: plan.Vertex) -> dict[str, Any]:
    task = vertex.task
    assert task is not None
    if vertex.skipped:
        return {'id': task.id, 'type': 'skipped', 'fail_on_error': False}
    return {
        'id': task.id,
        'type': task.type,
        'parameters': secrets.mask_data(
            task.parameters, task.secrets, numbers=True
        ),
        'fail_on_error': task.fail_on_error,
    }


def _ends(
    planned: plan.Plan, numbers: Any, uids: Uids
) -> list[dict[str, Any]]:
    vertices = [planned.vertices[number] for number in numbers]
    return [
        {'name': each.task.id, 'node_id': uids[each.node]}
        for each in vertices
        if each.task is not None
    ]


def _transitions(graph: graphs.Graph) -> Iterator[tuple[str, Any]]:
    """What becomes of a node, as the graph's metadata say it."""
    for name, event, status in _STATUSES:
        said = graph.metadata.get(event) or {}
        yield name, {'status': status, **(said.get('node_attributes') or {})}
