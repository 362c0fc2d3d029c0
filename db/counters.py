"""Counters of executions by state, of each task and each node of a run.

They are taken from transitions, a few at a time: an engine has them stored
now and then, and at the end of its run; who reads them adds what has happened
since. So a transition costs nothing more, and nobody counts the executions
of a run.
"""

import collections
import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any, Literal

import sqlalchemy as sa

from trailmark.common import states
from trailmark.common.states import ExecutionState
from trailmark.db import tables
from trailmark.db.connection import Database

#: What is counted for each of its numbers, and `run_id` for the run alone.
By = Literal['task_no', 'node_no', 'run_id']
#: State -> executions; those that are none may be left out.
Counts = Mapping[str, int]

#: Executions that moved alike, with when the first and the last of them did.
_SINCE = (
    'SELECT {by} AS number, old_state, new_state, COUNT(*) AS moved,'
    ' MIN(at) AS first_at, MAX(at) AS last_at FROM task_transitions'
    ' WHERE run_id = :run AND id > :above{to}'
    ' GROUP BY {by}, old_state, new_state'
)
_TAIL = {
    by: sa.text(_SINCE.format(by=by, to=''))
    for by in ('task_no', 'node_no', 'run_id')
}
_ENDED = ', '.join(f"'{state}'" for state in sorted(states.FINISHED_STATES))
_COUNTS = {
    state.value: (
        f"SUM(CASE '{state}' WHEN m.new_state THEN m.moved"
        ' WHEN m.old_state THEN -m.moved ELSE 0 END)'
    )
    for state in ExecutionState
}
_TIMES = {
    'started_at': "MIN(CASE m.new_state WHEN 'running' THEN m.first_at END)",
    'completed_at': (
        f'MAX(CASE WHEN m.new_state IN ({_ENDED}) THEN m.last_at END)'
    ),
    'updated_at': 'MAX(m.last_at)',
}
_NEW_TIMES = {
    'started_at': 'COALESCE(t.started_at, d.started_at)',
    'completed_at': 'COALESCE(d.completed_at, t.completed_at)',
    'updated_at': 'd.updated_at',
}


def _add(table: str, by: By, times: Mapping[str, str]) -> dict[str, Any]:
    """By dialect: the statement that adds what happened to a table."""
    found = {**_COUNTS, **{name: _TIMES[name] for name in times}}
    values = ', '.join(f'{value} AS {name}' for name, value in found.items())
    moved = _SINCE.format(by=by, to=' AND id <= :to')
    new = f'(SELECT m.number, {values} FROM ({moved}) m GROUP BY m.number) d'
    sets = {name: f't.{name} + d.{name}' for name in _COUNTS} | dict(times)
    where = f't.run_id = :run AND t.{by} = d.number'
    plain = ', '.join(f'{name} = {value}' for name, value in sets.items())
    named = ', '.join(f't.{name} = {value}' for name, value in sets.items())
    text = f'UPDATE {table} AS t SET {plain} FROM {new} WHERE {where}'
    other = sa.text(text)
    joined = sa.text(f'UPDATE {table} t JOIN {new} ON {where} SET {named}')
    return {'postgresql': other, 'sqlite': other, 'mysql': joined}


_ADDS = (
    _add('run_tasks', 'task_no', _NEW_TIMES),
    _add('run_nodes', 'node_no', {}),
)
_STANDING = sa.text(
    'SELECT counted_to, (SELECT MAX(id) FROM task_transitions'
    ' WHERE run_id = :run) FROM runs WHERE id = :run'
)
_PASS = sa.text(
    'UPDATE runs SET counted_to = :to WHERE id = :run AND counted_to = :above'
)


@dataclasses.dataclass(slots=True)
class Change:
    """What is to be added to counters, and to the times of a task."""

    counts: collections.Counter[str]
    started_at: int | None = None
    completed_at: int | None = None
    updated_at: int | None = None

    def add(self, row: Any) -> None:
        """Take in executions that moved alike."""
        self.counts[row.new_state] += row.moved
        self.counts[row.old_state] -= row.moved
        self.updated_at = max(self.updated_at or 0, row.last_at)
        if row.new_state == ExecutionState.RUNNING:
            self.started_at = min(
                self.started_at or row.first_at, row.first_at
            )
        if row.new_state in states.FINISHED_STATES:
            self.completed_at = max(self.completed_at or 0, row.last_at)


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
        for statements in _ADDS:
            connection.execute(statements[dialect], bounds)


def columns(table: sa.Table) -> Iterator[sa.ColumnElement[int]]:
    """The counters of a table."""
    return (table.c[name] for name in _COUNTS)


def stored(row: Any) -> dict[str, int]:
    """What a row with the counters has of them."""
    return {name: int(getattr(row, name)) for name in _COUNTS}


def since(
    connection: sa.Connection, run: int, above: int, by: By = 'task_no'
) -> Mapping[int, Change]:
    """What has happened in a run after this transition, by its numbers."""
    found: dict[int, Change] = {}
    for row in connection.execute(_TAIL[by], {'run': run, 'above': above}):
        if row.number not in found:
            found[row.number] = Change(collections.Counter())
        found[row.number].add(row)
    return found


def now(row: Any, change: Change | None) -> dict[str, int]:
    """Counts that are not 0: those stored in a row, and what came since."""
    counts = stored(row)
    if change is not None:
        for state, number in change.counts.items():
            counts[state] += number
    return {state: number for state, number in counts.items() if number}


def of_runs(
    connection: sa.Connection, runs: list[int]
) -> Iterator[tuple[int, dict[str, int]]]:
    """Runs with their executions by state."""
    r, t = tables.runs.c, tables.run_tasks
    # Counters, and up to where they count, as of one moment.
    sums = (sa.func.sum(each).label(each.key) for each in columns(t))
    rows = connection.execute(
        sa.select(r.id, r.counted_to, *sums)
        .join(t, t.c.run_id == r.id)
        .where(r.id.in_(runs))
        .group_by(r.id, r.counted_to)
    ).all()
    for row in rows:
        changes = since(connection, row.id, row.counted_to, 'run_id')
        yield row.id, now(row, changes.get(row.id))
