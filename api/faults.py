"""Faults: what attempts of a run failed of."""

from typing import Any

from trailmark.api import calls
from trailmark.common import clock
from trailmark.db import faults, records, runs


def of_run(call: calls.Call, run: int) -> calls.Answer:
    """A page of a run's faults, the oldest first; `next` is the marker."""
    runs.check(call.db, run)
    limit, seen = call.limit(), call.number('marker') or 0
    found = faults.page(call.db, run, seen, limit)
    following = seen + limit if len(found) == limit else None
    return calls.Answer(
        {'faults': [_shape(each) for each in found], 'next': following}
    )


def _shape(row: records.FaultRow) -> dict[str, Any]:
    fault = row.fault
    return {
        'task': row.task,
        'node': row.node,
        'graph_type': row.graph_type,
        'attempt': fault.attempt,
        'fault': fault.kind,
        'message': fault.message,
        'time': clock.iso(fault.at),
    }
