"""Databases for tests: a fresh one on each kind of server that is there."""

import atexit
import contextlib
import functools
import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import sqlalchemy as sa

from trailmark.common import exceptions
from trailmark.db import connection, schema

DIALECTS = ('sqlite', 'postgresql', 'mysql')
_SERVERS = {
    'postgresql': (
        'TRAILMARK_TEST_POSTGRESQL',
        'postgresql+psycopg2://root@127.0.0.1:5432/test',
    ),
    'mysql': (
        'TRAILMARK_TEST_MARIADB',
        'mysql+pymysql://root@127.0.0.1:3306/test',
    ),
}


@functools.cache
def server(dialect: str) -> sa.URL | None:
    """URL of the server for tests of a dialect; None when it is not there."""
    variable, default = _SERVERS[dialect]
    url = sa.make_url(os.environ.get(variable, default))
    db = connection.Database(url.render_as_string(hide_password=False))
    try:
        with db.reader():
            return url
    except exceptions.DatabaseUnavailable:
        return None
    finally:
        db.dispose()


def why_not(dialect: str) -> str | None:
    """Why tests on a dialect are skipped; None when they run."""
    if dialect == 'sqlite' or server(dialect) is not None:
        return None
    kind = {'postgresql': 'PostgreSQL', 'mysql': 'MariaDB'}[dialect]
    return f'there is no {kind} for tests: set {_SERVERS[dialect][0]}'


def available() -> Iterator[tuple[str, str]]:
    """(dialect, URL of a fresh empty database) for all that are there.

    They are dropped when the process ends.
    """
    for dialect in DIALECTS:
        if why_not(dialect) is None:
            yield dialect, fresh_url(dialect)


def fresh_url(dialect: str, options: str | None = None) -> str:
    """URL of a new empty database, dropped when the process ends.

    `options` follow its name in the statement that makes it.
    """
    if dialect == 'sqlite':
        folder = tempfile.mkdtemp(prefix='trailmark_test_')
        atexit.register(shutil.rmtree, folder, True)
        return f'sqlite:///{Path(folder) / "trailmark.db"}'
    url = server(dialect)
    if url is None:
        raise LookupError(why_not(dialect))
    name = f'trailmark_test_{uuid.uuid4().hex[:12]}'
    if options is None:
        options = _POOREST.get(dialect, '')
    _on_server(url, f'CREATE DATABASE {name}{options}')
    atexit.register(_drop, url, name)
    return url.set(database=name).render_as_string(hide_password=False)


#: The product may not depend on what a database takes for granted.
_POOREST = {'mysql': ' CHARACTER SET latin1'}


def _drop(url: sa.URL, name: str) -> None:
    forced = ' WITH (FORCE)' if url.get_backend_name() != 'mysql' else ''
    with contextlib.suppress(sa.exc.SQLAlchemyError):
        _on_server(url, f'DROP DATABASE IF EXISTS {name}{forced}')


def _on_server(url: sa.URL, statement: str) -> None:
    engine = sa.create_engine(url, isolation_level='AUTOCOMMIT')
    try:
        with engine.connect() as opened:
            opened.exec_driver_sql(statement)
    finally:
        engine.dispose()


@functools.cache
def shared(dialect: str) -> connection.Database:
    """The upgraded database that the tests of this process share.

    Tests keep apart by using clusters of their own (`fresh_name`).
    """
    return fresh(dialect)


def fresh(dialect: str) -> connection.Database:
    """A new upgraded database of its own."""
    db = connection.Database(fresh_url(dialect))
    atexit.register(db.dispose)
    schema.upgrade(db)
    return db


def fresh_name(prefix: str = 'c') -> str:
    """A name that no other test uses."""
    return f'{prefix}-{uuid.uuid4().hex[:12]}'
