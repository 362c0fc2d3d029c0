"""Every table, as SQLAlchemy Core sees it."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import mysql

from trailmark.common.states import ExecutionState

metadata = sa.MetaData(
    naming_convention={
        'pk': 'pk_%(table_name)s',
        'ix': 'ix_%(table_name)s_%(column_0_N_name)s',
        'uq': 'uq_%(table_name)s_%(column_0_N_name)s',
        'fk': 'fk_%(table_name)s_%(column_0_name)s',
    }
)

#: Ids and times (microseconds since the epoch, UTC).
BIG = sa.BigInteger()
#: SQLite numbers rows only when their key is a plain INTEGER.
ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
NUMBER = sa.Integer()
NAME = sa.String(255)
STATE = sa.String(16)
TEXT = sa.Text().with_variant(mysql.LONGTEXT(), 'mysql', 'mariadb')


def _table(name: str, *parts: Any, **more: Any) -> sa.Table:
    return sa.Table(
        name,
        metadata,
        *parts,
        mysql_engine='InnoDB',
        mysql_charset='utf8mb4',
        mysql_collate='utf8mb4_bin',
        **more,
    )


def _id() -> sa.Column[Any]:
    return sa.Column('id', ID, primary_key=True, autoincrement=True)


def _part(name: str, kind: Any = NUMBER) -> sa.Column[Any]:
    return sa.Column(name, kind, primary_key=True, autoincrement=False)


def _must(name: str, kind: Any, **more: Any) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False, **more)


def _counters() -> tuple[sa.Column[Any], ...]:
    """Executions in each state, up to `runs.counted_to`."""
    return tuple(
        _must(state.value, NUMBER, server_default='0')
        for state in ExecutionState
    )


def _to(name: str, target: str, **more: Any) -> sa.Column[Any]:
    cascade = sa.ForeignKey(f'{target}.id', ondelete='CASCADE')
    return sa.Column(name, BIG, cascade, nullable=False, **more)


releases = _table(
    'releases',
    _id(),
    _must('name', NAME, unique=True),
    sa.Column('description', TEXT),
    sa.Column('roles', TEXT),
    sa.Column('created_at', BIG),
    sa.Column('updated_at', BIG),
    sa.Column('deleted_at', BIG),
)
plugins = _table(
    'plugins',
    _id(),
    _must('name', NAME, unique=True),
    sa.Column('description', TEXT),
    sa.Column('roles', TEXT),
    sa.Column('created_at', BIG),
    sa.Column('updated_at', BIG),
)
clusters = _table(
    'clusters',
    _id(),
    _must('name', NAME, unique=True),
    sa.Column('source', TEXT),
    sa.Column('release_id', BIG, sa.ForeignKey('releases.id'), nullable=False),
    _must('roles', TEXT),
    _must('graph_types', TEXT),
    _must('created_at', BIG),
    _must('updated_at', BIG),
    # Its runs and their history outlive a cluster.
    sa.Column('deleted_at', BIG),
    # Runs up to this one no longer count as what it is.
    sa.Column('reset_run', BIG),
    # Of Keystone; NULL where there are no projects.
    sa.Column('project_id', NAME, index=True),
)
#: Graphs of a release that run one after the other.
sequences = _table(
    'sequences',
    _id(),
    _to('release_id', 'releases'),
    _must('name', NAME),
    _must('graphs', TEXT),
    _must('created_at', BIG),
    _must('updated_at', BIG),
    sa.UniqueConstraint('release_id', 'name'),
)
cluster_plugins = _table(
    'cluster_plugins',
    _to('cluster_id', 'clusters', primary_key=True, autoincrement=False),
    _to('plugin_id', 'plugins', primary_key=True, autoincrement=False),
    _must('position', NUMBER),
)
nodes = _table(
    'nodes',
    _id(),
    _to('cluster_id', 'clusters'),
    _must('name', NAME),
    _must('position', NUMBER),
    _must('roles', TEXT),
    _must('attributes', TEXT),
    sa.UniqueConstraint('cluster_id', 'name'),
    # What is known of a node that is gone is no other's.
    sqlite_autoincrement=True,
)
deployment_graphs = _table(
    'deployment_graphs',
    _id(),
    _must('metadata', TEXT),
    _must('revision', NUMBER),
    _must('created_at', BIG),
    _must('updated_at', BIG),
)
deployment_graph_tasks = _table(
    'deployment_graph_tasks',
    _to(
        'deployment_graph_id',
        'deployment_graphs',
        primary_key=True,
        autoincrement=False,
    ),
    _part('position'),
    _must('task_name', NAME),
    _must('type', NAME),
    _must('body', TEXT),
    sa.Column('file', TEXT),
    # Where relative sources of the task are taken from.
    sa.Column('folder', TEXT),
    # In a stored merge: the plugin that the task is from.
    sa.Column('owner', NAME),
)
#: Every content that a graph had; without one it was removed.
deployment_graph_revisions = _table(
    'deployment_graph_revisions',
    _part('level', STATE),
    _part('owner_id', BIG),
    _part('type', NAME),
    _part('revision'),
    _must('at', BIG),
    sa.Column('actor', NAME),
    sa.Column('body', TEXT),
    _must('changes', TEXT),
)


def _graphs_of(owner: str) -> sa.Table:
    return _table(
        f'{owner}_deployment_graphs',
        _to(f'{owner}_id', f'{owner}s', primary_key=True, autoincrement=False),
        _part('type', NAME),
        _to('deployment_graph_id', 'deployment_graphs', unique=True),
    )


release_deployment_graphs = _graphs_of('release')
plugin_deployment_graphs = _graphs_of('plugin')
cluster_deployment_graphs = _graphs_of('cluster')
#: What the graphs of a cluster's plugins are when they are merged.
cluster_plugin_deployment_graphs = _table(
    'cluster_plugin_deployment_graphs',
    _to('cluster_id', 'clusters', primary_key=True, autoincrement=False),
    _part('type', NAME),
    _to('deployment_graph_id', 'deployment_graphs', unique=True),
)

graph_snapshots = _table(
    'graph_snapshots', _part('digest', sa.String(64)), _must('body', TEXT)
)
runs = _table(
    'runs',
    _id(),
    sa.Column('cluster_id', BIG, sa.ForeignKey('clusters.id'), nullable=False),
    _must('graph_types', TEXT),
    _must('state', STATE),
    _must('asked', STATE),
    _must('dry_run', sa.Boolean()),
    _must('noop', sa.Boolean()),
    _must('request', TEXT),
    # The revisions of the graphs that it was made of.
    sa.Column('graph_revisions', TEXT),
    sa.Column(
        'snapshot_digest',
        sa.String(64),
        sa.ForeignKey('graph_snapshots.digest'),
        nullable=False,
    ),
    sa.Column('actor', NAME),
    # Several runs may come of one request.
    _must('request_id', NAME, index=True, server_default=''),
    sa.Column('message', TEXT),
    # Of a run that has ended: its executions by state.
    sa.Column('counts', TEXT),
    _must('created_at', BIG),
    sa.Column('started_at', BIG),
    sa.Column('ended_at', BIG),
    sa.Column('hidden_at', BIG),
    _must('epoch', BIG),
    _must('flush_no', BIG),
    sa.Column('lease_until', BIG),
    # The last of its transitions that counts in its tasks and nodes.
    _must('counted_to', BIG, server_default='0'),
    sa.Column('host', NAME),
    sa.Column('boot_id', sa.String(64)),
    sa.Column('pid', BIG),
    sa.Column('process_started', BIG),
    # The cluster while the run is active: a cluster is held once.
    # Guard: hold.
    sa.Column('holds_cluster', BIG, unique=True),
    sa.Index('ix_runs_cluster_id_id', 'cluster_id', 'id'),
    sa.Index('ix_runs_state_id', 'state', 'id'),
    sa.Index('ix_runs_created_at', 'created_at'),
)
run_nodes = _table(
    'run_nodes',
    _to('run_id', 'runs', primary_key=True, autoincrement=False),
    _part('node_no'),
    sa.Column('node_id', BIG),
    sa.Column('name', NAME),
    _must('roles', TEXT),
    sa.Column('node_group', NAME),
    # Whether something of the run was wanted on it.
    _must('chosen', sa.Boolean(), server_default=sa.false()),
    *_counters(),
    sa.Index('ix_run_nodes_name_run_id', 'name', 'run_id'),
    sa.Index('ix_run_nodes_node_id_run_id', 'node_id', 'run_id'),
)
#: Types of the graphs of runs, as `runs.graph_types` lists them.
run_graphs = _table(
    'run_graphs',
    _to('run_id', 'runs', primary_key=True, autoincrement=False),
    _part('graph_no'),
    _must('type', NAME),
    # What it does to which cluster: creating, scaling, deleting. Both are
    # NULL where nothing is done.
    sa.Column('step_type', STATE),
    sa.Column('cluster_id', BIG),
    sa.Index('ix_run_graphs_type_run_id', 'type', 'run_id'),
    sa.Index(
        'ix_run_graphs_cluster_id_step_type_run_id',
        *('cluster_id', 'step_type', 'run_id'),
    ),
)
#: Tasks of a run as steps: the times are those up to `runs.counted_to`.
run_tasks = _table(
    'run_tasks',
    _to('run_id', 'runs', primary_key=True, autoincrement=False),
    _part('task_no'),
    _must('graph_no', NUMBER),
    _must('name', NAME),
    _must('total', NUMBER),
    # Its place in the order in which the run's tasks are done.
    _must('position', NUMBER, server_default='0'),
    *_counters(),
    sa.Column('started_at', BIG),
    sa.Column('completed_at', BIG),
    sa.Column('updated_at', BIG),
    sa.Index('ix_run_tasks_name_run_id', 'name', 'run_id'),
)
#: Steps that plugins report themselves, beside the tasks of a run.
plugin_steps = _table(
    'plugin_steps',
    _to('run_id', 'runs', primary_key=True, autoincrement=False),
    _part('step_no'),
    _must('plugin', NAME),
    _must('step_type', STATE),
    _must('name', NAME),
    _must('total', NUMBER),
    _must('completed', NUMBER),
    _must('created_at', BIG),
    sa.Column('started_at', BIG),
    sa.Column('completed_at', BIG),
    sa.Column('updated_at', BIG),
    # Of one that failed.
    sa.Column('error_id', sa.String(64)),
    sa.Column('message', TEXT),
    sa.UniqueConstraint('run_id', 'step_type', 'name'),
)


# Rows below are written by the hundred thousand, always for a run that was
# fenced in the same transaction: foreign keys would only cost.
def _key() -> tuple[sa.Column[Any], ...]:
    return (
        _part('run_id', BIG),
        _part('graph_no'),
        _part('node_no'),
        _part('task_no'),
    )


tasks_history = _table(
    'tasks_history',
    *_key(),
    _must('state', STATE),
    _must('attempt', NUMBER),
    sa.Column('retries_left', NUMBER),
    _must('interruptions', NUMBER),
    sa.Column('deadline_at', BIG),
    sa.Column('journal', sa.String(64)),
    sa.Column('not_before', BIG),
    sa.Column('started_at', BIG),
    sa.Column('ended_at', BIG),
    sa.Column('message', TEXT),
)
# `id` is the number of the flush and the position in it: in order of time
# within a run, and never seen out of order.
task_transitions = _table(
    'task_transitions',
    _part('run_id', BIG),
    _part('id', BIG),
    _must('graph_no', NUMBER),
    _must('node_no', NUMBER),
    _must('task_no', NUMBER),
    _must('old_state', STATE),
    _must('new_state', STATE),
    _must('attempt', NUMBER),
    _must('at', BIG),
    sa.Column('message', TEXT),
)
task_summaries = _table(
    'task_summaries', *_key(), _part('attempt'), _must('body', TEXT)
)
faults = _table(
    'faults',
    *_key(),
    _part('attempt'),
    _must('kind', sa.String(64)),
    sa.Column('message', TEXT),
    sa.Column('traceback', TEXT),
    _must('at', BIG),
)
checkpoints = _table(
    'checkpoints',
    *_key(),
    _part('attempt'),
    _must('body', TEXT),
    _must('at', BIG),
)
#: What running attempts print; no part of the history.
task_outputs = _table(
    'task_outputs',
    *_key(),
    _must('attempt', NUMBER),
    _must('size', BIG),
    _must('tail', TEXT),
    _must('at', BIG),
)
#: What was asked, by whom, and what became of runs. It names what it is
#: about without foreign keys, for it outlives that.
audit = _table(
    'audit',
    _id(),
    _must('at', BIG),
    # NULL where nobody asked: engines tell so what became of a run.
    sa.Column('actor', NAME),
    # Of who asked, in Keystone.
    sa.Column('project_id', NAME),
    _must('event', sa.String(64)),
    _must('kind', STATE),
    sa.Column('name', NAME),
    sa.Column('run_id', BIG, index=True),
    sa.Column('cluster_id', BIG),
    sa.Column('message', TEXT),
    # What was deleted, by table.
    sa.Column('counts', TEXT),
    sa.Index('ix_audit_cluster_id_id', 'cluster_id', 'id'),
    sa.Index('ix_audit_actor_id', 'actor', 'id'),
    sa.Index('ix_audit_at', 'at'),
    # A page after a row is never of rows that took a number again.
    sqlite_autoincrement=True,
)
#: One row: a name for this database, unlike any other's.
installations = _table('installations', _part('id', sa.String(64)))

#: Engines that serve, and agents; times of `seen_at` by the database's clock.
engines = _table(
    'engines',
    _part('name', NAME),
    _must('host', NAME),
    _must('boot_id', sa.String(64)),
    _must('pid', BIG),
    _must('process_started', BIG),
    _must('version', sa.String(64)),
    _must('started_at', BIG),
    _must('seen_at', BIG),
    _must('runs', NUMBER),
)
agents = _table(
    'agents',
    _part('node', NAME),
    _part('name', NAME),
    _must('host', NAME),
    _must('pid', BIG),
    _must('version', sa.String(64)),
    _must('journal', sa.String(64)),
    _must('started_at', BIG),
    _must('seen_at', BIG),
    _must('drivers', TEXT),
    _must('workers', NUMBER),
    _must('held', NUMBER),
    _must('closing', sa.Boolean()),
    # Why it may not serve its node; NULL if it may.
    sa.Column('refused', TEXT),
)
#: How far engines have seen the journals of agents.
journals = _table(
    'journals',
    _part('journal', sa.String(64)),
    _must('sequence', BIG),
)
#: Outcomes that another engine than the run's own has heard.
reports = _table(
    'reports',
    _part('run_id', BIG),
    _part('attempt_id', sa.String(128)),
    _must('body', TEXT),
    _must('at', BIG),
)
