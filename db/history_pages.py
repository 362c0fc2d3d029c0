"""Pages of the history: one run after the other, each by its key."""

import json
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from trailmark.common import exceptions
from trailmark.common.states import ExecutionState
from trailmark.db import history_batches, history_filters, records, tables

_BITS = 14
_MASK = (1 << _BITS) - 1
_ORDER = 'h.graph_no, h.node_no, h.task_no'
# First the page, then its joins: names of 100 rows, not of all.
_ROWS = """
SELECT p.run_id, p.graph_no, g.type, p.node_no, n.node_id, n.name, p.task_no,
 t.name, p.state, p.attempt, p.started_at, p.ended_at, p.message{body}
FROM (SELECT h.* FROM {sources}
 WHERE {conditions} ORDER BY {order}{limit}) p
{names}
{summaries}ORDER BY {again}
"""
_SUMMARIES = """LEFT JOIN task_summaries s ON s.run_id = p.run_id
 AND s.graph_no = p.graph_no AND s.node_no = p.node_no
 AND s.task_no = p.task_no AND s.attempt = p.attempt
"""
_BEYOND = (
    '(h.graph_no, h.node_no, h.task_no) > (:graph_no, :node_no, :task_no)'
)
# MariaDB finds no range of an index in a comparison of tuples.
_BEYOND_BY_PARTS = (
    '(h.graph_no > :graph_no OR h.graph_no = :graph_no AND'
    ' (h.node_no > :node_no OR h.node_no = :node_no'
    ' AND h.task_no > :task_no))'
)


def public_id(run: int, task_no: int, node_no: int) -> int:
    """The number of an execution that people and clients see."""
    return run << 2 * _BITS | task_no << _BITS | node_no


def read(
    dialect: str,
    connection: sa.Connection,
    which: history_filters.Filter,
    after: int | None,
    limit: int | None,
    summary: bool,
) -> list[records.HistoryRow]:
    """Rows after one with a public id. Raises NotFound."""
    marker = None if after is None else _key(connection, after)
    newest = None if after is None else after >> 2 * _BITS

    def rows_of(
        runs: Sequence[int], left: int | None
    ) -> list[records.HistoryRow]:
        beyond = marker if list(runs) == [newest] else None
        sql = _sql(dialect, which, len(runs) > 1, beyond, left, summary)
        values = {**which.values(runs), **(beyond or {}), 'limit': left}
        statement = history_filters.statement(sql)
        return [_row(row) for row in connection.execute(statement, values)]

    return history_batches.read(connection, which, newest, limit, rows_of)


def _key(connection: sa.Connection, marker: int) -> dict[str, int]:
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
    return {
        'graph_no': graph_no,
        'node_no': marker & _MASK,
        'task_no': task_no,
    }


def _sql(
    dialect: str,
    which: history_filters.Filter,
    several: bool,
    beyond: object,
    limit: int | None,
    summary: bool,
) -> str:
    sources, conditions = which.rows('tasks_history')
    if beyond is not None:
        by_parts = dialect == 'mysql'
        conditions += f' AND {_BEYOND_BY_PARTS if by_parts else _BEYOND}'
    order = _order(several, bool(which.tasks))
    return _ROWS.format(
        body=', s.body' if summary else '',
        sources=sources,
        conditions=conditions,
        order=order,
        again=order.replace('h.', 'p.'),
        names=history_filters.names_of(several),
        limit='' if limit is None else ' LIMIT :limit',
        summaries=_SUMMARIES if summary else '',
    )


def _order(several: bool, chosen: bool) -> str:
    if several:
        return f'h.run_id DESC, {_ORDER}'
    # A run's rows lie in this order already. For chosen tasks PostgreSQL
    # would read through all of them, did it see that.
    return f'h.graph_no + 0, {_ORDER}' if chosen else _ORDER


def _row(row: Any) -> records.HistoryRow:
    run, graph, kind, node_no, node_id, node, task_no, task, *rest = row
    state, attempt, started_at, ended_at, message, *body = rest
    return records.HistoryRow(
        id=public_id(run, task_no, node_no),
        run=run,
        graph=graph,
        graph_type=kind,
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
