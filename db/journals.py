"""How far engines have seen the journals of agents."""

from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.dialects import mysql, postgresql, sqlite

from trailmark.db import tables
from trailmark.db.connection import Database

_TABLE = tables.journals


def sequences(db: Database) -> dict[str, int]:
    """The highest sequence of each journal. Raises DatabaseUnavailable."""
    with db.reader() as connection:
        rows = connection.execute(
            sa.select(_TABLE.c.journal, _TABLE.c.sequence)
        )
        return {row.journal: row.sequence for row in rows}


def sequence_of(db: Database, journal: str) -> int:
    """The highest sequence of a journal; 0: it was never seen."""
    with db.reader() as connection:
        found = connection.execute(
            sa.select(_TABLE.c.sequence).where(_TABLE.c.journal == journal)
        )
        return found.scalar() or 0


def raise_sequences(db: Database, seen: Mapping[str, int]) -> None:
    """Write sequences down that are higher. Raises DatabaseUnavailable."""
    if not seen:
        return
    rows = [
        {'journal': journal, 'sequence': sequence}
        for journal, sequence in sorted(seen.items())
    ]
    with db.writer() as connection:
        connection.execute(_raising(db.dialect), rows)


def _raising(dialect: str) -> sa.Insert:
    old = _TABLE.c.sequence
    if dialect == 'mysql':
        made = mysql.insert(_TABLE)
        return made.on_duplicate_key_update(
            sequence=sa.func.greatest(old, made.inserted.sequence)
        )
    if dialect == 'postgresql':
        said = postgresql.insert(_TABLE)
        return said.on_conflict_do_update(
            index_elements=['journal'],
            set_={'sequence': sa.func.greatest(old, said.excluded.sequence)},
        )
    light = sqlite.insert(_TABLE)
    return light.on_conflict_do_update(
        index_elements=['journal'],
        set_={'sequence': sa.func.max(old, light.excluded.sequence)},
    )
