"""Indexes over runs, and the types of their graphs as rows."""

import itertools
import json
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = '0005'
down_revision = '0004'

_BIG = sa.BigInteger()
_NUMBER = sa.Integer()
_NAME = sa.String(255)
#: Rows that one statement writes at most.
_ROWS = 1000
_NEW = (
    ('runs', ('state', 'id')),
    ('runs', ('created_at',)),
    ('run_nodes', ('name', 'run_id')),
    ('run_nodes', ('node_id', 'run_id')),
    ('run_tasks', ('name', 'run_id')),
)
_OLD = (('run_nodes', ('name',)), ('run_nodes', ('node_id',)))


def upgrade() -> None:
    """Add what lists and histories over many runs are read by."""
    for table, columns in _NEW:
        op.create_index(_name(table, columns), table, columns)
    for table, columns in _OLD:
        op.drop_index(_name(table, columns), table)
    op.create_table(
        'run_graphs',
        sa.Column('run_id', _BIG, nullable=False, autoincrement=False),
        sa.Column('graph_no', _NUMBER, nullable=False, autoincrement=False),
        sa.Column('type', _NAME, nullable=False),
        sa.PrimaryKeyConstraint('run_id', 'graph_no', name='pk_run_graphs'),
        sa.ForeignKeyConstraint(
            ['run_id'],
            ['runs.id'],
            name='fk_run_graphs_run_id',
            ondelete='CASCADE',
        ),
        mysql_engine='InnoDB',
        mysql_charset='utf8mb4',
        mysql_collate='utf8mb4_bin',
    )
    _write_types()
    columns = ('type', 'run_id')
    op.create_index(_name('run_graphs', columns), 'run_graphs', columns)


def _name(table: str, columns: tuple[str, ...]) -> str:
    return f'ix_{table}_{"_".join(columns)}'


def _write_types() -> None:
    """What each run lists in `graph_types`, as rows."""
    runs = op.get_bind().execute(sa.text('SELECT id, graph_types FROM runs'))
    rows = _types(runs.all())
    graphs = sa.table(
        'run_graphs',
        *(sa.column(name) for name in ('run_id', 'graph_no', 'type')),
    )
    while some := list(itertools.islice(rows, _ROWS)):
        op.get_bind().execute(graphs.insert(), some)


def _types(runs: Any) -> Iterator[dict[str, Any]]:
    for run, types in runs:
        for number, kind in enumerate(json.loads(types)):
            yield {'run_id': run, 'graph_no': number, 'type': kind}
