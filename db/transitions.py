"""Every move that executions made, in the order of time."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from trailmark.common.states import ExecutionState
from trailmark.db import history_batches, history_filters, records
from trailmark.db.connection import Database

# First the page, then its joins: names of 100 rows, not of all.
_ROWS = """
SELECT p.run_id, p.id, p.graph_no, g.type, p.node_no, n.name, p.task_no,
 t.name, p.old_state, p.new_state, p.attempt, p.at, p.message
FROM (SELECT h.* FROM {sources}
 WHERE {conditions} ORDER BY {order}{limit}) p
{names}
ORDER BY {again}
"""
_AFTER = ' AND h.id > :after'
_OF_EXECUTION = (
    ' AND h.graph_no = :graph_no AND h.node_no = :node_no'
    ' AND h.task_no = :task_no'
)

_LAST = sa.text('SELECT max(id) FROM task_transitions WHERE run_id = :run')


def page(
    db: Database, run: int, after_id: int = 0, limit: int = 1000
) -> list[records.TransitionRow]:
    """Transitions of a run after one of them. Raises DatabaseUnavailable."""
    which = history_filters.Filter(run=run)
    with db.reader() as connection:
        return _rows(connection, which, [run], _AFTER, limit, after=after_id)


def of_runs(
    db: Database,
    which: history_filters.Filter,
    after: tuple[int, int] | None = None,
    limit: int = 1000,
) -> list[records.TransitionRow]:
    """Transitions of executions, those of the newest run first.

    Within a run they are in the order of time; statuses are those that
    executions have now. `after` is the run and the id of the last one of
    the page before. Raises NotFound for an unknown run,
    DatabaseUnavailable.
    """
    newest, last = after or (None, 0)

    def rows_of(
        runs: Sequence[int], left: int | None
    ) -> list[records.TransitionRow]:
        if list(runs) != [newest]:
            return _rows(connection, which, runs, '', left)
        return _rows(connection, which, runs, _AFTER, left, after=last)

    with db.reader() as connection:
        return history_batches.read(connection, which, newest, limit, rows_of)


def last_id(db: Database, run: int) -> int:
    """Id of the newest transition of a run, 0 while it has none.

    Raises DatabaseUnavailable.
    """
    with db.reader() as connection:
        return connection.execute(_LAST, {'run': run}).scalar() or 0


def of_execution(
    db: Database, run: int, key: records.Key
) -> list[records.TransitionRow]:
    """Transitions of one execution. Raises DatabaseUnavailable."""
    names = ('graph_no', 'node_no', 'task_no')
    numbers = dict(zip(names, key, strict=True))
    which = history_filters.Filter(run=run)
    with db.reader() as connection:
        return _rows(connection, which, [run], _OF_EXECUTION, None, **numbers)


def _rows(
    connection: sa.Connection,
    which: history_filters.Filter,
    runs: Sequence[int],
    more: str,
    limit: int | None,
    **values: Any,
) -> list[records.TransitionRow]:
    sources, conditions = which.rows('task_transitions')
    several = len(runs) > 1
    order = 'h.run_id DESC, h.id' if several else 'h.id'
    sql = _ROWS.format(
        sources=sources,
        conditions=conditions + more,
        order=order,
        again=order.replace('h.', 'p.'),
        names=history_filters.names_of(several),
        limit='' if limit is None else ' LIMIT :limit',
    )
    given = {**which.values(runs), **values, 'limit': limit}
    statement = history_filters.statement(sql)
    return [_row(row) for row in connection.execute(statement, given)]


def _row(row: Any) -> records.TransitionRow:
    run, number, graph, kind, node_no, node, task_no, task, *rest = row
    old, new, *more = rest
    return records.TransitionRow(
        number,
        run,
        (graph, node_no, task_no),
        kind,
        node,
        task,
        ExecutionState(old),
        ExecutionState(new),
        *more,
    )
