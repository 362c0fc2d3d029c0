"""Readers that fail rather than wait for a lock."""

import contextlib
from typing import Any

import sqlalchemy as sa

from trailmark.db import connection

#: Said to a session before it reads. PostgreSQL's 0 would be for ever.
_NO_WAITING = {
    'sqlite': 'PRAGMA busy_timeout = 0',
    'postgresql': "SET lock_timeout = '1ms'",
    'mysql': 'SET SESSION lock_wait_timeout = 0, innodb_lock_wait_timeout = 0',
}


def database(url: str) -> connection.Database:
    """The database at the URL, on whose locks nothing waits.

    Where one is held against it, a statement fails: with
    DatabaseUnavailable, as the API does.
    """
    db = connection.Database(url)

    @sa.event.listens_for(db.engine, 'connect')
    def _limit(opened: Any, _record: Any) -> None:
        with contextlib.closing(opened.cursor()) as cursor:
            cursor.execute(_NO_WAITING[db.dialect])
        opened.commit()

    return db
