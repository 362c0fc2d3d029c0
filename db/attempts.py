"""Reading what attempts of executions left behind."""

from typing import Any

import sqlalchemy as sa

from trailmark.db import naming, records, tables
from trailmark.db.connection import Database


def of_execution(
    db: Database, table: sa.Table, run: int, key: records.Key
) -> list[Any]:
    """Rows of all attempts of an execution, the first attempt first."""
    t = table.c
    graph_no, node_no, task_no = key
    with db.reader() as connection:
        return list(
            connection.execute(
                sa.select(table)
                .where(
                    t.run_id == run,
                    t.graph_no == graph_no,
                    t.node_no == node_no,
                    t.task_no == task_no,
                )
                .order_by(t.attempt)
            )
        )


def of_run(
    db: Database, table: sa.Table, run: int, offset: int, limit: int
) -> list[tuple[tuple[str, str, str | None], Any]]:
    """Rows of all attempts of a run by time, each after the graph type, the
    task and the node that it is of."""
    x, t, n = table.c, tables.run_tasks.c, tables.run_nodes.c
    found = (
        sa.select(table, t.name.label('task'), n.name.label('node'))
        .join(
            tables.run_tasks,
            sa.and_(t.run_id == x.run_id, t.task_no == x.task_no),
        )
        .outerjoin(
            tables.run_nodes,
            sa.and_(n.run_id == x.run_id, n.node_no == x.node_no),
        )
        .where(x.run_id == run)
        .order_by(x.at, x.graph_no, x.node_no, x.task_no, x.attempt)
        .offset(offset)
        .limit(limit)
    )
    with db.reader() as connection:
        kinds = naming.graph_types(connection, run)
        return [
            ((kinds[row.graph_no], row.task, row.node), row)
            for row in connection.execute(found)
        ]
