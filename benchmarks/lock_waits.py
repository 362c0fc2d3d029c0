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
_SAID = ('lock timeout', 'Lock wait timeout')


@dataclasses.dataclass
class Sent:
    """How many statements were sent."""

    statements: int = 0


@contextlib.contextmanager
def refused(db: connection.Database) -> Iterator[Sent]:
    """Have statements fail that would wait for a lock; count all of them."""
    sent = Sent()

    def hasten(raw: Any, *_more: Any) -> None:
        with contextlib.closing(raw.cursor()) as cursor:
            for statement in _IMPATIENT[db.dialect]:
                cursor.execute(statement)
        # What was set in a transaction goes with it, if that is undone.
        raw.commit()

    def count(*_event: Any) -> None:
        sent.statements += 1

    listened = (('checkout', hasten), ('before_cursor_execute', count))
    for event, listener in listened:
        sa.event.listen(db.engine, event, listener)
    try:
        yield sent
    finally:
        for event, listener in listened:
            sa.event.remove(db.engine, event, listener)
        db.engine.dispose()


def check(db: connection.Database) -> None:
    """Raise AssertionError unless a wait would be seen."""
    if db.dialect not in _LOCK:
        return
    said, holder = '', sa.create_engine(db.url)
    with holder.connect() as opened, refused(db):
        opened.exec_driver_sql(_LOCK[db.dialect])
        try:
            with db.reader() as reader:
                reader.execute(sa.select(tables.runs.c.id).limit(1))
        except exceptions.DatabaseUnavailable as error:
            said = str(error)
    holder.dispose()
    assert any(words in said for words in _SAID), f'no wait was seen: {said}'
