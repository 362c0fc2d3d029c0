"""Graphs: what is wrong with one, what it expands to, how it looks."""

from collections.abc import Mapping
from typing import Any

from trailmark.api import calls, explanations, findings, graph_input
from trailmark.common import exceptions, problems, states
from trailmark.db import runs, snapshots, tasks_history
from trailmark.flows import (
    connectivity,
    drawing,
    graphs,
    mermaid,
    plan,
    planning,
    snapshot,
)


def lint(call: calls.Call) -> calls.Answer:
    """Everything that is wrong, whether it would refuse a run or not."""
    body = call.body
    try:
        _taken, _planned, found = _plan(call, body)
    except exceptions.InvalidInput as error:
        found = error.problems
    graph = graph_input.graph_to_draw(graph_input.of(call, body), _type(body))
    if graph is not None:
        found = (*found, *connectivity.check(graph))
    return calls.Answer({'problems': [findings.shape(each) for each in found]})


def expand(call: calls.Call) -> calls.Answer:
    """The vertices and edges that a run would have, and whence they come."""
    taken, planned, warnings = _plan(call, call.body)
    document = planning.expand_document(planned)
    origins = {
        key: explanations.provenance(origin)
        for key, origin in snapshot.origins(taken).items()
    }
    for shown, vertex in zip(
        document['vertices'], planned.vertices, strict=True
    ):
        known = vertex.task and origins[vertex.graph, vertex.task.id]
        shown['provenance'] = known
    return calls.Answer({**document, 'warnings': findings.lines(warnings)})


def plot(call: calls.Call) -> calls.Answer:
    """A drawing: of the graph as written, expanded to nodes, or of a run.

    A graph that couldn't be run is drawn as written nevertheless: it may be
    why it is looked at.
    """
    body = call.body
    form = body.get('format') or 'dot'
    if body.get('run') is not None:
        return calls.Answer({form: _of_run(call, body['run'], form)})
    if not body.get('expanded', False):
        graph = graph_input.graph_to_draw(
            graph_input.of(call, body), _type(body)
        )
        if graph is not None:
            return calls.Answer({form: _TEMPLATES[form](graph)})
    taken, planned, _warnings = _plan(call, body)
    return calls.Answer({form: _drawn(form, taken, planned)})


_TEMPLATES = {'dot': drawing.template_dot, 'mermaid': mermaid.template}


def _of_run(call: calls.Call, run: int, form: str) -> str:
    """What a run executes, in the colours of the states that it has now."""
    found = runs.get(call.db, run)
    taken = snapshot.from_json(snapshots.get(call.db, found.snapshot_digest))
    planned = planning.plan(taken, call.context.catalog)
    rows = tasks_history.restore(call.db, run)
    known = {
        vertex.name: row.state
        for vertex in planned.vertices
        if vertex.task is not None
        and (row := rows.get((vertex.graph, vertex.node, vertex.task.number)))
    }
    return _drawn(form, taken, planned, known)


def _drawn(
    form: str,
    taken: graphs.Snapshot,
    planned: plan.Plan,
    known: Mapping[str, states.ExecutionState] | None = None,
) -> str:
    if form == 'mermaid':
        return mermaid.planned(planned, known)
    return drawing.plan_dot(planned, known, snapshot.origins(taken))


def _plan(
    call: calls.Call, body: Mapping[str, Any]
) -> tuple[graphs.Snapshot, plan.Plan, tuple[problems.Problem, ...]]:
    """Snapshot, plan and warnings, without secrets; nothing will run."""
    given = graph_input.of(call, body)
    wanted = {**body, 'noop': True, 'dry_run': True}
    taken, planned = graph_input.plan_of(
        call, given, [_type(body)], wanted, given.deployment.name
    )
    return taken, planned, findings.mask(planned.warnings, given.secrets)


def _type(body: Mapping[str, Any]) -> str:
    kind: str = body.get('type') or graphs.DEFAULT_TYPE
    return kind
