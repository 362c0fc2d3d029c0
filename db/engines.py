"""Engines that serve, as their heartbeats say."""

import dataclasses
from typing import Any

import sqlalchemy as sa

from trailmark.db import clocks, service_records, tables
from trailmark.db.connection import Database

_TABLE = tables.engines


def beat(db: Database, engine: service_records.Engine) -> None:
    """Write down that the engine is alive now. Raises DatabaseUnavailable."""
    with db.writer() as connection:
        clocks.beat(db.dialect, connection, _TABLE, [_values(engine)])


def leave(db: Database, name: str) -> None:
    """Forget an engine that closes. Raises DatabaseUnavailable."""
    with db.writer() as connection:
        connection.execute(_TABLE.delete().where(_TABLE.c.name == name))


def list_all(db: Database) -> list[service_records.Engine]:
    """Every engine that was heard of, by name."""
    ago = clocks.ago(db.dialect, _TABLE.c.seen_at)
    with db.reader() as connection:
        rows = connection.execute(
            sa.select(_TABLE, ago).order_by(_TABLE.c.name)
        )
        return [service_records.Engine(**row._mapping) for row in rows]


def _values(engine: service_records.Engine) -> dict[str, Any]:
    values = dataclasses.asdict(engine)
    del values['seen_at'], values['seen_ago']
    return values
