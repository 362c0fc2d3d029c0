"""Reading what attempts of executions left behind."""

from typing import Any

import sqlalchemy as sa

from trailmark.db import records
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
