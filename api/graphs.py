"""Graphs: what is wrong with one, what it expands to, how it looks."""

from collections.abc import Mapping
from typing import Any

from trailmark.api import calls, findings, graph_input
from trailmark.common import exceptions, problems
from trailmark.flows import drawing, plan, planning


def lint(call: calls.Call) -> calls.Answer:
    """Everything that is wrong, whether it would refuse a run or not."""
    body = call.body('lint')
    try:
        hidden, planned, warnings = _planned(call, body)
        found = findings.mask((*warnings, *planned.warnings), hidden)
    except exceptions.InvalidInput as error:
        found = error.problems
    return calls.Answer({'problems': [findings.shape(each) for each in found]})


def expand(call: calls.Call) -> calls.Answer:
    """The vertices and edges that a run would have."""
    hidden, planned, warnings = _planned(call, call.body('expand'))
    found = findings.mask((*warnings, *planned.warnings), hidden)
    document = planning.expand_document(planned)
    return calls.Answer({**document, 'warnings': findings.lines(found)})


def plot(call: calls.Call) -> calls.Answer:
    """A drawing in DOT: of the graph as written, or expanded to nodes."""
    body = call.body('plot')
    if body.get('expanded', False):
        _hidden, planned, _warnings = _planned(call, body)
        return calls.Answer({'dot': drawing.plan_dot(planned, None)})
    deployment, _warnings = graph_input.deployment_of(call, body)
    with findings.masked(findings.secrets_of(deployment.layers)):
        [graph] = graph_input.merged(deployment.layers, [_type(body)])
    return calls.Answer({'dot': drawing.template_dot(graph)})


def _planned(
    call: calls.Call, body: Mapping[str, Any]
) -> tuple[frozenset[str], plan.Plan, tuple[problems.Problem, ...]]:
    """Secrets to hide, the plan, and warnings that the plan doesn't have."""
    deployment, warnings = graph_input.deployment_of(call, body)
    hidden = findings.secrets_of(deployment.layers)
    with findings.masked(hidden):
        taken = graph_input.snapshot_of(
            deployment, deployment.name, [_type(body)], body, dry_run=True
        )
        planned = planning.plan(taken, call.context.catalog)
    return hidden, planned, warnings


def _type(body: Mapping[str, Any]) -> str:
    kind: str = body.get('type', 'default')
    return kind
