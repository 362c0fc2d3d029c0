"""Graphs: what is wrong with one, what it expands to, how it looks."""

from collections.abc import Mapping
from typing import Any

from trailmark.api import calls, findings, graph_input
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
    body = call.body('lint')
    try:
        _planned, found = _plan(call, body)
    except exceptions.InvalidInput as error:
        found = error.problems
    graph = graph_input.graph_to_draw(graph_input.of(call, body), _type(body))
    if graph is not None:
        found = (*found, *connectivity.check(graph))
    return calls.Answer({'problems': [findings.shape(each) for each in found]})


def expand(call: calls.Call) -> calls.Answer:
    """The vertices and edges that a run would have."""
    planned, warnings = _plan(call, call.body('expand'))
    document = planning.expand_document(planned)
    return calls.Answer({**document, 'warnings': findings.lines(warnings)})


def plot(call: calls.Call) -> calls.Answer:
    """A drawing: of the graph as written, expanded to nodes, or of a run.

    A graph that couldn't be run is drawn as written nevertheless: it may be
    why it is looked at.
    """
    body = call.body('plot')
    form = body.get('format') or 'dot'
    if body.get('run') is not None:
        planned, states = _of_run(call, body['run'])
        return calls.Answer({form: _PLANS[form](planned, states)})
    if not body.get('expanded', False):
        graph = graph_input.graph_to_draw(
            graph_input.of(call, body), _type(body)
        )
        if graph is not None:
            return calls.Answer({form: _TEMPLATES[form](graph)})
    planned, _warnings = _plan(call, body)
    return calls.Answer({form: _PLANS[form](planned, None)})


_TEMPLATES = {'dot': drawing.template_dot, 'mermaid': mermaid.template}
_PLANS = {'dot': drawing.plan_dot, 'mermaid': mermaid.planned}


def _of_run(
    call: calls.Call, run: int
) -> tuple[plan.Plan, dict[str, states.ExecutionState]]:
    """The plan of a run, and how its executions stand now, by name."""
    found = runs.get(call.db, run)
    taken = snapshot.from_json(snapshots.get(call.db, found.snapshot_digest))
    planned = planning.plan(taken, call.context.catalog)
    rows = tasks_history.restore(call.db, run)
    return planned, {
        vertex.name: row.state
        for vertex in planned.vertices
        if vertex.task is not None
        and (row := rows.get((vertex.graph, vertex.node, vertex.task.number)))
    }


def _plan(
    call: calls.Call, body: Mapping[str, Any]
) -> tuple[plan.Plan, tuple[problems.Problem, ...]]:
    """The plan and its warnings, without secrets; nothing will run."""
    given = graph_input.of(call, body)
    wanted = {**body, 'noop': True, 'dry_run': True}
    _taken, planned = graph_input.plan_of(
        call, given, [_type(body)], wanted, given.deployment.name
    )
    return planned, findings.mask(planned.warnings, given.secrets)


def _type(body: Mapping[str, Any]) -> str:
    kind: str = body.get('type') or graphs.DEFAULT_TYPE
    return kind
