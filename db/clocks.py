"""The clock of the database, in microseconds since the epoch."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import mysql, postgresql, sqlite

from trailmark.db.connection import Database

_NOW = {
    'sqlite': (
        "CAST(ROUND((julianday('now') - 2440587.5) * 86400000) AS INTEGER)"
        ' * 1000'
    ),
    'postgresql': (
        'CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT)'
    ),
    'mysql': "TIMESTAMPDIFF(MICROSECOND, '1970-01-01', UTC_TIMESTAMP(6))",
}


def now(dialect: str) -> str:
    """SQL expression of the moment at which the statement runs."""
    return _NOW[dialect]


def read(connection: sa.Connection) -> int:
    """The moment by the clock of the database."""
    said = sa.text(f'SELECT {now(connection.dialect.name)}')
    return int(connection.execute(said).scalar_one())


def moment(db: Database) -> int:
    """The same in a transaction of its own. Raises DatabaseUnavailable."""
    with db.reader() as connection:
        return read(connection)


def end(dialect: str) -> str:
    """SQL expression of this moment as the end of a row that has a start.

    A clock that was set back ends nothing before it began.
    """
    moment = now(dialect)
    return f'CASE WHEN started_at > {moment} THEN started_at ELSE {moment} END'


def ago(dialect: str, column: sa.Column[Any]) -> sa.ColumnElement[int]:
    """How long ago the moment of a column was, as `seen_ago`."""
    moment = sa.literal_column(now(dialect), sa.BigInteger())
    return (moment - column).label('seen_ago')


def beat(
    dialect: str,
    connection: sa.Connection,
    table: sa.Table,
    rows: Sequence[Mapping[str, Any]],
) -> None:
    """Insert rows or update those of their key, seen at this moment."""
    keys = [part.name for part in table.primary_key]
    values: dict[str, Any] = {name: sa.bindparam(name) for name in rows[0]}
    values['seen_at'] = sa.literal_column(now(dialect), sa.BigInteger())
    rest = [name for name in values if name not in keys]
    if dialect == 'mysql':
        made = mysql.insert(table).values(values)
        connection.execute(
            made.on_duplicate_key_update(
                {name: made.inserted[name] for name in rest}
            ),
            rows,
        )
        return
    insert = {'postgresql': postgresql.insert, 'sqlite': sqlite.insert}
    said: Any = insert[dialect](table).values(values)
    connection.execute(
        said.on_conflict_do_update(
            index_elements=keys,
            set_={name: said.excluded[name] for name in rest},
        ),
        rows,
    )
