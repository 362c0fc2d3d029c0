"""Pages of the history: one run after the other, each by its key."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from trailmark.common import exceptions, states
from trailmark.common.states import ExecutionState
from trailmark.db import naming, records, tables

_BITS = 14
_MASK = (1 << _BITS) - 1
#: Runs that are looked for at a time.
_RUNS = 100
_H = tables.tasks_history.c


def public_id(run: int, task_no: int, node_no: int) -> int:
    """The number of an execution that people and clients see."""
    return run << 2 * _BITS | task_no << _BITS | node_no


def run_of(marker: int) -> int:
    """The run of an execution with this public id."""
    return marker >> 2 * _BITS


def key_of(connection: sa.Connection, marker: int) -> records.Key:
    """The key of an execution with this public id. Raises NotFound."""
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


def beyond(dialect: str, key: records.Key) -> sa.ColumnElement[bool]:
    """Condition: rows of the run after this key."""
    graph_no, node_no, task_no = key
    if dialect != 'mysql':
        columns = sa.tuple_(_H.graph_no, _H.node_no, _H.task_no)
        return columns > sa.tuple_(*key)
    # MariaDB finds no range of an index in a comparison of tuples.
    same = _H.graph_no == graph_no
    return sa.or_(
        _H.graph_no > graph_no,
        sa.and_(same, _H.node_no > node_no),
        sa.and_(same, _H.node_no == node_no, _H.task_no > task_no),
    )


def runs_of(
    connection: sa.Connection,
    run: int | None,
    cluster: int | None,
    nodes: Sequence[str | int],
    after: int | None,
) -> Iterator[int]:
    """Ids of the runs that may have such rows, the newest first."""
    r = tables.runs.c
    chosen = sa.select(r.id).order_by(r.id.desc()).limit(_RUNS)
    chosen = chosen.where(r.asked != states.Asked.PURGE)
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
    while found:
        yield from found
        older = chosen.where(r.id < found[-1])
        found = connection.execute(older).scalars().all()


def which(
    connection: sa.Connection,
    run: int,
    nodes: Sequence[str | int],
    statuses: Sequence[str],
    tasks: Sequence[str],
) -> list[sa.ColumnElement[bool]] | None:
    """Conditions on the rows of a run; None when no row can match."""
    conditions: list[sa.ColumnElement[bool]] = [_H.run_id == run]
    if nodes:
        node_numbers = naming.node_numbers(connection, run, nodes)
        if not node_numbers:
            return None
        conditions.append(_H.node_no.in_(node_numbers))
    if tasks:
        task_numbers = naming.task_numbers(connection, run, tasks)
        if not task_numbers:
            return None
        conditions.append(_H.task_no.in_(task_numbers))
    if statuses:
        conditions.append(_H.state.in_(statuses))
    return conditions


def rows(
    connection: sa.Connection,
    run: int,
    which: Sequence[sa.ColumnElement[bool]],
    limit: int | None,
    summary: bool,
) -> list[records.HistoryRow]:
    """The first rows of a run that the conditions pick, or all of them."""
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
