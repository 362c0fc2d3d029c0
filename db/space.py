"""How much room the database takes, and giving back what is free."""

import contextlib
import dataclasses

import sqlalchemy as sa

from trailmark.common import exceptions
from trailmark.db.connection import Database

_SIZES = {
    'sqlite': (
        'SELECT page_count * page_size, freelist_count * page_size'
        ' FROM pragma_page_count, pragma_page_size, pragma_freelist_count'
    ),
    'postgresql': 'SELECT pg_database_size(current_database()), NULL',
    'mysql': (
        'SELECT CAST(SUM(data_length + index_length) AS SIGNED),'
        ' CAST(SUM(data_free) AS SIGNED)'
        ' FROM information_schema.tables WHERE table_schema = DATABASE()'
    ),
}


@dataclasses.dataclass(frozen=True, slots=True)
class Space:
    """Bytes of a database; `free` are those of them that hold nothing.

    `free` is None where the database does not tell.
    """

    total: int
    free: int | None


def taken(db: Database) -> Space:
    """The room that the database takes. Raises DatabaseUnavailable."""
    with db.reader() as connection:
        return Space(*connection.execute(sa.text(_SIZES[db.dialect])).one())


def shrink(db: Database) -> None:
    """Give the free room of an SQLite file back.

    Nobody else writes meanwhile. Raises DatabaseUnavailable.
    """
    with contextlib.closing(db.engine.raw_connection()) as raw:
        try:
            # Not in a transaction, as those of SQLAlchemy always are.
            raw.cursor().execute('VACUUM')
            raw.cursor().execute('PRAGMA wal_checkpoint(TRUNCATE)')
        except Exception as error:
            raise exceptions.DatabaseUnavailable(reason=error) from error
