"""Task executions: every attempt, fault, summary and checkpoint of one."""

import itertools
from collections.abc import Iterable, Sequence
from typing import Any

from trailmark.api import calls, run_secrets, skips, tasks_history, transitions
from trailmark.common import clock, exceptions, secrets, states
from trailmark.db import (
    checkpoints,
    connection,
    faults,
    records,
    runs,
    summaries,
)
from trailmark.db import tasks_history as db_history
from trailmark.db import transitions as db_transitions

#: How many executions an ambiguous name is answered with.
_MOST_NAMED = 20


def show(call: calls.Call, run: int, name: str) -> calls.Answer:
    """One execution, named TASK@NODE, or TASK where that is only one.

    In a run of several graph types `TYPE:` may stand before it.
    """
    found = runs.get(call.db, run)
    row = _row(call.db, found, name)
    key = (row.graph, row.node_no, row.task_no)
    moves = db_transitions.of_execution(call.db, run, key)
    kept = checkpoints.of_execution(call.db, run, key)
    shown = {
        **tasks_history.shape(row),
        'attempts': _attempts(call.db, run, key, moves),
        'transitions': [transitions.shape(each) for each in moves],
        'checkpoint': kept[-1].body if kept else None,
    }
    hidden = run_secrets.of_run(call, found)
    return calls.Answer({'task': secrets.mask_data(shown, hidden)})


def _row(
    db: connection.Database, run: records.Run, name: str
) -> records.HistoryRow:
    for task, node in skips.split(name):
        rows = db_history.page(
            db,
            run=run.id,
            tasks=(task,),
            nodes=() if node is None else (node,),
            limit=_MOST_NAMED,
        )
        if len(rows) == 1:
            return rows[0]
        if rows:
            raise calls.refused(f'say which: {_names(run, rows)}')
    raise exceptions.NotFound(kind='task execution', name=name)


def _names(run: records.Run, rows: Sequence[records.HistoryRow]) -> str:
    names = []
    for row in rows:
        name = row.task if row.node is None else f'{row.task}@{row.node}'
        several = len(run.graph_types) > 1
        names.append(f'{row.graph_type}:{name}' if several else name)
    return ', '.join(names) + (', ...' if len(rows) == _MOST_NAMED else '')


def _attempts(
    db: connection.Database,
    run: int,
    key: records.Key,
    moves: Iterable[records.TransitionRow],
) -> list[dict[str, Any]]:
    failed = {each.attempt: each for each in faults.of_execution(db, run, key)}
    said = {
        each.attempt: each.body
        for each in summaries.of_execution(db, run, key)
    }
    return [
        {
            'attempt': number,
            **_course(list(of_attempt)),
            'fault': failed[number].kind if number in failed else None,
            'summary': said.get(number),
        }
        for number, of_attempt in itertools.groupby(
            moves, lambda move: move.attempt
        )
        if number > 0
    ]


def _course(moves: list[records.TransitionRow]) -> dict[str, Any]:
    """When an attempt ran, and how it ended."""
    starts = [
        each for each in moves if each.new == states.ExecutionState.RUNNING
    ]
    ends = [
        each for each in moves if each.old == states.ExecutionState.RUNNING
    ]
    last = ends[-1] if ends else moves[-1]
    return {
        'state': str(last.new),
        'time_start': clock.iso(starts[0].at) if starts else None,
        'time_end': clock.iso(ends[-1].at) if ends else None,
        'message': last.message,
    }
