"""Engines and agents as services, and reports that wait for an engine."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision = '0003'
down_revision = '0002'

_BIG = sa.BigInteger()
_NUMBER = sa.Integer()
_NAME = sa.String(255)
_WORD = sa.String(64)
_TEXT = sa.Text().with_variant(mysql.LONGTEXT(), 'mysql', 'mariadb')


def upgrade() -> None:
    """Add the tables."""
    _table(
        'engines',
        [('name', _NAME)],
        {
            'host': _NAME,
            'boot_id': _WORD,
            'pid': _BIG,
            'process_started': _BIG,
            'version': _WORD,
            'started_at': _BIG,
            'seen_at': _BIG,
            'runs': _NUMBER,
        },
    )
    _table(
        'agents',
        [('node', _NAME), ('name', _NAME)],
        {
            'host': _NAME,
            'pid': _BIG,
            'version': _WORD,
            'journal': _WORD,
            'started_at': _BIG,
            'seen_at': _BIG,
            'drivers': _TEXT,
            'workers': _NUMBER,
            'held': _NUMBER,
            'closing': sa.Boolean(),
        },
        sa.Column('refused', _TEXT),
    )
    _table(
        'reports',
        [('run_id', _BIG), ('attempt_id', sa.String(128))],
        {'body': _TEXT, 'at': _BIG},
    )


def _table(
    name: str,
    key: list[tuple[str, Any]],
    columns: dict[str, Any],
    *more: Any,
) -> None:
    op.create_table(
        name,
        *(
            sa.Column(part, kind, nullable=False, autoincrement=False)
            for part, kind in key
        ),
        *(
            sa.Column(column, kind, nullable=False)
            for column, kind in columns.items()
        ),
        *more,
        sa.PrimaryKeyConstraint(
            *(part for part, _kind in key), name=f'pk_{name}'
        ),
        mysql_engine='InnoDB',
        mysql_charset='utf8mb4',
        mysql_collate='utf8mb4_bin',
    )
