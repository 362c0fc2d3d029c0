"""Events of steps: how attempts on nodes ended (seed 001).

Those of a step that has ended well are not asked for: they are as many as
its nodes, and tell nothing. They stay in the history.
"""

import itertools
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from trailmark.common.states import ExecutionState
from trailmark.db import step_records, tables
from trailmark.db.connection import Database

_H, _F, _N = tables.tasks_history.c, tables.faults.c, tables.run_nodes.c
#: States in which an execution has an event.
_TOLD = (ExecutionState.READY, *step_records.BAD)
#: Executions that are looked up for one answer.
_LOOKED_UP = 3000
_Steps = Mapping[int, step_records.Step]
#: What is known of the nodes of a run, by their numbers.
_Nodes = Mapping[int, Any]


def of_steps(
    db: Database, found: Iterable[step_records.Step], limit: int
) -> list[step_records.Event]:
    """Events of steps of runs, the oldest first.

    Failed attempts of all of them, the newest `limit`; the others of the
    steps that failed or moved last, of as many steps as have about so many.
    Raises DatabaseUnavailable.
    """
    asked = [step for step in found if step.graph is not None]
    whole = set(_whole(asked, limit))
    asked.sort(key=lambda step: step.run)
    events: list[step_records.Event] = []
    with db.reader() as connection:
        for run, group in itertools.groupby(asked, lambda step: step.run):
            steps = {step.number: step for step in group}
            listed = [n for n, step in steps.items() if step.id in whole]
            events += _of_run(connection, run, steps, listed, limit)
    return sorted(events, key=lambda event: (event.at, event.id))


def _whole(steps: Sequence[step_records.Step], limit: int) -> Iterator[int]:
    """Ids of the steps whose events are all told."""
    ended = looked_up = 0
    for step in sorted(
        steps, key=lambda step: (not step.failed, -(step.updated_at or 0))
    ):
        ended += step.completed + step.failed
        looked_up += step.total
        if looked_up > step.total and (
            ended > limit or looked_up > _LOOKED_UP
        ):
            return
        yield step.id


def _of_run(
    connection: sa.Connection,
    run: int,
    steps: _Steps,
    whole: Collection[int],
    limit: int,
) -> Iterator[step_records.Event]:
    nodes = {
        row.node_no: row
        for row in connection.execute(
            sa.select(_N.node_no, _N.node_id, _N.name, _N.node_group).where(
                _N.run_id == run
            )
        )
    }
    known = set()
    for row in connection.execute(_faults(run, steps, limit)):
        known.add((row.node_no, row.task_no, row.attempt))
        yield _event(steps, nodes, row, ExecutionState.ERROR)
    by_graph = itertools.groupby(
        sorted(whole, key=lambda number: steps[number].graph or 0),
        lambda number: steps[number].graph or 0,
    )
    for graph, numbers in by_graph:
        ended = _ended(run, graph, nodes, list(numbers))
        for row in connection.execute(ended):
            state = ExecutionState(row.state)
            is_told = (row.node_no, row.task_no, row.attempt) in known
            if state == ExecutionState.READY or not is_told:
                yield _event(steps, nodes, row, state)


def _event(
    steps: _Steps, nodes: _Nodes, row: Any, state: ExecutionState
) -> step_records.Event:
    node = nodes[row.node_no]
    return step_records.Event(
        step=steps[row.task_no],
        node_no=row.node_no,
        attempt=row.attempt,
        node_id=node.node_id,
        node=node.name,
        node_group=node.node_group,
        state=state,
        at=row.at,
        kind=row.kind,
        message=row.message,
        traceback=row.traceback,
    )


def _faults(run: int, steps: Collection[int], limit: int) -> sa.Select[Any]:
    return (
        sa.select(tables.faults)
        .where(_F.run_id == run, _F.task_no.in_(steps))
        .order_by(_F.at.desc())
        .limit(limit)
    )


def _ended(
    run: int, graph: int, nodes: Collection[int], numbers: Sequence[int]
) -> sa.Select[Any]:
    """Executions that have ended, looked up by their whole keys.

    A run has tens of thousands, of which a step has as many as nodes.
    """
    nothing = sa.null()
    return sa.select(
        *(_H.node_no, _H.task_no, _H.attempt, _H.state, _H.message),
        _H.ended_at.label('at'),
        nothing.label('kind'),
        nothing.label('traceback'),
    ).where(
        _H.run_id == run,
        _H.graph_no == graph,
        _H.node_no.in_(nodes),
        _H.task_no.in_(numbers),
        _H.state.in_(_TOLD),
    )
