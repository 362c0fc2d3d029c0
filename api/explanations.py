"""Why an execution would run where it runs, and after what."""

import dataclasses
from collections.abc import Mapping
from typing import Any

from trailmark.api import calls, findings, graph_input, owned_graphs
from trailmark.db import clusters, times
from trailmark.flows import (
    cells,
    explanations,
    graphs,
    lateness,
    neighbours,
    planning,
)


def show(call: calls.Call) -> calls.Answer:
    """What placed it, who put it after others, and what makes it late.

    Of a stored cluster the last durations are known; nothing will run.
    """
    body = call.body
    given = graph_input.of(call, body)
    kind = owned_graphs.type_of(body.get('type'))
    taken, detailed = graph_input.detailed_plan_of(
        call,
        given,
        [kind],
        {**body, 'noop': True, 'dry_run': True},
        given.deployment.name,
    )
    with findings.masked(given.secrets):
        cell = cells.find(detailed, taken.graphs[0], body['execution'])
    known: explanations.Durations = {}
    if body.get('cluster') is not None:
        known = _durations(call, body['cluster'], kind, detailed, cell)
    told = explanations.explain(detailed, taken, cell, known)
    warnings = findings.mask(detailed.plan.warnings, given.secrets)
    return calls.Answer(
        {'explanation': shape(told), 'warnings': findings.lines(warnings)}
    )


def shape(told: explanations.Explanation) -> dict[str, Any]:
    """An explanation as JSON data."""
    return {
        'execution': told.execution,
        'type': told.type,
        'provenance': provenance(told.provenance),
        'skipped': told.skipped,
        'condition': told.condition,
        'placements': [_shape(each) for each in told.placements],
        'before': [_neighbours(each) for each in told.before],
        'after': [_neighbours(each) for each in told.after],
        'path': {
            'seconds': round(sum(s.seconds or 0 for s in told.path), 3),
            'unknown': sum(step.seconds is None for step in told.path),
            'steps': [dataclasses.asdict(step) for step in told.path],
        },
    }


def provenance(origin: graphs.Provenance) -> dict[str, Any]:
    """Layer, owner and file of a task, and of what it replaced."""
    replaced = origin.replaced
    return {
        'level': origin.level,
        'owner': origin.owner,
        'file': origin.file,
        'replaced': None if replaced is None else provenance(replaced),
    }


def _shape(
    each: explanations.Placement | neighbours.Origin,
) -> dict[str, Any]:
    origin = provenance(each.provenance)
    return {**dataclasses.asdict(each), 'provenance': origin}


def _neighbours(each: neighbours.Neighbours) -> Mapping[str, Any]:
    origins = [_shape(origin) for origin in each.origins]
    return {**dataclasses.asdict(each), 'origins': origins}


def _durations(
    call: calls.Call,
    cluster: str,
    kind: str,
    detailed: planning.Detailed,
    cell: int,
) -> explanations.Durations:
    """Last durations of what comes before a cell, and of the cell."""
    draft, nodes = detailed.drafts[0], detailed.plan.nodes
    wanted = {
        (draft.expanded.cells[each][0].id, node.name)
        for each in lateness.before(draft, cell)
        if each < len(draft.expanded.cells)
        and (node := nodes[draft.expanded.cells[each][1]]) is not None
    }
    number = clusters.get(call.db, cluster).id
    return times.last_durations(call.db, number, kind, wanted)
