"""Rows of the history, in the shape of seed 000 and a little more."""

import dataclasses
from typing import Any

from trailmark.api import calls, lists, named_nodes, puppet_summaries
from trailmark.common import clock
from trailmark.db import (
    clusters,
    history_filters,
    nodes,
    records,
    tasks_history,
)
from trailmark.flows import graphs


def index(call: calls.Call) -> calls.Answer:
    """A page of rows of a run, a cluster or nodes."""
    chosen = filter_of(call)
    if chosen.run is None and chosen.cluster is None and not chosen.nodes:
        raise calls.refused('say at least one of run, cluster and nodes')
    return _page(call, chosen)


def of_run(call: calls.Call, run: int) -> calls.Answer:
    """A page of rows of one run."""
    return _page(call, dataclasses.replace(filter_of(call), run=run))


def of_cluster(call: calls.Call, cluster: str) -> calls.Answer:
    """Rows of all runs of a cluster, by its name or id, as the seed's."""
    number = clusters.number(call.db, cluster)
    return _list(call, dataclasses.replace(filter_of(call), cluster=number))


def of_node(call: calls.Call, node: str) -> calls.Answer:
    """Rows of all runs on a node, by its id or name, as the seed's."""
    meant = named_nodes.of_fuel(node)
    chosen = dataclasses.replace(filter_of(call), nodes=(meant,))
    answer = _list(call, chosen)
    if not answer.body:
        nodes.check_known(call.db, meant)
    return answer


def filter_of(call: calls.Call) -> history_filters.Filter:
    """What the parameters of a request choose. Raises NotFound."""
    named = call.text('cluster')
    return history_filters.Filter(
        run=call.number('run'),
        cluster=None if named is None else clusters.number(call.db, named),
        nodes=named_nodes.by_name(call, 'nodes'),
        statuses=call.texts('statuses') or (),
        tasks=call.texts('tasks') or (),
        types=call.texts('graph_type') or (),
    )


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


def _page(call: calls.Call, chosen: history_filters.Filter) -> calls.Answer:
    limit, summary = call.limit(), call.flag('summary')
    found = tasks_history.page_of(
        call.db, chosen, call.number('marker'), limit, summary
    )
    following = found[-1].id if len(found) == limit else None
    rows = [shape(row, summary) for row in found]
    return calls.Answer({'tasks_history': rows, 'next': following})


def _list(call: calls.Call, chosen: history_filters.Filter) -> calls.Answer:
    """A bare list with a link to more; a summary is an object, or empty."""
    limit = call.limit()
    found = tasks_history.page_of(
        call.db, chosen, call.number('marker'), limit, summary=True
    )
    rows = [
        {**shape(row), 'summary': puppet_summaries.of(row)} for row in found
    ]
    return lists.page(call, rows, limit)
