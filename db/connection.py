"""The database of a process: transactions, settings, and its errors."""

import contextlib
import copy
import logging
import math
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from oslo_db import exception as db_exception
from oslo_db.sqlalchemy import enginefacade
from sqlalchemy import pool

from trailmark.common import exceptions, secrets
from trailmark.db import projects

#: Seconds that a SQLite writer waits for another one.
BUSY_SECONDS = 30
#: Seconds after which a server that doesn't answer is taken as absent.
CONNECT_SECONDS = 5

#: Seconds after which a connection that was not used may have been closed.
_IDLE = 0.5
_IDLE_SINCE = 'trailmark_idle_since'

_PARAMETERS = {
    'sqlite': f'timeout={BUSY_SECONDS}',
    'postgresql': f'connect_timeout={CONNECT_SECONDS}',
    'mysql': f'connect_timeout={CONNECT_SECONDS}&charset=utf8mb4',
}


_IDLENESS = {
    'postgresql': "SET idle_in_transaction_session_timeout = '{seconds}s'",
    'mysql': 'SET SESSION idle_transaction_timeout = {seconds}',
}
LOG = logging.getLogger(__name__)

# Its tracebacks repeat what is raised here.
logging.getLogger('oslo_db.sqlalchemy.exc_filters').setLevel(logging.CRITICAL)


class Database:
    """Transactions on one database, from any number of threads.

    `connection` is an SQLAlchemy URL; up to `threads` connections are kept
    open. Nothing is connected before the first transaction. A server ends a
    transaction of which it hears nothing for `idle_seconds`, so that a
    process that stands still locks nobody out for longer.
    """

    def __init__(
        self,
        connection: str,
        threads: int = 16,
        idle_seconds: float | None = None,
    ) -> None:
        try:
            self.url = sa.make_url(connection)
        except (sa.exc.ArgumentError, ValueError) as error:
            raise exceptions.DatabaseUnavailable(
                reason='its connection is not a URL'
            ) from error
        self.dialect = self.url.get_backend_name()
        self._threads, self._idle = threads, idle_seconds
        self._state = threading.local()
        self._facade = self._configured(connection)
        self._engine: sa.Engine | None = None
        self._scope: projects.Scope | None = None

    def of(self, scope: projects.Scope) -> 'Database':
        """The same database, of which only this is seen."""
        narrow = copy.copy(self)
        narrow._scope = scope
        return narrow

    def _configured(self, connection: str) -> Any:
        facade = enginefacade.transaction_context()
        facade.configure(
            connection=connection,
            connection_parameters=_PARAMETERS.get(self.dialect),
            max_pool_size=self._threads,
            max_overflow=self._threads,
            max_retries=0,
            sqlite_fk=True,
            mysql_sql_mode='TRADITIONAL',
            thread_checkin=False,
        )
        facade.append_on_engine_create(self._keep_connections)
        if self.dialect != 'sqlite':
            facade.append_on_engine_create(_ask_idle_connections)
        facade.append_on_engine_create(projects.limit)
        if self.dialect == 'sqlite':
            facade.append_on_engine_create(self._prepare_sqlite)
        elif self._idle is not None:
            facade.append_on_engine_create(self._limit_idleness)
        return facade

    def _limit_idleness(self, engine: sa.Engine) -> None:
        statement = _IDLENESS[self.dialect].format(
            seconds=max(1, round(self._idle or 0))
        )

        @sa.event.listens_for(engine, 'connect')
        def _limit(connection: Any, record: Any) -> None:
            with contextlib.closing(connection.cursor()) as cursor:
                try:
                    cursor.execute(statement)
                except Exception as error:
                    # Old servers, and MySQL, don't know it.
                    LOG.warning('No limit of idle transactions: %s', error)
            connection.commit()

    def _keep_connections(self, engine: sa.Engine) -> None:
        """Keep them open, and don't ask if they are before each transaction.

        oslo.db opens an SQLite file anew for every transaction, and closing
        the last connection to a WAL database writes all of it back. Of
        servers it asks first, which costs a sixth of a flush: one that was
        used a moment ago is found broken by what fails.
        """
        # An error's text goes to logs, and values may be secrets.
        engine.hide_parameters = True
        old = engine.pool
        engine.pool = pool.QueuePool(
            old._creator,
            pool_size=self._threads,
            max_overflow=self._threads,
            timeout=BUSY_SECONDS,
            recycle=old._recycle,
            dialect=engine.dialect,
            _dispatch=old.dispatch,
        )

    def _prepare_sqlite(self, engine: sa.Engine) -> None:
        """Take the write lock first, write durably."""

        @sa.event.listens_for(engine, 'connect')
        def _durable(connection: Any, record: Any) -> None:
            connection.execute('PRAGMA journal_mode=WAL')
            connection.execute('PRAGMA synchronous=FULL')

        @sa.event.listens_for(engine, 'before_cursor_execute', retval=True)
        def _lock_first(
            connection: Any,
            cursor: Any,
            statement: str,
            parameters: Any,
            context: Any,
            many: bool,
        ) -> tuple[str, Any]:
            if statement == 'BEGIN' and getattr(self._state, 'writing', False):
                statement = 'BEGIN IMMEDIATE'
            return statement, parameters

    @classmethod
    def embedded(cls, path: Path) -> 'Database':
        """The SQLite database in a file; its folder is made when absent."""
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise exceptions.DatabaseUnavailable(
                reason=f'{path.parent}: {error.strerror}'
            ) from error
        return cls(f'sqlite:///{path}')

    @property
    def engine(self) -> sa.Engine:
        """SQLAlchemy's engine, for what works below transactions."""
        with _translated():
            return self._opened()

    def _opened(self) -> sa.Engine:
        if self._engine is None:
            self._engine = self._facade.writer.get_engine()
        return self._engine

    @contextlib.contextmanager
    def reader(self) -> Iterator[sa.Connection]:
        """A transaction that reads. Raises DatabaseUnavailable."""
        with _translated(), self._opened().begin() as connection:
            self._narrow(connection)
            yield connection

    @contextlib.contextmanager
    def writer(self) -> Iterator[sa.Connection]:
        """A transaction that writes, committed at the end.

        Raises DatabaseUnavailable; its cause is oslo.db's DBDuplicateEntry
        where a unique constraint forbade the write. Don't nest.
        """
        with _translated():
            self._state.writing = True
            try:
                with self._opened().begin() as connection:
                    self._state.writing = False
                    self._narrow(connection)
                    yield connection
            finally:
                self._state.writing = False

    @contextlib.contextmanager
    def apart(self) -> Iterator[sa.Connection]:
        """A connection of its own, without a transaction, closed at the end.

        Raises DatabaseUnavailable.
        """
        with _translated(), self._opened().connect() as connection:
            connection.detach()
            yield connection

    def _narrow(self, connection: sa.Connection) -> None:
        if self._scope is not None:
            projects.enter(connection, self._scope)

    def dispose(self) -> None:
        """Close every connection; the next transaction opens a new one."""
        self._facade.dispose_pool()


def _ask_idle_connections(engine: sa.Engine) -> None:
    """Servers close connections that are idle: those are asked before use."""

    @sa.event.listens_for(engine, 'checkin')
    def _note(connection: Any, record: Any) -> None:
        record.info[_IDLE_SINCE] = time.monotonic()

    @sa.event.listens_for(engine, 'checkout')
    def _ask(connection: Any, record: Any, proxy: Any) -> None:
        since = record.info.get(_IDLE_SINCE, math.inf)
        if time.monotonic() - since < _IDLE:
            return
        try:
            alive = engine.dialect.do_ping(connection)
        except Exception as error:
            raise sa.exc.DisconnectionError(str(error)) from error
        if not alive:
            raise sa.exc.DisconnectionError('it does not answer')


def is_duplicate(error: exceptions.DatabaseUnavailable) -> bool:
    """Whether a unique constraint forbade the write."""
    return isinstance(error.__cause__, db_exception.DBDuplicateEntry)


def is_collision(error: exceptions.DatabaseUnavailable) -> bool:
    """Whether another transaction was in the way: trying again may do."""
    kinds = (db_exception.DBDuplicateEntry, db_exception.DBDeadlock)
    return isinstance(error.__cause__, kinds)


@contextlib.contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (db_exception.DBError, sa.exc.SQLAlchemyError) as error:
        raise exceptions.DatabaseUnavailable(reason=_reason(error)) from error
    except ModuleNotFoundError as error:
        raise exceptions.DatabaseUnavailable(
            reason=f'its driver {error.name} is not installed; '
            'say postgresql+psycopg2:// or mysql+pymysql://'
        ) from error


def _reason(error: Exception) -> str:
    """What the driver said, without the statement and its parameters."""
    inner: object = getattr(error, 'inner_exception', None) or error
    inner = getattr(inner, 'orig', None) or inner
    text = str(inner).strip() or type(inner).__name__
    return secrets.mask_urls(' '.join(text.split()))
