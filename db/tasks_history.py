"""Executions of runs as they are now: restored, paged, counted."""

import functools
import json
from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from trailmark.common import exceptions
from trailmark.common.states import ExecutionState
from trailmark.db import counting, naming, records, tables
from trailmark.db.connection import Database

_RESTORE = sa.text(
    'SELECT graph_no, node_no, task_no, state, attempt, retries_left,'
    ' interruptions, deadline_at, journal, not_before, started_at'
    ' FROM tasks_history WHERE run_id = :run'
)
_BITS = 14
_MASK = (1 << _BITS) - 1
_H = tables.tasks_history.c


def restore(
    db: Database, run: int
) -> dict[records.Key, records.StoredExecution]:
    """Every execution of a run by its key. Raises DatabaseUnavailable."""

    @functools.cache
    def stored(state: str, *rest: Any) -> records.StoredExecution:
        # Most rows of a run are alike; the record is frozen.
        return records.StoredExecution(ExecutionState(state), *rest)

    with db.reader() as connection:
        rows = connection.execute(_RESTORE, {'run': run})
        return {(r[0], r[1], r[2]): stored(*r[3:]) for r in rows}


def public_id(run: int, task_no: int, node_no: int) -> int:
    """The number of an execution that people and clients see."""
    return run << 2 * _BITS | task_no << _BITS | node_no


def page(
    db: Database,
    *,
    run: int | None = None,
    cluster: int | None = None,
    nodes: Sequence[str | int] = (),
    statuses: Sequence[str] = (),
    tasks: Sequence[str] = (),
    after: int | None = None,
    limit: int = 100,
    summary: bool = False,
) -> list[records.HistoryRow]:
    """Executions, of the newest run first, within a run by their key.

    `cluster` is an id; `nodes` are names or ids; tasks may be `type:name`;
    `after` is the id of the last row of the page before. Raises NotFound
    for an unknown run or marker, DatabaseUnavailable.
    """
    found: list[records.HistoryRow] = []
    marker_run = after >> 2 * _BITS if after is not None else None
    with db.reader() as connection:
        marker = _key_of(connection, after) if after is not None else None
        for one in _runs(connection, run, cluster, nodes, after):
            which = _which(connection, one, nodes, statuses, tasks)
            if which is None:
                continue
            if marker is not None and one == marker_run:
                which.append(_beyond(marker))
            left = limit - len(found)
            found.extend(_rows(connection, one, which, left, summary))
            if len(found) >= limit:
                break
    return found


def _key_of(connection: sa.Connection, marker: int) -> records.Key:
    t = tables.run_tasks.c
    task_no = marker >> _BITS & _MASK
    graph_no = connection.execute(
        sa.select(t.graph_no).where(
            t.run_id == marker >> 2 * _BITS, t.task_no == task_no
        )
    ).scalar()
    if graph_no is None:
        raise exceptions.NotFound(kind='row', name=marker)
    return graph_no, marker & _MASK, task_no


def _beyond(key: records.Key) -> sa.ColumnElement[bool]:
    """Spelled out: MariaDB finds no range in a comparison of rows."""
    graph_no, node_no, task_no = key
    same = _H.graph_no == graph_no
    return sa.or_(
        _H.graph_no > graph_no,
        sa.and_(same, _H.node_no > node_no),
        sa.and_(same, _H.node_no == node_no, _H.task_no > task_no),
    )


def _runs(
    connection: sa.Connection,
    run: int | None,
    cluster: int | None,
    nodes: Sequence[str | int],
    after: int | None,
) -> Iterator[int]:
    """Ids of the runs that may have such rows, the newest first."""
    r = tables.runs.c
    chosen = sa.select(r.id).order_by(r.id.desc())
    if run is not None:
        chosen = chosen.where(r.id == run)
    if cluster is not None:
        chosen = chosen.where(r.cluster_id == cluster)
    if nodes:
        with_node = sa.select(tables.run_nodes.c.run_id).where(
            naming.node_condition(nodes)
        )
        chosen = chosen.where(r.id.in_(with_node))
    if after is not None:
        chosen = chosen.where(r.id <= after >> 2 * _BITS)
    found = connection.execute(chosen).scalars().all()
    if run is not None and not found and not nodes and after is None:
        raise exceptions.NotFound(kind='run', name=run)
    yield from found


def _which(
    connection: sa.Connection,
    run: int,
    nodes: Sequence[str | int],
    statuses: Sequence[str],
    tasks: Sequence[str],
) -> list[sa.ColumnElement[bool]] | None:
    """Conditions on the rows of a run; None when no row can match."""
    which: list[sa.ColumnElement[bool]] = [_H.run_id == run]
    if nodes:
        node_numbers = naming.node_numbers(connection, run, nodes)
        if not node_numbers:
            return None
        which.append(_H.node_no.in_(node_numbers))
    if tasks:
        task_numbers = naming.task_numbers(connection, run, tasks)
        if not task_numbers:
            return None
        which.append(_H.task_no.in_(task_numbers))
    if statuses:
        which.append(_H.state.in_(statuses))
    return which


def _rows(
    connection: sa.Connection,
    run: int,
    which: Sequence[sa.ColumnElement[bool]],
    limit: int,
    summary: bool,
) -> list[records.HistoryRow]:
    order = (_H.graph_no, _H.node_no, _H.task_no)
    # First the page, then its joins: names of 100 rows, not of all.
    h = (
        sa.select(tables.tasks_history)
        .where(*which)
        .order_by(*order)
        .limit(limit)
        .subquery('h')
        .c
    )
    n, t, s = tables.run_nodes.c, tables.run_tasks.c, tables.task_summaries.c
    columns: list[sa.ColumnElement[Any]] = [
        h.graph_no,
        h.node_no,
        n.node_id,
        n.name,
        h.task_no,
        t.name,
        h.state,
        h.attempt,
        h.started_at,
        h.ended_at,
        h.message,
    ]
    joined = (
        sa.select(*columns, *([s.body] if summary else []))
        .join_from(
            h.run_id.table,
            tables.run_tasks,
            sa.and_(t.run_id == h.run_id, t.task_no == h.task_no),
        )
        .outerjoin(
            tables.run_nodes,
            sa.and_(n.run_id == h.run_id, n.node_no == h.node_no),
        )
        .order_by(h.graph_no, h.node_no, h.task_no)
    )
    if summary:
        joined = joined.outerjoin(
            tables.task_summaries,
            sa.and_(
                s.run_id == h.run_id,
                s.graph_no == h.graph_no,
                s.node_no == h.node_no,
                s.task_no == h.task_no,
                s.attempt == h.attempt,
            ),
        )
    kinds = naming.graph_types(connection, run)
    return [_row(run, kinds, row) for row in connection.execute(joined)]


def _row(run: int, kinds: Sequence[str], row: Any) -> records.HistoryRow:
    graph, node_no, node_id, node, task_no, task, state, *rest = row
    attempt, started_at, ended_at, message, *body = rest
    return records.HistoryRow(
        id=public_id(run, task_no, node_no),
        run=run,
        graph=graph,
        graph_type=kinds[graph],
        node_no=node_no,
        node_id=node_id,
        node=node,
        task_no=task_no,
        task=task,
        state=ExecutionState(state),
        attempt=attempt,
        started_at=started_at,
        ended_at=ended_at,
        message=message,
        summary=json.loads(body[0]) if body and body[0] else None,
    )


def get(
    db: Database, run: int, task: str, node: str | None = None
) -> records.HistoryRow:
    """The execution of a task on a node, with its summary.

    Without a node it must be the only one of the task. Raises NotFound,
    DatabaseUnavailable.
    """
    rows = page(
        db,
        run=run,
        tasks=[task],
        nodes=[node] if node is not None else [],
        limit=2,
        summary=True,
    )
    if len(rows) == 1:
        return rows[0]
    kind = f'execution in run {run} named'
    if rows:
        kind = f'single execution in run {run} named'
    name = f'{task}@{node}' if node is not None else task
    raise exceptions.NotFound(kind=kind, name=name)


def failed(
    db: Database, run: int, limit: int = 1000
) -> list[records.HistoryRow]:
    """Executions of a run in error, with summaries."""
    return page(
        db,
        run=run,
        statuses=[ExecutionState.ERROR],
        limit=limit,
        summary=True,
    )


def counts(db: Database, run: int) -> dict[str, int]:
    """Executions of a run by state."""
    with db.reader() as connection:
        return counting.counts(connection, [run])[run]


def node_counts(
    db: Database, run: int
) -> list[tuple[str | None, dict[str, int]]]:
    """Executions by state of each node of a run, in the nodes' order.

    The name is None for what has no node.
    """
    n = tables.run_nodes.c
    number = sa.func.count()
    with db.reader() as connection:
        names = connection.execute(
            sa.select(n.node_no, n.name)
            .where(n.run_id == run)
            .order_by(n.node_no)
        ).all()
        rows = connection.execute(
            sa.select(_H.node_no, _H.state, number)
            .where(_H.run_id == run)
            .group_by(_H.node_no, _H.state)
        )
        found: dict[int, dict[str, int]] = {}
        for node_no, state, counted in rows:
            found.setdefault(node_no, {})[state] = counted
    return [(name, found[no]) for no, name in names if no in found]
