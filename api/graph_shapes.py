"""Graphs of owners as JSON data, in the shape that Fuel's clients know."""

from typing import Any

from trailmark.api import calls, masking
from trailmark.common import clock
from trailmark.db import records
from trailmark.flows import uploads


def shape(call: calls.Call, graph: records.GraphRecord) -> dict[str, Any]:
    """A graph; its tasks in both spellings, or `as_written`.

    Its secrets are masked, unless the call asks for them and may.
    """
    hidden = masking.of_graph(call, graph)
    relation = {
        'type': graph.type,
        'model': graph.level,
        'model_id': graph.owner_id,
    }
    return {
        'id': graph.id,
        'name': None,
        **masking.masked(graph.metadata, hidden),
        'type': graph.type,
        'level': graph.level,
        'owner': graph.owner,
        'revision': graph.revision,
        'updated_at': clock.iso(graph.updated_at),
        'tasks': [task_shape(call, task, hidden) for task in graph.tasks],
        'relations': [relation],
    }


def task_shape(
    call: calls.Call, task: records.TaskRecord, hidden: frozenset[str]
) -> dict[str, Any]:
    """A task in both spellings, or exactly as it was written, masked."""
    body = masking.masked(task.body, hidden)
    if call.flag('as_written'):
        return body
    return uploads.twice(body)
