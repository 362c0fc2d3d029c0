"""Graphs: what is wrong with one, what it expands to, how it looks."""

from collections.abc import Mapping
from typing import Any

from trailmark.api import calls, findings, graph_input
from trailmark.common import exceptions, problems
from trailmark.flows import connectivity, drawing, graphs, plan, planning


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
    """A drawing in DOT: of the graph as written, or expanded to nodes.

    A graph that couldn't be run is drawn as written nevertheless: it may be
    why it is looked at.
    """
    body = call.body('plot')
    if not body.get('expanded', False):
        graph = graph_input.graph_to_draw(
            graph_input.of(call, body), _type(body)
        )
        if graph is not None:
            return calls.Answer({'dot': drawing.template_dot(graph)})
    planned, _warnings = _plan(call, body)
    return calls.Answer({'dot': drawing.plan_dot(planned)})


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
