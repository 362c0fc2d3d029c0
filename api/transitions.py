"""Transitions: every move of every execution of a run, in order."""

from typing import Any

from trailmark.api import calls
from trailmark.common import clock
from trailmark.db import records, runs, transitions


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
        'task': move.task,
        'node': move.node,
        'old': str(move.old),
        'new': str(move.new),
        'attempt': move.attempt,
        'time': clock.iso(move.at),
        'message': move.message,
    }
