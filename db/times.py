"""When executions of a run started and ended, attempt by attempt."""

from collections.abc import Iterator

import sqlalchemy as sa

from trailmark.common.states import ExecutionState
from trailmark.db import records
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
