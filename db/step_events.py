"""Events of steps: how attempts on nodes ended (seed 001).

Those of a step that has ended well are not asked for: they are as many as
its nodes, and tell nothing. They stay in the history.
"""

import itertools
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from trailmark.common.states import ExecutionState
from trailmark.db import step_counts, step_records, tables
from trailmark.db.connection import Database

_H, _F, _N = tables.tasks_history.c, tables.faults.c, tables.run_nodes.c
#: States in which an execution has an event.
_TOLD = (ExecutionState.READY, *step_counts.BAD)
_Steps = dict[int, step_records.Step]


def of_steps(
    db: Database, found: Iterable[step_records.Step], limit: int
) -> list[step_records.Event]:
    """Events of steps of runs, the oldest first.

    Of more than `limit`, first what failed and then the newest count.
    Raises DatabaseUnavailable.
    """
    asked = [step for step in found if step.graph is not None]
    asked.sort(key=lambda step: step.run)
    events: list[step_records.Event] = []
    with db.reader() as connection:
        for run, group in itertools.groupby(asked, lambda step: step.run):
            steps = {step.number: step for step in group}
            events += _of_run(connection, run, steps, limit)
    events.sort(key=lambda event: (_is_good(event), -event.at))
    return sorted(events[:limit], key=lambda event: (event.at, event.id))


def _is_good(event: step_records.Event) -> bool:
    return event.state == ExecutionState.READY


def _of_run(
    connection: sa.Connection, run: int, steps: _Steps, limit: int
) -> Iterator[step_records.Event]:
    known = set()
    for row in connection.execute(_faults(run, steps, limit)):
        known.add((row.node_no, row.task_no, row.attempt))
        yield _event(steps, row, ExecutionState.ERROR)
    for row in connection.execute(_ended(connection, run, steps, limit)):
        state = ExecutionState(row.state)
        is_told = (row.node_no, row.task_no, row.attempt) in known
        if state == ExecutionState.READY or not is_told:
            yield _event(steps, row, state)


def _event(
    steps: _Steps, row: Any, state: ExecutionState
) -> step_records.Event:
    return step_records.Event(
        step=steps[row.task_no],
        node_no=row.node_no,
        attempt=row.attempt,
        node_id=row.node_id,
        node=row.name,
        node_group=row.node_group,
        state=state,
        at=row.at,
        kind=row.kind,
        message=row.message,
        traceback=row.traceback,
    )


def _faults(run: int, steps: _Steps, limit: int) -> sa.Select[Any]:
    return (
        sa.select(tables.faults, _N.node_id, _N.name, _N.node_group)
        .join_from(
            tables.faults,
            tables.run_nodes,
            sa.and_(_N.run_id == _F.run_id, _N.node_no == _F.node_no),
        )
        .where(_F.run_id == run, _F.task_no.in_(steps))
        .order_by(_F.at.desc())
        .limit(limit)
    )


def _ended(
    connection: sa.Connection, run: int, steps: _Steps, limit: int
) -> sa.Select[Any]:
    """Executions that have ended, looked up by their whole keys.

    A run has tens of thousands, of which a step has as many as nodes.
    """
    nodes: Sequence[int] = (
        connection.execute(
            sa.select(_N.node_no).where(_N.run_id == run).order_by(_N.node_no)
        )
        .scalars()
        .all()
    )
    nothing = sa.null()
    is_good = sa.case((_H.state == ExecutionState.READY, 1), else_=0)
    return (
        sa.select(
            *(_H.node_no, _H.task_no, _H.attempt, _H.state, _H.message),
            *(_N.node_id, _N.name, _N.node_group, _H.ended_at.label('at')),
            nothing.label('kind'),
            nothing.label('traceback'),
        )
        .join_from(
            tables.tasks_history,
            tables.run_nodes,
            sa.and_(_N.run_id == _H.run_id, _N.node_no == _H.node_no),
        )
        .where(
            _H.run_id == run,
            _H.graph_no.in_({step.graph for step in steps.values()}),
            _H.node_no.in_(nodes),
            _H.task_no.in_(steps),
            _H.state.in_(_TOLD),
        )
        .order_by(is_good, _H.ended_at.desc())
        .limit(limit)
    )
