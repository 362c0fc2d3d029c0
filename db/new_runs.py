"""The rows of a new run."""

import collections
import itertools
import json
import operator
import uuid
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from trailmark.common import clock, states
from trailmark.common.states import Asked, RunState
from trailmark.db import (
    bulk,
    clocks,
    holders,
    records,
    snapshots,
    tables,
)

_HISTORY = {
    'graph_no': 'number',
    'node_no': 'number',
    'task_no': 'number',
    'state': 'name',
    'attempt': 'number',
    'interruptions': 'number',
}
_COUNTERS = {state.value: 'number' for state in states.ExecutionState}
_PLUGIN_STEPS = {
    'step_no': 'number',
    'plugin': 'name',
    'step_type': 'name',
    'name': 'name',
    'total': 'number',
    'completed': 'number',
    'created_at': 'big',
}


def write_run(
    dialect: str,
    connection: sa.Connection,
    new: records.NewRun,
    active: bool,
    holder: holders.Holder | None,
) -> int:
    """Insert the run itself, without a lease; return its id."""
    digest = snapshots.keep(dialect, connection, new.snapshot)
    now = clocks.read(connection)
    ended = new.state not in states.ACTIVE_RUN_STATES
    values = {
        'cluster_id': new.cluster_id,
        'graph_types': json.dumps(new.graph_types),
        'state': RunState.RUNNING if holder else new.state,
        'asked': Asked.NONE,
        'dry_run': new.dry_run,
        'noop': new.noop,
        'request': json.dumps(new.request),
        'graph_revisions': json.dumps(list(new.graph_revisions)),
        'snapshot_digest': digest,
        'actor': new.actor,
        'request_id': _request_id(new),
        'message': bulk.clean(new.message),
        'counts': _counts(new) if ended else None,
        'created_at': now,
        'started_at': now if holder or ended else None,
        'ended_at': now if ended else None,
        'epoch': 1 if holder else 0,
        'flush_no': 0,
        'holds_cluster': new.cluster_id if active else None,
        **holders.values(holder),
    }
    made = connection.execute(tables.runs.insert(), values)
    return int((made.inserted_primary_key or (0,))[0])


def _request_id(new: records.NewRun) -> str:
    asked = new.request.get('context') or {}
    return str(asked.get('request_id') or f'req-{uuid.uuid4()}')


def _counts(new: records.NewRun) -> str:
    counted = collections.Counter(row[-1].value for row in new.executions)
    return json.dumps(counted)


def write_lease(
    dialect: str, connection: sa.Connection, run: int, seconds: float
) -> None:
    """Let the run's lease begin, by the clock of the database."""
    connection.execute(
        sa.text(
            f'UPDATE runs SET lease_until = {clocks.now(dialect)} + :lease'
            ' WHERE id = :run'
        ),
        {'run': run, 'lease': int(seconds * 1_000_000)},
    )


def write_rows(
    dialect: str, connection: sa.Connection, run: int, new: records.NewRun
) -> None:
    """Insert the graphs, nodes, tasks and executions of the run."""
    for table, columns, rows in (
        (
            'run_graphs',
            {
                'graph_no': 'number',
                'type': 'name',
                'step_type': 'name',
                'cluster_id': 'big',
            },
            list(_graphs(new)),
        ),
        (
            'run_nodes',
            {
                'node_no': 'number',
                'node_id': 'big',
                'name': 'text',
                'roles': 'text',
                'node_group': 'name',
                'chosen': 'flag',
                **_COUNTERS,
            },
            list(_nodes(new)),
        ),
        (
            'run_tasks',
            {
                'task_no': 'number',
                'graph_no': 'number',
                'name': 'text',
                'total': 'number',
                'position': 'number',
                **_COUNTERS,
            },
            list(_tasks(new)),
        ),
        ('plugin_steps', _PLUGIN_STEPS, list(_plugin_steps(new))),
        (
            'tasks_history',
            _HISTORY,
            [(*key, state.value, 0, 0) for *key, state in new.executions],
        ),
    ):
        if rows:
            sql = bulk.insert(dialect, table, columns)
            bulk.Statement(dialect, sql).run(connection, run, rows)


def _graphs(new: records.NewRun) -> Iterator[bulk.Row]:
    kinds = itertools.zip_longest(new.graph_types, new.step_types)
    for number, (graph, kind) in enumerate(kinds):
        yield number, graph, kind, kind and new.cluster_id


def _nodes(new: records.NewRun) -> Iterator[bulk.Row]:
    """Nodes, with the counts of their executions."""
    chosen, counted = _chosen(new), _counted(new, 1)
    for number, id, name, roles in new.nodes:
        yield (
            *(number, id, name, json.dumps(roles)),
            *(new.node_groups.get(number), number in chosen),
            *(counted[number, state] for state in states.ExecutionState),
        )


def _tasks(new: records.NewRun) -> Iterator[bulk.Row]:
    """Tasks, with the counts of their executions."""
    counted = _counted(new, 2)
    for task in new.tasks:
        yield (
            *(task.number, task.graph, task.name, task.total),
            task.number if task.position is None else task.position,
            *(counted[task.number, state] for state in states.ExecutionState),
        )


def _counted(
    new: records.NewRun, part: int
) -> collections.Counter[tuple[Any, Any]]:
    """Executions by a part of their key and by their state."""
    by = operator.itemgetter(part, 3)
    return collections.Counter(map(by, new.executions))


def _plugin_steps(new: records.NewRun) -> Iterator[bulk.Row]:
    """Each is one piece of work, until its plugin says of how many it is."""
    now = clock.now()
    for number, (plugin, kind, name) in enumerate(new.plugin_steps):
        yield number, plugin, kind, name, 1, 0, now


def _chosen(new: records.NewRun) -> frozenset[int]:
    if new.chosen is not None:
        return new.chosen
    return frozenset(node for _graph, node, *_rest in new.executions if node)
