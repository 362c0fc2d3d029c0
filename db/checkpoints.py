"""Texts that attempts left for the next ones."""

from typing import Any

import sqlalchemy as sa

from trailmark.db import attempts, records, tables
from trailmark.db.connection import Database

_LATEST = sa.text(
    'SELECT graph_no, node_no, task_no, body FROM checkpoints'
    ' WHERE run_id = :run ORDER BY graph_no, node_no, task_no, attempt'
)


def latest(db: Database, run: int) -> dict[records.Key, str]:
    """The newest checkpoint of each execution that has one."""
    with db.reader() as connection:
        rows = connection.execute(_LATEST, {'run': run})
        return {(r[0], r[1], r[2]): r[3] for r in rows}


def of_execution(
    db: Database, run: int, key: records.Key
) -> list[records.Checkpoint]:
    """Checkpoints of an execution by attempt. Raises DatabaseUnavailable."""
    return [
        _checkpoint(row)
        for row in attempts.of_execution(db, tables.checkpoints, run, key)
    ]


def page(
    db: Database, run: int, offset: int = 0, limit: int = 1000
) -> list[records.CheckpointRow]:
    """Checkpoints of a run, the oldest first. Raises DatabaseUnavailable."""
    return [
        records.CheckpointRow(*names, _checkpoint(row))
        for names, row in attempts.of_run(
            db, tables.checkpoints, run, offset, limit
        )
    ]


def _checkpoint(row: Any) -> records.Checkpoint:
    key = (row.graph_no, row.node_no, row.task_no)
    return records.Checkpoint(key, row.attempt, row.body, row.at)
