"""Failed attempts."""

from typing import Any

import sqlalchemy as sa

from trailmark.db import attempts, records, tables
from trailmark.db.connection import Database


def of_execution(
    db: Database, run: int, key: records.Key
) -> list[records.Fault]:
    """Faults of an execution by attempt. Raises DatabaseUnavailable."""
    return [
        _fault(row)
        for row in attempts.of_execution(db, tables.faults, run, key)
    ]


def of_run(db: Database, run: int, limit: int = 1000) -> list[records.Fault]:
    """Faults of a run, the newest first. Raises DatabaseUnavailable."""
    f = tables.faults.c
    with db.reader() as connection:
        rows = connection.execute(
            sa.select(tables.faults)
            .where(f.run_id == run)
            .order_by(f.at.desc())
            .limit(limit)
        )
        return [_fault(row) for row in rows]


def page(
    db: Database, run: int, offset: int = 0, limit: int = 1000
) -> list[records.FaultRow]:
    """Faults of a run, the oldest first. Raises DatabaseUnavailable."""
    return [
        records.FaultRow(*names, _fault(row))
        for names, row in attempts.of_run(
            db, tables.faults, run, offset, limit
        )
    ]


def _fault(row: Any) -> records.Fault:
    key = (row.graph_no, row.node_no, row.task_no)
    return records.Fault(key, row.attempt, row.kind, row.message, row.at)
