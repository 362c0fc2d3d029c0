"""What a flush writes: rows of a batch, one statement for each table."""

import functools
import json
from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from trailmark.common import exceptions
from trailmark.db import bulk, fences, records

_KEY = {'graph_no': 'number', 'node_no': 'number', 'task_no': 'number'}
_CHANGE = {
    **_KEY,
    'base': 'name',
    'state': 'name',
    'attempt': 'number',
    'retries_left': 'number',
    'interruptions': 'number',
    'deadline_at': 'big',
    'journal': 'name',
    'not_before': 'big',
    'started_at': 'big',
    'ended_at': 'big',
    'message': 'text',
}
_TRANSITION = {
    'id': 'big',
    **_KEY,
    'old_state': 'name',
    'new_state': 'name',
    'attempt': 'number',
    'at': 'big',
    'message': 'text',
}
_ATTEMPT = {**_KEY, 'attempt': 'number'}
_SUMMARY = {**_ATTEMPT, 'body': 'text'}
_FAULT = {
    **_ATTEMPT,
    'kind': 'name',
    'message': 'text',
    'at': 'big',
    'traceback': 'text',
}
_CHECKPOINT = {**_ATTEMPT, 'body': 'text', 'at': 'big'}


def _update(dialect: str) -> str:
    changed = [name for name in _CHANGE if name not in (*_KEY, 'base')]
    if dialect == 'sqlite':
        # Numbered: each row is (run, *the columns of a change).
        at = {name: f'?{place + 2}' for place, name in enumerate(_CHANGE)}
        return (
            'UPDATE tasks_history SET '
            + ', '.join(f'{name} = {at[name]}' for name in changed)
            + ' WHERE run_id = ?1 AND '
            + ' AND '.join(f'{name} = {at[name]}' for name in _KEY)
            + f' AND state = {at["base"]}'
        )
    rows = bulk.source(dialect, _CHANGE)
    which = (
        'h.run_id = :run AND '
        + ' AND '.join(f'h.{name} = d.{name}' for name in _KEY)
        + ' AND h.state = d.base'
    )
    if dialect == 'postgresql':
        values = ', '.join(f'{name} = d.{name}' for name in changed)
        return f'UPDATE tasks_history h SET {values} FROM {rows} WHERE {which}'
    values = ', '.join(f'h.{name} = d.{name}' for name in changed)
    return (
        f'UPDATE {rows} STRAIGHT_JOIN tasks_history h ON {which} SET {values}'
    )


@functools.cache
def _statements(dialect: str) -> Mapping[str, bulk.Statement]:
    texts = {
        'changes': _update(dialect),
        'transitions': bulk.insert(dialect, 'task_transitions', _TRANSITION),
        'summaries': bulk.insert(dialect, 'task_summaries', _SUMMARY, 4),
        'faults': bulk.insert(dialect, 'faults', _FAULT, 4),
        'checkpoints': bulk.insert(dialect, 'checkpoints', _CHECKPOINT, 4),
    }
    return {
        name: bulk.Statement(dialect, text) for name, text in texts.items()
    }


def write(
    dialect: str,
    connection: sa.Connection,
    claim: records.Claim,
    batch: records.Batch,
) -> None:
    """Write the rows of a batch. Raises HistoryConflict."""
    run, statements = claim.run, _statements(dialect)
    if batch.changes:
        changes = _change_rows(batch.changes)
        changed = statements['changes'].run(connection, run, changes)
        if changed != len(changes):
            raise exceptions.HistoryConflict(
                run=run, changed=changed, expected=len(changes)
            )
    above = fences.transition_id(claim.flush_no + 1)
    for name, rows in (
        ('transitions', _transition_rows(batch.transitions, above)),
        ('summaries', _summary_rows(batch.summaries)),
        ('faults', _fault_rows(batch.faults)),
        ('checkpoints', _checkpoint_rows(batch.checkpoints)),
    ):
        if rows:
            statements[name].run(connection, run, rows)


def _change_rows(changes: Sequence[records.RowChange]) -> list[bulk.Row]:
    # Plain strings: SQLite's module takes long to bind members of enums.
    clean = bulk.clean
    return [
        (
            *c.key,
            c.base.value,
            c.state.value,
            c.attempt,
            c.retries_left,
            c.interruptions,
            c.deadline_at,
            c.journal,
            c.not_before,
            c.started_at,
            c.ended_at,
            c.message and clean(c.message),
        )
        for c in changes
    ]


def _transition_rows(
    transitions: Sequence[records.Transition], above: int
) -> list[bulk.Row]:
    clean = bulk.clean
    return [
        (
            at,
            *t.key,
            t.old.value,
            t.new.value,
            t.attempt,
            t.at,
            t.message and clean(t.message),
        )
        for at, t in enumerate(transitions, above + 1)
    ]


# The last of one attempt counts: PostgreSQL replaces a row only once in a
# statement.
def _summary_rows(summaries: Sequence[records.Summary]) -> list[bulk.Row]:
    last = {(*s.key, s.attempt): s for s in summaries}
    return [(*key, json.dumps(s.body)) for key, s in last.items()]


def _fault_rows(faults: Sequence[records.Fault]) -> list[bulk.Row]:
    last = {(*f.key, f.attempt): f for f in faults}
    clean = bulk.clean
    return [
        (*key, f.kind, clean(f.message), f.at, clean(f.traceback))
        for key, f in last.items()
    ]


def _checkpoint_rows(
    checkpoints: Sequence[records.Checkpoint],
) -> list[bulk.Row]:
    last = {(*c.key, c.attempt): c for c in checkpoints}
    return [(*key, bulk.clean(c.body), c.at) for key, c in last.items()]
