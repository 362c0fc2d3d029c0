"""What was asked of runs, by whom, and what became of them."""

import sqlalchemy as sa

from trailmark.db import bulk, clocks, records, tables
from trailmark.db.connection import Database


def note(
    connection: sa.Connection,
    run: int,
    event: str,
    actor: str | None = None,
    message: str | None = None,
) -> None:
    """Add an event in the transaction of what it tells of."""
    connection.execute(
        tables.run_events.insert(),
        {
            'run_id': run,
            'at': clocks.read(connection),
            'actor': actor,
            'event': event,
            'message': bulk.clean(message),
        },
    )


def add(
    db: Database,
    run: int,
    event: str,
    actor: str | None = None,
    message: str | None = None,
) -> None:
    """Add an event. Raises DatabaseUnavailable."""
    with db.writer() as connection:
        note(connection, run, event, actor, message)


def list_of(db: Database, run: int) -> list[records.RunEvent]:
    """Events of a run, the oldest first. Raises DatabaseUnavailable."""
    t = tables.run_events.c
    with db.reader() as connection:
        rows = connection.execute(
            sa.select(t.id, t.run_id, t.at, t.event, t.actor, t.message)
            .where(t.run_id == run)
            .order_by(t.id)
        )
        return [records.RunEvent(*row) for row in rows]
