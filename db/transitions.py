"""Every move that executions made, in the order of time."""

from typing import Any

import sqlalchemy as sa

from trailmark.common.states import ExecutionState
from trailmark.db import naming, records, tables
from trailmark.db.connection import Database

_T = tables.task_transitions.c


def page(
    db: Database, run: int, after_id: int = 0, limit: int = 1000
) -> list[records.TransitionRow]:
    """Transitions of a run after one of them. Raises DatabaseUnavailable."""
    return _read(db, run, _T.id > after_id, limit)


def last_id(db: Database, run: int) -> int:
    """Id of the newest transition of a run, 0 while it has none.

    Raises DatabaseUnavailable.
    """
    newest = sa.select(sa.func.max(_T.id)).where(_T.run_id == run)
    with db.reader() as connection:
        return connection.execute(newest).scalar() or 0


def of_execution(
    db: Database, run: int, key: records.Key
) -> list[records.TransitionRow]:
    """Transitions of one execution. Raises DatabaseUnavailable."""
    graph_no, node_no, task_no = key
    which = sa.and_(
        _T.graph_no == graph_no,
        _T.node_no == node_no,
        _T.task_no == task_no,
    )
    return _read(db, run, which, None)


def _read(
    db: Database,
    run: int,
    which: sa.ColumnElement[bool],
    limit: int | None,
) -> list[records.TransitionRow]:
    x = (
        sa.select(tables.task_transitions)
        .where(_T.run_id == run, which)
        .order_by(_T.id)
        .limit(limit)
        .subquery('x')
        .c
    )
    n, t = tables.run_nodes.c, tables.run_tasks.c
    joined = (
        sa.select(
            x.id,
            x.graph_no,
            x.node_no,
            x.task_no,
            n.name,
            t.name,
            x.old_state,
            x.new_state,
            x.attempt,
            x.at,
            x.message,
        )
        .join_from(
            x.id.table,
            tables.run_tasks,
            sa.and_(t.run_id == x.run_id, t.task_no == x.task_no),
        )
        .outerjoin(
            tables.run_nodes,
            sa.and_(n.run_id == x.run_id, n.node_no == x.node_no),
        )
        .order_by(x.id)
    )
    with db.reader() as connection:
        kinds = naming.graph_types(connection, run)
        return [_row(run, kinds, row) for row in connection.execute(joined)]


def _row(run: int, kinds: list[str], row: Any) -> records.TransitionRow:
    number, graph, node_no, task_no, node, task, old, new, *rest = row
    return records.TransitionRow(
        number,
        run,
        (graph, node_no, task_no),
        kinds[graph],
        node,
        task,
        ExecutionState(old),
        ExecutionState(new),
        *rest,
    )
