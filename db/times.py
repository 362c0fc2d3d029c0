"""When executions of a run started and ended, attempt by attempt."""

import json
from collections.abc import Collection, Iterator

import sqlalchemy as sa

from trailmark.common.states import ExecutionState
from trailmark.db import records, tables
from trailmark.db.connection import Database

_ROWS = sa.text(
    'SELECT graph_no, node_no, task_no, started_at, ended_at'
    ' FROM tasks_history WHERE run_id = :run AND attempt = 1'
    " AND state IN ('running', 'ready', 'error')"
)
# What was attempted once and ended is told by its row alone.
_MOVES = sa.text(
    'SELECT t.graph_no, t.node_no, t.task_no, t.new_state, t.at'
    ' FROM task_transitions t JOIN tasks_history h'
    ' ON h.run_id = t.run_id AND h.graph_no = t.graph_no'
    ' AND h.node_no = t.node_no AND h.task_no = t.task_no'
    ' WHERE t.run_id = :run AND h.attempt > 0 AND (h.attempt > 1'
    " OR h.state NOT IN ('running', 'ready', 'error'))"
    ' ORDER BY t.id'
)


_DURATIONS = sa.text(
    'SELECT t.name, n.name, h.ended_at - h.started_at FROM tasks_history h'
    ' JOIN run_tasks t ON t.run_id = h.run_id AND t.task_no = h.task_no'
    ' JOIN run_nodes n ON n.run_id = h.run_id AND n.node_no = h.node_no'
    " WHERE h.run_id = :run AND h.graph_no = :graph AND h.state = 'ready'"
    ' AND h.started_at IS NOT NULL'
)


def attempted_once(
    db: Database, run: int
) -> dict[records.Key, tuple[int, int | None]]:
    """Start and end of what is in its first attempt or ended with it.

    Times are microseconds since the epoch. Raises DatabaseUnavailable.
    """
    with db.reader() as connection:
        rows = connection.execute(_ROWS, {'run': run})
        return {(r[0], r[1], r[2]): (r[3], r[4]) for r in rows}


def moves_of_others(
    db: Database, run: int
) -> dict[records.Key, list[tuple[ExecutionState, int]]]:
    """New states with their times of whatever else was attempted.

    Raises DatabaseUnavailable.
    """
    found: dict[records.Key, list[tuple[ExecutionState, int]]] = {}
    for key, move in _moves(db, run):
        found.setdefault(key, []).append(move)
    return found


def _moves(
    db: Database, run: int
) -> Iterator[tuple[records.Key, tuple[ExecutionState, int]]]:
    with db.reader() as connection:
        for row in connection.execute(_MOVES, {'run': run}):
            yield (row[0], row[1], row[2]), (ExecutionState(row[3]), row[4])


def last_durations(
    db: Database,
    cluster_id: int,
    kind: str,
    wanted: Collection[tuple[str, str]],
    most_runs: int = 10,
) -> dict[tuple[str, str], float]:
    """Seconds of the newest `ready` execution of each wanted task and node.

    Of a graph of this type, in so many of the cluster's newest runs that
    really ran. Raises DatabaseUnavailable.
    """
    found: dict[tuple[str, str], float] = {}
    r = tables.runs.c
    newest = (
        sa.select(r.id, r.graph_types)
        .where(r.cluster_id == cluster_id)
        .where(r.noop.is_(False), r.dry_run.is_(False))
        .order_by(r.id.desc())
        .limit(most_runs)
    )
    with db.reader() as connection:
        for run, types in connection.execute(newest).all():
            if len(found) == len(wanted):
                break
            if kind in json.loads(types):
                graph = json.loads(types).index(kind)
                for task, node, spent in connection.execute(
                    _DURATIONS, {'run': run, 'graph': graph}
                ):
                    if (task, node) in wanted:
                        found.setdefault((task, node), spent / 1_000_000)
    return found
