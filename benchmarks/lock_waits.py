"""Whether readers of a database wait for locks, told from other waiting.

Wall time of a reader is also that of processors that others use. So readers'
sessions are told not to wait for a lock at all: what would have waited fails,
however busy the machine is.
"""

import contextlib
import dataclasses
from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from trailmark.common import exceptions
from trailmark.db import connection, tables

#: Of PostgreSQL, 0 is for ever: a millisecond is the least.
_IMPATIENT: dict[str, Sequence[str]] = {
    'sqlite': ('PRAGMA busy_timeout = 0',),
    'postgresql': ("SET lock_timeout = '1ms'",),
    'mysql': (
        'SET innodb_lock_wait_timeout = 0',
        'SET lock_wait_timeout = 0',
    ),
}
#: What another session does so that a reader has to wait; WAL of SQLite
#: knows no such thing.
_LOCK = {
    'postgresql': 'LOCK TABLE runs IN ACCESS EXCLUSIVE MODE',
    'mysql': 'LOCK TABLES runs WRITE',
}
_SAID = (
    *('database is locked', 'database table is locked'),
    *('lock timeout', 'Lock wait timeout'),
)


@dataclasses.dataclass
class Waits:
    """How many statements were sent, and how many would have waited."""

    statements: int = 0
    found: int = 0


@contextlib.contextmanager
def watched(db: connection.Database) -> Iterator[Waits]:
    """Count what the sessions of this database would wait for."""
    waits = Waits()

    def hasten(raw: Any, *_more: Any) -> None:
        with contextlib.closing(raw.cursor()) as cursor:
            for statement in _IMPATIENT[db.dialect]:
                cursor.execute(statement)
        # What was set in a transaction goes with it, if that is undone.
        raw.commit()

    def count(*_event: Any) -> None:
        waits.statements += 1

    def note(context: Any) -> None:
        said = str(context.original_exception)
        waits.found += any(words in said for words in _SAID)

    listened = (
        ('checkout', hasten),
        ('before_cursor_execute', count),
        ('handle_error', note),
    )
    for event, listener in listened:
        sa.event.listen(db.engine, event, listener)
    try:
        yield waits
    finally:
        for event, listener in listened:
            sa.event.remove(db.engine, event, listener)
        db.engine.dispose()


def check(db: connection.Database) -> None:
    """Raise AssertionError unless a wait would be seen."""
    if db.dialect not in _LOCK:
        return
    holder = sa.create_engine(db.url)
    with holder.connect() as opened, watched(db) as waits:
        opened.exec_driver_sql(_LOCK[db.dialect])
        with (
            contextlib.suppress(exceptions.DatabaseUnavailable),
            db.reader() as reader,
        ):
            reader.execute(sa.select(tables.runs.c.id).limit(1))
    holder.dispose()
    assert waits.found, 'a wait for a lock was not seen'
