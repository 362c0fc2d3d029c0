"""Databases full of runs that have ended."""

import dataclasses
import json
from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from trailmark.common.states import Asked, ExecutionState, RunState
from trailmark.db import (
    bulk,
    connection,
    counters,
    deployments,
    fences,
    moves,
    records,
    runs,
    tables,
)
from trailmark.flows import graphs, snapshot
from trailmark.tests import plans, stored

_E = ExecutionState
#: Tasks of every run, and its nodes besides `master`.
TASKS, NODES = 30, 10
EXECUTIONS = TASKS * (NODES + 1)
CLUSTERS = 20
#: When the first was asked for, and how much later each next one was.
FIRST_AT, APART = 1_700_000_000_000_000, 60_000_000
_CHUNK = 1000

_TASK_ROWS = (
    'INSERT INTO run_tasks (run_id, task_no, graph_no, name, total)'
    ' SELECT r.id, t.task_no, t.graph_no, t.name, t.total FROM runs r'
    ' JOIN run_tasks t ON t.run_id = :pattern'
    ' WHERE r.id BETWEEN :first AND :last ORDER BY r.id, t.task_no'
)
_EXECUTION_ROWS = (
    'INSERT INTO tasks_history (run_id, graph_no, node_no, task_no, state,'
    ' attempt, interruptions, started_at, ended_at)'
    ' SELECT r.id, t.graph_no, n.node_no, t.task_no,'
    " CASE WHEN (r.id + 7 * n.node_no + t.task_no) % 97 = 0 THEN 'error'"
    " ELSE 'ready' END, 1, 0, r.created_at + 1000 * t.task_no,"
    ' r.created_at + 1000 * t.task_no + 900'
    ' FROM runs r JOIN run_nodes n ON n.run_id = r.id'
    ' JOIN run_tasks t ON t.run_id = r.id'
    ' WHERE r.id BETWEEN :first AND :last'
    ' ORDER BY r.id, t.graph_no, n.node_no, t.task_no'
)
_TRANSITION_ROWS = (
    'INSERT INTO task_transitions (run_id, id, graph_no, node_no, task_no,'
    ' old_state, new_state, attempt, at)'
    ' SELECT h.run_id, 2 * (h.task_no * 100 + h.node_no) + e.task_no,'
    ' h.graph_no, h.node_no, h.task_no,'
    " CASE WHEN e.task_no = 0 THEN 'pending' ELSE 'running' END,"
    " CASE WHEN e.task_no = 0 THEN 'running' ELSE h.state END, 1,"
    ' CASE WHEN e.task_no = 0 THEN h.started_at ELSE h.ended_at END'
    ' FROM tasks_history h'
    ' JOIN run_tasks e ON e.run_id = h.run_id AND e.task_no < 2'
    ' WHERE h.run_id BETWEEN :first AND :last'
    ' ORDER BY h.run_id, h.task_no, h.node_no, e.task_no'
)
_COUNTS = tuple(
    f'UPDATE {table} SET {{0}} = (SELECT COUNT(*) FROM {other} o WHERE'
    f' o.run_id = {table}.run_id AND ({table}.run_id + 7 * {node_no} +'
    f' {task_no}) % 97 {{1}} 0) WHERE run_id BETWEEN :first AND :last'
    for table, other, node_no, task_no in (
        ('run_tasks', 'run_nodes', 'o.node_no', 'run_tasks.task_no'),
        ('run_nodes', 'run_tasks', 'run_nodes.node_no', 'o.task_no'),
    )
)
#: The id of the last transition of each run.
_LAST = 2 * ((TASKS - 1) * 100 + NODES + 1) + 1


@dataclasses.dataclass(frozen=True)
class Filled:
    """What a database was filled with: ids of runs and of clusters."""

    first: int
    last: int
    clusters: tuple[int, ...]


def fill(db: connection.Database, count: int) -> Filled:
    """Store so many runs of EXECUTIONS rows, two transitions each."""
    pattern = _pattern(db)
    digest = runs.get(db, pattern).snapshot_digest
    clusters = tuple(_clusters(db))
    first, last = pattern + 1, pattern + count
    if db.dialect == 'sqlite':
        with db.reader() as opened:
            opened.exec_driver_sql('PRAGMA cache_size = -200000')
    for some in bulk.chunks(range(first, last + 1), _CHUNK):
        with db.writer() as opened:
            opened.execute(
                tables.runs.insert(),
                [_run(run, run - first, clusters, digest) for run in some],
            )
            opened.execute(
                tables.run_graphs.insert(),
                [row for run in some for row in _graphs(run, run - first)],
            )
            opened.execute(
                tables.run_nodes.insert(),
                [node for run in some for node in _nodes(run, run - first)],
            )
            span = {'first': some[0], 'last': some[-1]}
            opened.execute(sa.text(_TASK_ROWS), {'pattern': pattern, **span})
            opened.execute(sa.text(_EXECUTION_ROWS), span)
            opened.execute(sa.text(_TRANSITION_ROWS), span)
            for counts in _COUNTS:
                for state, sign in (('ready', '<>'), ('error', '=')):
                    text = sa.text(counts.format(state, sign))
                    opened.execute(text, span)
    if db.dialect == 'postgresql':
        with db.writer() as opened:
            newest = '(SELECT max(id) FROM runs)'
            opened.execute(sa.text(f"SELECT setval('runs_id_seq', {newest})"))
    return Filled(first, last, clusters)


def node(cluster: int, number: int) -> str:
    """The name of a node of a cluster, each by its position."""
    return f'c{cluster}-n{number}'


def _pattern(db: connection.Database) -> int:
    """A run with the tasks and the snapshot of all others."""
    names = tuple(f'n{no}' for no in range(NODES + 1))
    plan = plans.make([plans.Step(f't{no}', names) for no in range(TASKS)])
    record = records.DeploymentRecord(
        'pattern', '/pattern', 'old', (), (), {}, (), ('default',)
    )
    cluster = deployments.store(db, record).cluster.id
    new = dataclasses.replace(
        stored.new_run(cluster, plan),
        snapshot=snapshot.to_json(
            dataclasses.replace(plans.snapshot(plan), graphs=(_graph(),))
        ),
    )
    return runs.insert(db, new, stored.HOLDER, 3600)[0]


def _graph() -> graphs.Graph:
    """The definitions of those tasks."""
    made_by = graphs.Provenance('release', 'old')
    names = (f't{number}' for number in range(TASKS))
    return graphs.Graph(
        'default',
        tuple(
            graphs.Task(name, 'noop', {'id': name, 'type': 'noop'}, made_by)
            for name in names
        ),
    )


def _clusters(db: connection.Database) -> Iterator[int]:
    for number in range(CLUSTERS):
        record = records.DeploymentRecord(
            f'c{number}', f'/c{number}', 'old', (), (), {}, (), ('default',)
        )
        yield deployments.store(db, record).cluster.id


def _run(
    run: int, number: int, clusters: tuple[int, ...], digest: str
) -> dict[str, Any]:
    at = FIRST_AT + number * APART
    state = RunState.READY
    if number % 40 == 7:
        state = RunState.ERROR
    elif number % 5000 == 13:
        state = RunState.STOPPED
    return {
        'id': run,
        'cluster_id': clusters[number % CLUSTERS],
        'graph_types': json.dumps(_types(number)),
        'state': state,
        'asked': Asked.NONE,
        'dry_run': False,
        'noop': False,
        'request': json.dumps({'context': {'request_id': f'req-{run}'}}),
        'graph_revisions': '[]',
        'snapshot_digest': digest,
        'actor': 'me',
        'counts': json.dumps(_counts(run)),
        'created_at': at,
        'started_at': at,
        'ended_at': at + APART,
        'epoch': 1,
        'flush_no': 9,
        'counted_to': _LAST,
    }


def _types(number: int) -> Sequence[str]:
    if number % 2500 == 11:
        return ('deletion',)
    return ('provision', 'default') if number % 7 == 3 else ('default',)


def _counts(run: int) -> dict[str, int]:
    """As _EXECUTION_ROWS has them."""
    failed = sum(
        (run + 7 * node + task) % 97 == 0
        for node in range(1, NODES + 2)
        for task in range(TASKS)
    )
    counts = {'error': failed, 'ready': EXECUTIONS - failed}
    return {state: number for state, number in counts.items() if number}


def _graphs(run: int, number: int) -> Iterator[dict[str, Any]]:
    for position, kind in enumerate(_types(number)):
        yield {'run_id': run, 'graph_no': position, 'type': kind}


def _nodes(run: int, number: int) -> Iterator[dict[str, Any]]:
    cluster, half = number % CLUSTERS, number // CLUSTERS % 2
    for no in range(1, NODES + 1):
        at = half * NODES + no
        yield {
            'run_id': run,
            'node_no': no,
            'node_id': 1000 * cluster + at,
            'name': node(cluster, at),
            'roles': '["x"]',
        }
    master = {'node_no': NODES + 1, 'node_id': None, 'name': graphs.MASTER}
    yield {'run_id': run, **master, 'roles': '[]'}


def settle(db: connection.Database) -> None:
    """Have the database know how much there is, as it does after a while."""
    known = {
        'postgresql': 'VACUUM ANALYZE',
        'sqlite': 'ANALYZE',
        'mysql': f'ANALYZE TABLE {", ".join(tables.metadata.tables)}',
    }
    with db.engine.connect() as opened:
        alone = opened.execution_options(isolation_level='AUTOCOMMIT')
        alone.exec_driver_sql(known[db.dialect])


def add(db: connection.Database, nodes: int, tasks: int, ends: bool) -> int:
    """Store one large run, ready with an error on each tenth node, or live."""
    names = tuple(f'n{number}' for number in range(nodes))
    plan = plans.make([plans.Step(f't{no}', names) for no in range(tasks)])
    claim = stored.store(db, plan, f'large-{ends}', lease_seconds=3600)
    bad = ' AND h.node_no % 10 = 1 AND h.task_no = 7'
    counts = {'error': -(-nodes // 10), 'ready': nodes * tasks}
    counts['ready'] -= counts['error']
    with db.writer() as opened:
        if ends:
            for above, state, some in ((0, _E.ERROR, bad), (1, _E.READY, '')):
                moves.move(
                    *(opened, claim.run, fences.transition_id(above)),
                    *(f"h.state = 'pending'{some}", state, None),
                )
            counters.add_in(db.dialect, opened, claim.run)
            opened.execute(
                tables.runs.update()
                .where(tables.runs.c.id == claim.run)
                .values(
                    state=RunState.READY,
                    holds_cluster=None,
                    counts=json.dumps(counts),
                )
            )
    return claim.run
