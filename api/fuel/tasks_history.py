"""Rows of the history, exactly as seed 000 has them."""

from typing import Any

from trailmark.api import (
    calls,
    lists,
    named_nodes,
    puppet_summaries,
    tasks_history,
)
from trailmark.db import records
from trailmark.db import tasks_history as db_history

_KEYS = (
    *('id', 'deployment_task_id', 'node_id', 'task_id', 'task_name'),
    *('time_start', 'time_end', 'status', 'summary'),
)


def of_task(call: calls.Call, task: int) -> calls.Answer:
    """All rows of a run, or those of nodes, statuses and graph types.

    A `limit` asks for a page of them, with a link to the next one.
    """

    def fetch(marker: int | None, limit: int) -> lists.Entries:
        found = db_history.page(
            call.db,
            run=task,
            nodes=named_nodes.by_id(call, 'nodes'),
            statuses=call.texts('statuses') or (),
            types=call.texts('graph_type') or (),
            after=marker,
            limit=limit,
            summary=True,
        )
        return [shape(row) for row in found]

    return lists.answer(call, fetch)


def shape(row: records.HistoryRow) -> dict[str, Any]:
    """A row as JSON data: times in whole seconds since the epoch."""
    shown = tasks_history.shape(row)
    shown['summary'] = puppet_summaries.of(row)
    return {key: shown[key] for key in _KEYS}
