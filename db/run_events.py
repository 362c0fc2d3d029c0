"""What was asked of runs, by whom, and what became of them: in the audit."""

import sqlalchemy as sa

from trailmark.db import audit, clocks, projects, records, tables
from trailmark.db.connection import Database


def note(
    connection: sa.Connection,
    run: int,
    event: str,
    actor: str | None = None,
    message: str | None = None,
) -> None:
    """Add an event in the transaction of what it tells of."""
    r = tables.runs.c
    project = None if actor is None else projects.of(connection).project
    cluster = sa.select(r.cluster_id).where(r.id == run).scalar_subquery()
    connection.execute(
        tables.audit.insert().values(
            **audit.row(
                event,
                audit.Subject('run', str(run), run=run),
                actor,
                project,
                message,
            )
            | {'cluster_id': cluster, 'at': clocks.read(connection)}
        )
    )


def list_of(db: Database, run: int) -> list[records.RunEvent]:
    """Events of a run, the oldest first. Raises DatabaseUnavailable."""
    t = tables.audit.c
    with db.reader() as connection:
        rows = connection.execute(
            sa.select(t.id, t.run_id, t.at, t.event, t.actor, t.message)
            .where(t.run_id == run)
            .order_by(t.id)
        )
        return [records.RunEvent(*row) for row in rows]
