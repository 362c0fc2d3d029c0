"""Outcomes that wait for the engine that holds their run."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from trailmark.common import clock
from trailmark.db import tables
from trailmark.db.connection import Database

_TABLE = tables.reports


def keep(db: Database, run: int, bodies: Mapping[str, Any]) -> None:
    """Store outcomes (JSON data) by their attempts' ids, the last one each.

    Raises DatabaseUnavailable.
    """
    if not bodies:
        return
    with db.writer() as connection:
        _delete(connection, run, list(bodies))
        connection.execute(
            _TABLE.insert(),
            [
                {
                    'run_id': run,
                    'attempt_id': attempt_id,
                    'body': json.dumps(body),
                    'at': clock.now(),
                }
                for attempt_id, body in sorted(bodies.items())
            ],
        )


def of_run(db: Database, run: int) -> dict[str, Any]:
    """What waits for a run's engine: JSON data by attempt id."""
    t = _TABLE.c
    with db.reader() as connection:
        rows = connection.execute(
            sa.select(t.attempt_id, t.body).where(t.run_id == run)
        )
        return {row.attempt_id: json.loads(row.body) for row in rows}


def drop(db: Database, run: int, attempt_ids: Sequence[str]) -> None:
    """Remove what was taken in. Raises DatabaseUnavailable."""
    if attempt_ids:
        with db.writer() as connection:
            _delete(connection, run, attempt_ids)


def drop_all(db: Database, run: int) -> None:
    """Remove what is left of a run that has ended."""
    with db.writer() as connection:
        connection.execute(_TABLE.delete().where(_TABLE.c.run_id == run))


def _delete(
    connection: sa.Connection, run: int, attempt_ids: Sequence[str]
) -> None:
    t = _TABLE.c
    connection.execute(
        _TABLE.delete().where(
            t.run_id == run, t.attempt_id.in_(list(attempt_ids))
        )
    )
