"""Checkpoints: texts that attempts of a run left for the next ones."""

from typing import Any

from trailmark.api import calls, run_secrets
from trailmark.common import clock, secrets
from trailmark.db import checkpoints, records, runs


def of_run(call: calls.Call, run: int) -> calls.Answer:
    """A page of a run's checkpoints, the oldest first; `next` is the marker.

    Secrets of any task of the run are masked.
    """
    found = runs.get(call.db, run)
    limit, seen = call.limit(), call.number('marker') or 0
    rows = checkpoints.page(call.db, run, seen, limit)
    following = seen + limit if len(rows) == limit else None
    shapes = [_shape(each) for each in rows]
    shown = secrets.mask_data(shapes, run_secrets.of_run(call, found))
    return calls.Answer({'checkpoints': shown, 'next': following})


def _shape(row: records.CheckpointRow) -> dict[str, Any]:
    left = row.checkpoint
    return {
        'task': row.task,
        'node': row.node,
        'graph_type': row.graph_type,
        'attempt': left.attempt,
        'checkpoint': left.body,
        'time': clock.iso(left.at),
    }
