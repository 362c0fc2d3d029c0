"""Transitions: every move of every execution, in order."""

import re
from typing import Any

from trailmark.api import calls, tasks_history
from trailmark.common import clock
from trailmark.db import records, runs, transitions


def index(call: calls.Call) -> calls.Answer:
    """A page of a run, a cluster or nodes: those of the newest run first.

    Within a run, the oldest first.
    """
    chosen = tasks_history.filter_of(call)
    if chosen.run is None and chosen.cluster is None and not chosen.nodes:
        raise calls.refused('say at least one of run, cluster and nodes')
    limit = call.limit()
    found = transitions.of_runs(call.db, chosen, _marker(call), limit)
    last = found[-1] if len(found) == limit else None
    following = None if last is None else f'{last.run}-{last.id}'
    return calls.Answer(
        {'transitions': [shape(each) for each in found], 'next': following}
    )


def of_run(call: calls.Call, run: int) -> calls.Answer:
    """A page of a run's transitions, the oldest first."""
    limit = call.limit()
    runs.check(call.db, run)
    found = transitions.page(call.db, run, call.number('after') or 0, limit)
    following = found[-1].id if len(found) == limit else None
    return calls.Answer(
        {'transitions': [shape(each) for each in found], 'next': following}
    )


def shape(move: records.TransitionRow) -> dict[str, Any]:
    """A transition as JSON data."""
    return {
        'id': move.id,
        'deployment_task_id': move.run,
        'graph_type': move.graph_type,
        'task': move.task,
        'node': move.node,
        'old': str(move.old),
        'new': str(move.new),
        'attempt': move.attempt,
        'time': clock.iso(move.at),
        'message': move.message,
    }


def _marker(call: calls.Call) -> tuple[int, int] | None:
    """The run and the id of the last transition of the page before."""
    said = call.text('marker')
    if said is None:
        return None
    parts = re.fullmatch('([0-9]{1,18})-([0-9]{1,19})', said)
    if parts is None or int(parts[2]) >= 2**63:
        raise calls.refused('this is not the `next` of a page', 'marker')
    return int(parts[1]), int(parts[2])
