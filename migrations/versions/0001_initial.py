"""The first tables."""

import uuid
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision = '0001'
down_revision = None

_BIG = sa.BigInteger()
_ID = _BIG.with_variant(sa.Integer(), 'sqlite')
_NUMBER = sa.Integer()
_NAME = sa.String(255)
_STATE = sa.String(16)
_SHORT = sa.String(64)
_TEXT = sa.Text().with_variant(mysql.LONGTEXT(), 'mysql', 'mariadb')

_EXECUTION = ('run_id', 'graph_no', 'node_no', 'task_no')


def upgrade() -> None:
    """Make every table."""
    _owners()
    _graphs()
    _links()
    _runs()
    _parts_of_runs()
    _history()
    _attempts()
    _identity()


def _must(name: str, kind: Any, **more: Any) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False, **more)


def _owned(column: str, table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f'{table}.id'], ondelete='CASCADE'
    )


def _part(name: str, kind: Any) -> sa.Column[Any]:
    return _must(name, kind, autoincrement=False)


def _execution() -> tuple[sa.Column[Any], ...]:
    numbers = (_part(name, _NUMBER) for name in _EXECUTION[1:])
    return (_part('run_id', _BIG), *numbers)


def _table(name: str, key: tuple[str, ...], *parts: Any) -> None:
    op.create_table(
        name,
        *parts,
        sa.PrimaryKeyConstraint(*key, name=f'pk_{name}'),
        mysql_engine='InnoDB',
        mysql_charset='utf8mb4',
        mysql_collate='utf8mb4_bin',
    )


def _owners() -> None:
    _table(
        'releases',
        ('id',),
        _must('id', _ID),
        _must('name', _NAME),
        sa.UniqueConstraint('name', name='uq_releases_name'),
    )
    _table(
        'plugins',
        ('id',),
        _must('id', _ID),
        _must('name', _NAME),
        sa.UniqueConstraint('name', name='uq_plugins_name'),
    )
    _table(
        'clusters',
        ('id',),
        _must('id', _ID),
        _must('name', _NAME),
        sa.Column('source', _TEXT),
        _must('release_id', _BIG),
        _must('roles', _TEXT),
        _must('graph_types', _TEXT),
        _must('created_at', _BIG),
        _must('updated_at', _BIG),
        sa.ForeignKeyConstraint(
            ['release_id'], ['releases.id'], name='fk_clusters_release_id'
        ),
        sa.UniqueConstraint('name', name='uq_clusters_name'),
    )
    _table(
        'cluster_plugins',
        ('cluster_id', 'plugin_id'),
        _part('cluster_id', _BIG),
        _part('plugin_id', _BIG),
        _must('position', _NUMBER),
        _owned('cluster_id', 'clusters'),
        _owned('plugin_id', 'plugins'),
    )
    _table(
        'nodes',
        ('id',),
        _must('id', _ID),
        _must('cluster_id', _BIG),
        _must('name', _NAME),
        _must('position', _NUMBER),
        _must('roles', _TEXT),
        _must('attributes', _TEXT),
        _owned('cluster_id', 'clusters'),
        sa.UniqueConstraint(
            'cluster_id', 'name', name='uq_nodes_cluster_id_name'
        ),
    )


def _graphs() -> None:
    _table(
        'deployment_graphs',
        ('id',),
        _must('id', _ID),
        _must('metadata', _TEXT),
        _must('revision', _NUMBER),
        _must('created_at', _BIG),
        _must('updated_at', _BIG),
    )
    _table(
        'deployment_graph_tasks',
        ('deployment_graph_id', 'position'),
        _part('deployment_graph_id', _BIG),
        _part('position', _NUMBER),
        _must('task_name', _NAME),
        _must('type', _NAME),
        _must('body', _TEXT),
        sa.Column('file', _TEXT),
        _owned('deployment_graph_id', 'deployment_graphs'),
    )


def _links() -> None:
    for owner in ('release', 'plugin', 'cluster'):
        table = f'{owner}_deployment_graphs'
        _table(
            table,
            (f'{owner}_id', 'type'),
            _part(f'{owner}_id', _BIG),
            _part('type', _NAME),
            _must('deployment_graph_id', _BIG),
            _owned('deployment_graph_id', 'deployment_graphs'),
            _owned(f'{owner}_id', f'{owner}s'),
            sa.UniqueConstraint(
                'deployment_graph_id', name=f'uq_{table}_deployment_graph_id'
            ),
        )
    _table(
        'cluster_plugin_deployment_graphs',
        ('cluster_id', 'type', 'position'),
        _part('cluster_id', _BIG),
        _part('type', _NAME),
        _part('position', _NUMBER),
        _must('plugin_id', _BIG),
        _must('deployment_graph_id', _BIG),
        _owned('cluster_id', 'clusters'),
        _owned('deployment_graph_id', 'deployment_graphs'),
        _owned('plugin_id', 'plugins'),
    )


def _runs() -> None:
    _table(
        'graph_snapshots',
        ('digest',),
        _part('digest', _SHORT),
        _must('body', _TEXT),
    )
    _table(
        'runs',
        ('id',),
        _must('id', _ID),
        _must('cluster_id', _BIG),
        _must('graph_types', _TEXT),
        _must('state', _STATE),
        _must('asked', _STATE),
        _must('dry_run', sa.Boolean()),
        _must('noop', sa.Boolean()),
        _must('request', _TEXT),
        _must('snapshot_digest', _SHORT),
        sa.Column('actor', _NAME),
        sa.Column('message', _TEXT),
        sa.Column('counts', _TEXT),
        _must('created_at', _BIG),
        sa.Column('started_at', _BIG),
        sa.Column('ended_at', _BIG),
        sa.Column('hidden_at', _BIG),
        _must('epoch', _BIG),
        _must('flush_no', _BIG),
        sa.Column('lease_until', _BIG),
        sa.Column('host', _NAME),
        sa.Column('boot_id', _SHORT),
        sa.Column('pid', _BIG),
        sa.Column('process_started', _BIG),
        sa.Column('holds_cluster', _BIG),
        sa.ForeignKeyConstraint(
            ['cluster_id'], ['clusters.id'], name='fk_runs_cluster_id'
        ),
        sa.ForeignKeyConstraint(
            ['snapshot_digest'],
            ['graph_snapshots.digest'],
            name='fk_runs_snapshot_digest',
        ),
        sa.UniqueConstraint('holds_cluster', name='uq_runs_holds_cluster'),
    )
    op.create_index('ix_runs_cluster_id_id', 'runs', ['cluster_id', 'id'])


def _parts_of_runs() -> None:
    _table(
        'run_nodes',
        ('run_id', 'node_no'),
        _part('run_id', _BIG),
        _part('node_no', _NUMBER),
        sa.Column('node_id', _BIG),
        sa.Column('name', _NAME),
        _must('roles', _TEXT),
        _owned('run_id', 'runs'),
    )
    op.create_index('ix_run_nodes_name', 'run_nodes', ['name'])
    op.create_index('ix_run_nodes_node_id', 'run_nodes', ['node_id'])
    _table(
        'run_tasks',
        ('run_id', 'task_no'),
        _part('run_id', _BIG),
        _part('task_no', _NUMBER),
        _must('graph_no', _NUMBER),
        _must('name', _NAME),
        _must('total', _NUMBER),
        _owned('run_id', 'runs'),
    )
    _table(
        'run_events',
        ('id',),
        _must('id', _ID),
        _must('run_id', _BIG),
        _must('at', _BIG),
        sa.Column('actor', _NAME),
        _must('event', _SHORT),
        sa.Column('message', _TEXT),
        _owned('run_id', 'runs'),
    )
    op.create_index('ix_run_events_run_id', 'run_events', ['run_id'])


def _history() -> None:
    _table(
        'tasks_history',
        _EXECUTION,
        *_execution(),
        _must('state', _STATE),
        _must('attempt', _NUMBER),
        sa.Column('retries_left', _NUMBER),
        _must('interruptions', _NUMBER),
        sa.Column('deadline_at', _BIG),
        sa.Column('journal', _SHORT),
        sa.Column('not_before', _BIG),
        sa.Column('started_at', _BIG),
        sa.Column('ended_at', _BIG),
        sa.Column('message', _TEXT),
    )
    _table(
        'task_transitions',
        ('run_id', 'id'),
        _part('run_id', _BIG),
        _part('id', _BIG),
        _must('graph_no', _NUMBER),
        _must('node_no', _NUMBER),
        _must('task_no', _NUMBER),
        _must('old_state', _STATE),
        _must('new_state', _STATE),
        _must('attempt', _NUMBER),
        _must('at', _BIG),
        sa.Column('message', _TEXT),
    )


def _attempts() -> None:
    _table(
        'task_summaries',
        (*_EXECUTION, 'attempt'),
        *_execution(),
        _part('attempt', _NUMBER),
        _must('body', _TEXT),
    )
    _table(
        'faults',
        (*_EXECUTION, 'attempt'),
        *_execution(),
        _part('attempt', _NUMBER),
        _must('kind', _SHORT),
        sa.Column('message', _TEXT),
        _must('at', _BIG),
    )
    _table(
        'checkpoints',
        (*_EXECUTION, 'attempt'),
        *_execution(),
        _part('attempt', _NUMBER),
        _must('body', _TEXT),
        _must('at', _BIG),
    )


def _identity() -> None:
    _table(
        'installations',
        ('id',),
        _must('id', _SHORT),
    )
    op.execute(
        sa.text('INSERT INTO installations (id) VALUES (:id)').bindparams(
            id=uuid.uuid4().hex
        )
    )
