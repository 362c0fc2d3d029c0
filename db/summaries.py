"""What attempts said of themselves when they ended."""

import json

from trailmark.db import attempts, records, tables
from trailmark.db.connection import Database


def of_execution(
    db: Database, run: int, key: records.Key
) -> list[records.Summary]:
    """Summaries of an execution by attempt. Raises DatabaseUnavailable."""
    return [
        records.Summary(key, row.attempt, json.loads(row.body))
        for row in attempts.of_execution(db, tables.task_summaries, run, key)
    ]
