"""Counts of steps: taken from transitions, a few at a time.

An engine has them stored now and then, and at the end of its run; who reads
them adds what has happened since. So a transition costs nothing more, and
nobody counts the executions of a run for them.
"""

import dataclasses
from collections.abc import Mapping

import sqlalchemy as sa

from trailmark.common.states import ExecutionState
from trailmark.db.connection import Database

_E = ExecutionState
#: Executions that count as done, and those that ended badly.
DONE: tuple[ExecutionState, ...] = (_E.READY, _E.SKIPPED)
BAD: tuple[ExecutionState, ...] = (_E.ERROR, _E.DEP_FAILED, _E.CANCELLED)


def _listed(states: tuple[ExecutionState, ...]) -> str:
    return ', '.join(f"'{state}'" for state in states)


def _moved(states: tuple[ExecutionState, ...]) -> str:
    """SQL: how many more executions are in these states."""
    found = _listed(states)
    return (
        f'SUM(CASE WHEN new_state IN ({found}) THEN 1 ELSE 0 END)'
        f' - SUM(CASE WHEN old_state IN ({found}) THEN 1 ELSE 0 END)'
    )


_SINCE = (
    f'SELECT task_no, {_moved(DONE)} AS completed, {_moved(BAD)} AS failed,'
    " MIN(CASE WHEN new_state = 'running' THEN at END) AS started_at,"
    f' MAX(CASE WHEN new_state IN ({_listed((*DONE, *BAD))}) THEN at END)'
    ' AS completed_at, MAX(at) AS updated_at, MAX(id) AS counted_to'
    ' FROM task_transitions WHERE run_id = :run AND id > :above'
)
_CHANGES = {
    'completed': 't.completed + d.completed',
    'failed': 't.failed + d.failed',
    'started_at': 'COALESCE(t.started_at, d.started_at)',
    'completed_at': 'COALESCE(d.completed_at, t.completed_at)',
    'updated_at': 'd.updated_at',
}
_NEW = f'({_SINCE} AND id <= :to GROUP BY task_no) d'
_WHERE = 't.run_id = :run AND t.task_no = d.task_no'
_SETS = ', '.join(f'{name} = {value}' for name, value in _CHANGES.items())
_OWN_SETS = ', '.join(
    f't.{name} = {value}' for name, value in _CHANGES.items()
)
_ADD = {
    'mysql': f'UPDATE run_tasks t JOIN {_NEW} ON {_WHERE} SET {_OWN_SETS}',
    **dict.fromkeys(
        ('postgresql', 'sqlite'),
        f'UPDATE run_tasks AS t SET {_SETS} FROM {_NEW} WHERE {_WHERE}',
    ),
}
_TAIL = sa.text(f'{_SINCE} GROUP BY task_no')
_STANDING = sa.text(
    'SELECT counted_to, (SELECT MAX(id) FROM task_transitions'
    ' WHERE run_id = :run) FROM runs WHERE id = :run'
)
_PASS = sa.text(
    'UPDATE runs SET counted_to = :to WHERE id = :run AND counted_to = :above'
)


@dataclasses.dataclass(frozen=True, slots=True)
class Change:
    """What is to be added to the counts of a step, and its times."""

    completed: int
    failed: int
    started_at: int | None
    completed_at: int | None
    updated_at: int | None


def add(db: Database, run: int) -> None:
    """Store what has happened since it was last stored.

    Whoever does it twice, or late, adds nothing twice. Raises
    DatabaseUnavailable.
    """
    with db.writer() as connection:
        add_in(db.dialect, connection, run)


def add_in(dialect: str, connection: sa.Connection, run: int) -> None:
    """The same in an open transaction."""
    found = connection.execute(_STANDING, {'run': run}).first()
    if found is None or found[1] is None or found[1] <= found[0]:
        return
    bounds = {'run': run, 'above': found[0], 'to': found[1]}
    # Ids of transitions are never seen out of order, so none is left out.
    if connection.execute(_PASS, bounds).rowcount:
        connection.execute(sa.text(_ADD[dialect]), bounds)


def since(
    connection: sa.Connection, run: int, above: int
) -> Mapping[int, Change]:
    """What has happened to the steps of a run after this transition."""
    rows = connection.execute(_TAIL, {'run': run, 'above': above})
    return {
        row.task_no: Change(
            int(row.completed),
            int(row.failed),
            row.started_at,
            row.completed_at,
            row.updated_at,
        )
        for row in rows
    }
