"""What must hold for the graphs of every cluster that a change reaches."""

import functools
from collections.abc import Sequence

from trailmark.api import calls, findings, graph_input
from trailmark.common import exceptions, problems
from trailmark.db import merges, records
from trailmark.flows import graphs, merging, reading

#: Whatever YAQL would compute is taken: graphs are stored with it.
_LENIENT = {'noop': True, 'dry_run': True, 'ignore_conditions': True}


def of(call: calls.Call) -> merges.Rules:
    """Plugins that don't overlap; graphs that can be merged and planned."""
    return merges.Rules(_fit, functools.partial(_check, call))


def fitting() -> merges.Rules:
    """Plugins that don't overlap, and nothing more."""
    return merges.Rules(_fit)


def _fit(kind: str, found: Sequence[records.GraphRecord]) -> None:
    layers = [
        graphs.Layer('plugin', each.owner, {kind: graph_input.graph_of(each)})
        for each in found
    ]
    wrong = [
        each
        for each in merging.check(layers, kind)
        if each.severity is problems.Severity.ERROR
    ]
    if wrong:
        raise exceptions.InvalidInput(wrong)


def _check(
    call: calls.Call,
    cluster: records.Cluster,
    found: Sequence[records.GraphRecord],
) -> None:
    deployment = graph_input.stored(cluster, found)
    given = graph_input.Input(
        deployment, reading.WHOLE, findings.secrets_of(deployment.layers)
    )
    for kind in merging.types(deployment.layers):
        if merging.merge_loosely(deployment.layers, kind).tasks:
            graph_input.plan_of(call, given, [kind], _LENIENT, cluster.name)
