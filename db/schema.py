"""The upgrade of the database's tables."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import fasteners
import sqlalchemy as sa
from alembic import command, config, util

from trailmark.common import exceptions
from trailmark.db import tables
from trailmark.db.connection import Database

_MIGRATIONS = Path(__file__).parent.parent / 'migrations'
#: Any number: nobody else locks it in our database.
_LOCK = 7_237_846
#: Seconds that an upgrade waits for another one.
_WAIT = 60


def upgrade(db: Database, revision: str = 'head') -> None:
    """Bring the tables to the newest version, or to another revision.

    Several processes may do so at once. Raises DatabaseUnavailable.
    """
    settings = _settings()
    with (
        _file_lock(db),
        _named_lock(db),
        db.writer() as connection,
    ):
        if db.dialect == 'postgresql':
            # Ends with the transaction.
            connection.execute(
                sa.text(f'SELECT pg_advisory_xact_lock({_LOCK})')
            )
        _check_encoding(db.dialect, connection)
        settings.attributes['connection'] = connection
        try:
            command.upgrade(settings, revision)
        except util.CommandError as error:
            raise exceptions.DatabaseUnavailable(reason=error) from error


def _check_encoding(dialect: str, connection: sa.Connection) -> None:
    """Tables of MariaDB say theirs; PostgreSQL has one for a database."""
    if dialect != 'postgresql':
        return
    found = connection.execute(sa.text('SHOW server_encoding')).scalar()
    if found != 'UTF8':
        raise exceptions.DatabaseUnavailable(
            reason=f'its encoding is {found}, and UTF8 is needed'
        )


def _settings() -> config.Config:
    settings = config.Config()
    location = str(_MIGRATIONS).replace('%', '%%')
    settings.set_main_option('script_location', location)
    settings.attributes['metadata'] = tables.metadata
    return settings


@contextlib.contextmanager
def _file_lock(db: Database) -> Iterator[None]:
    """One process opens a new SQLite file; switching it to WAL locks it."""
    path = db.url.database
    if db.dialect != 'sqlite' or not path or path == ':memory:':
        yield
        return
    lock = fasteners.InterProcessLock(f'{path}.lock')
    try:
        taken = lock.acquire(timeout=_WAIT)
    except OSError as error:
        raise exceptions.DatabaseUnavailable(
            reason=f'{path}: {error.strerror}'
        ) from error
    if not taken:
        raise exceptions.DatabaseUnavailable(
            reason=f'{path}: its upgrade by another process does not end'
        )
    try:
        yield
    finally:
        lock.release()


@contextlib.contextmanager
def _named_lock(db: Database) -> Iterator[None]:
    """MariaDB's, on a connection of its own: held beyond the commit.

    Released before it, another process would not see the new version.
    """
    if db.dialect != 'mysql':
        yield
        return
    name = "CONCAT(DATABASE(), '.trailmark')"
    with db.reader() as connection:
        taken = connection.execute(
            sa.text(f'SELECT GET_LOCK({name}, {_WAIT})')
        )
        if taken.scalar() != 1:
            raise exceptions.DatabaseUnavailable(
                reason='its upgrade by another process does not end'
            )
        try:
            yield
        finally:
            connection.execute(sa.text(f'SELECT RELEASE_LOCK({name})'))
