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
#: Seconds that MariaDB keeps the connection of an upgrade that is silent.
_PATIENT_SERVER = 24 * 3600
#: Both end with the transaction.
_ALONE_ON_POSTGRESQL = (
    'SET LOCAL idle_in_transaction_session_timeout = 0',
    f'SELECT pg_advisory_xact_lock({_LOCK})',
)


def upgrade(db: Database, revision: str = 'head') -> None:
    """Bring the tables to the newest version, or to another revision.

    Several processes may do so at once. Raises DatabaseUnavailable.
    """
    settings = _settings()
    with _file_lock(db), _locked(db) as connection:
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
def _locked(db: Database) -> Iterator[sa.Connection]:
    """A transaction that writes, in which no other process upgrades.

    However long it works in between, its server does not end it.
    """
    if db.dialect == 'mysql':
        with _named_lock(db) as connection, connection.begin():
            yield connection
        return
    with db.writer() as connection:
        if db.dialect == 'postgresql':
            for statement in _ALONE_ON_POSTGRESQL:
                connection.execute(sa.text(statement))
        yield connection


@contextlib.contextmanager
def _named_lock(db: Database) -> Iterator[sa.Connection]:
    """MariaDB's, on the connection that works: held beyond the commit.

    Released before it, another process would not see the new version. It
    ends with the connection.
    """
    name = "CONCAT(DATABASE(), '.trailmark')"
    with db.apart() as connection:
        connection.execute(
            sa.text(f'SET SESSION wait_timeout = {_PATIENT_SERVER}')
        )
        taken = connection.execute(
            sa.text(f'SELECT GET_LOCK({name}, {_WAIT})')
        )
        if taken.scalar() != 1:
            raise exceptions.DatabaseUnavailable(
                reason='its upgrade by another process does not end'
            )
        connection.commit()
        yield connection
