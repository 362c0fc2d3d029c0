"""Rows of the history, in the shape of seed 000 and a little more."""

from typing import Any

from trailmark.api import calls
from trailmark.common import clock
from trailmark.db import clusters, records, runs, tasks_history
from trailmark.flows import graphs


def index(call: calls.Call) -> calls.Answer:
    """A page of rows of a run, a cluster or nodes."""
    run, cluster = call.number('run'), call.text('cluster')
    if run is None and cluster is None and call.texts('nodes') is None:
        raise calls.refused('say at least one of run, cluster and nodes')
    return _page(call, run, cluster)


def of_run(call: calls.Call, run: int) -> calls.Answer:
    """A page of rows of one run."""
    return _page(call, run, call.text('cluster'))


def shape(row: records.HistoryRow, summary: bool = False) -> dict[str, Any]:
    """A row as JSON data."""
    shown = {
        'id': row.id,
        'deployment_task_id': row.run,
        'node_id': node_of(row),
        'node_name': row.node,
        'task_id': row.task_no,
        'task_name': row.task,
        'graph_type': row.graph_type,
        'time_start': clock.epoch_seconds(row.started_at),
        'time_end': clock.epoch_seconds(row.ended_at),
        'status': str(row.state),
        'attempt': row.attempt,
        'message': row.message,
    }
    return {**shown, 'summary': row.summary} if summary else shown


def node_of(row: records.HistoryRow) -> int | str | None:
    """The node's id; `master` has none, a sync point no node."""
    if row.node_id is None and row.node == graphs.MASTER:
        return graphs.MASTER
    return row.node_id


def _page(
    call: calls.Call, run: int | None, cluster: str | None
) -> calls.Answer:
    limit, summary = call.limit(), call.flag('summary')
    if run is not None:
        runs.check(call.db, run)
    found = tasks_history.page(
        call.db,
        run=run,
        cluster=(
            None if cluster is None else clusters.get(call.db, cluster).id
        ),
        nodes=call.texts('nodes') or (),
        statuses=call.texts('statuses') or (),
        tasks=call.texts('tasks') or (),
        after=call.number('marker'),
        limit=limit,
        summary=summary,
    )
    following = found[-1].id if len(found) == limit else None
    rows = [shape(row, summary) for row in found]
    return calls.Answer({'tasks_history': rows, 'next': following})
