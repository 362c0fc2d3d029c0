"""The clock of the database, in microseconds since the epoch."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

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
    """Update rows by their table's key or insert them, seen at this moment."""
    moment = sa.literal_column(now(dialect), sa.BigInteger())
    for row in rows:
        which = [part == row[part.name] for part in table.primary_key]
        values = {**row, 'seen_at': moment}
        changed = connection.execute(
            table.update().where(*which).values(values)
        )
        if not changed.rowcount:
            connection.execute(table.insert().values(values))
