"""Steps of runs: their counts and types, and those that plugins report."""

import json
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision = '0008'
down_revision = '0007'

_BIG = sa.BigInteger()
_NUMBER = sa.Integer()
_NAME = sa.String(255)
_STATE = sa.String(16)
_TEXT = sa.Text().with_variant(mysql.LONGTEXT(), 'mysql', 'mariadb')
_OF_TYPES = ('cluster_id', 'step_type', 'run_id')
_COUNTS = sa.text(
    "SELECT task_no, SUM(CASE WHEN state IN ('ready', 'skipped')"
    ' THEN 1 ELSE 0 END) AS completed,'
    " SUM(CASE WHEN state IN ('error', 'dep_failed', 'cancelled')"
    ' THEN 1 ELSE 0 END) AS failed,'
    ' MIN(started_at) AS started_at, MAX(ended_at) AS completed_at'
    ' FROM tasks_history WHERE run_id = :run GROUP BY task_no'
)
_STEP = sa.text(
    'UPDATE run_tasks SET position = task_no, completed = :completed,'
    ' failed = :failed,'
    ' started_at = :started_at, completed_at = :completed_at,'
    ' updated_at = :completed_at WHERE run_id = :run AND task_no = :task_no'
)
_COUNTED = sa.text(
    'UPDATE runs SET counted_to = (SELECT COALESCE(MAX(id), 0)'
    ' FROM task_transitions WHERE run_id = :run) WHERE id = :run'
)
_TYPE = sa.text(
    'UPDATE run_graphs SET cluster_id = :cluster, step_type = :step_type'
    ' WHERE run_id = :run AND graph_no = :graph_no'
)
#: As flows/steps.py has it; this stays as it was.
_TYPES = {'scaling': 'scaling', 'deleting': 'deleting', 'deletion': 'deleting'}


def upgrade() -> None:
    """Add columns and the table; fill them for the runs that there are."""
    op.add_column(
        'runs',
        sa.Column('counted_to', _BIG, nullable=False, server_default='0'),
    )
    op.add_column('run_nodes', sa.Column('node_group', _NAME))
    op.add_column('run_graphs', sa.Column('step_type', _STATE))
    op.add_column('run_graphs', sa.Column('cluster_id', _BIG))
    for name in ('position', 'completed', 'failed'):
        op.add_column(
            'run_tasks',
            sa.Column(name, _NUMBER, nullable=False, server_default='0'),
        )
    for name in ('started_at', 'completed_at', 'updated_at'):
        op.add_column('run_tasks', sa.Column(name, _BIG))
    op.add_column('faults', sa.Column('traceback', _TEXT))
    op.create_index(
        f'ix_run_graphs_{"_".join(_OF_TYPES)}', 'run_graphs', _OF_TYPES
    )
    _add_plugin_steps()
    for run in _runs():
        _count(run)
        _name_types(run)


def _add_plugin_steps() -> None:
    op.create_table(
        'plugin_steps',
        sa.Column('run_id', _BIG, nullable=False, autoincrement=False),
        sa.Column('step_no', _NUMBER, nullable=False, autoincrement=False),
        sa.Column('plugin', _NAME, nullable=False),
        sa.Column('step_type', _STATE, nullable=False),
        sa.Column('name', _NAME, nullable=False),
        sa.Column('total', _NUMBER, nullable=False),
        sa.Column('completed', _NUMBER, nullable=False),
        sa.Column('created_at', _BIG, nullable=False),
        sa.Column('started_at', _BIG),
        sa.Column('completed_at', _BIG),
        sa.Column('updated_at', _BIG),
        sa.Column('error_id', sa.String(64)),
        sa.Column('message', _TEXT),
        sa.PrimaryKeyConstraint('run_id', 'step_no', name='pk_plugin_steps'),
        sa.UniqueConstraint(
            *('run_id', 'step_type', 'name'),
            name='uq_plugin_steps_run_id_step_type_name',
        ),
        sa.ForeignKeyConstraint(
            ['run_id'],
            ['runs.id'],
            name='fk_plugin_steps_run_id',
            ondelete='CASCADE',
        ),
        mysql_engine='InnoDB',
        mysql_charset='utf8mb4',
        mysql_collate='utf8mb4_bin',
    )


def _runs() -> Iterator[Any]:
    yield from (
        op.get_bind()
        .execute(
            sa.text(
                'SELECT id, cluster_id, graph_types, dry_run, noop FROM runs'
            )
        )
        .all()
    )


def _count(run: Any) -> None:
    """One run at a time: a database may have many millions of executions."""
    bind = op.get_bind()
    rows = bind.execute(_COUNTS, {'run': run.id})
    for row in rows.mappings().all():
        counts = {
            name: int(row[name] or 0) for name in ('completed', 'failed')
        }
        bind.execute(_STEP, {**row, **counts, 'run': run.id})
    bind.execute(_COUNTED, {'run': run.id})


def _name_types(run: Any) -> None:
    if run.dry_run or run.noop:
        return
    for number, kind in enumerate(json.loads(run.graph_types)):
        op.get_bind().execute(
            _TYPE,
            {
                'run': run.id,
                'graph_no': number,
                'cluster': run.cluster_id,
                'step_type': _TYPES.get(kind, 'creating'),
            },
        )
