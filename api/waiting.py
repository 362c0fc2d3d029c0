"""Why what is pending in a run waits, for people who wonder."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol, runtime_checkable

from trailmark.api import agents, calls
from trailmark.common import clock, exceptions, states
from trailmark.common.states import ExecutionState
from trailmark.db import clocks, records, snapshots, tasks_history
from trailmark.flows import plan, planning, snapshot

#: Reasons in one answer.
_MOST_SHOWN = 50
#: Executions up to which a plan is made again to look for reasons.
_MOST_PLANNED = 5000


@runtime_checkable
class Explaining(Protocol):
    """An engine that can say why pending executions of a run wait."""

    def reasons(self, run: int) -> Mapping[str, str]:
        """By name; empty if this process doesn't drive the run."""


def reasons(
    call: calls.Call, run: records.Run, interrupted: bool
) -> dict[str, str]:
    """By name of a pending execution why it waits, at most 50 of them.

    The name `run` stands for what holds up every one of them.
    """
    if not run.counts.get(ExecutionState.PENDING):
        return {}
    held = _held_up(call, run, interrupted)
    if held is not None:
        return {'run': held}
    engine = call.context.engine
    said = engine.reasons(run.id) if isinstance(engine, Explaining) else {}
    if not said and sum(run.counts.values()) <= _MOST_PLANNED:
        said = _from_tables(call, run)
    return dict(list(said.items())[:_MOST_SHOWN])


def _held_up(
    call: calls.Call, run: records.Run, interrupted: bool
) -> str | None:
    if interrupted and call.context.engine.holder() is None:
        return 'its engine is gone: another one takes it over'
    if interrupted:
        return 'no process drives this run: resume it'
    if run.state in states.RESUMABLE_RUN_STATES:
        return f'the run is {run.state}: resume it'
    if run.asked != states.Asked.NONE:
        return f'a {run.asked} was asked for: nothing new is started'
    if run.state == states.RunState.PENDING:
        return 'no engine has taken this run yet'
    return None


def _from_tables(call: calls.Call, run: records.Run) -> Mapping[str, str]:
    taken = snapshot.from_json(snapshots.get(call.db, run.snapshot_digest))
    try:
        planned = planning.plan(taken, call.context.catalog)
    except exceptions.InvalidInput as error:
        return {each.task or '': each.message for each in error.problems}
    return explain(
        planned,
        tasks_history.restore(call.db, run.id),
        agents.unserved(call, planned),
        clocks.moment(call.db),
    )


def explain(
    planned: plan.Plan,
    rows: Mapping[records.Key, records.StoredExecution],
    unserved: Mapping[int, str] | None = None,
    now: int = 0,
) -> dict[str, str]:
    """Reasons from a plan and the rows of its run; those next in line first.

    `unserved` names by number of node the one that no agent serves; `now`
    is by the database's clock.
    Pure; what is in no row (a barrier) has ended if all before it has.
    """
    known = [_row(vertex, rows) for vertex in planned.vertices]
    before: list[list[int]] = [[] for _ in planned.vertices]
    open_now: list[bool] = []
    busy = _busy(planned.vertices, known)
    for number, numbers in enumerate(planned.after):
        for after in numbers:
            before[after].append(number)
    waits: list[tuple[int, str, str]] = []
    for number, vertex in enumerate(planned.vertices):
        row = known[number]
        earlier = [each for each in before[number] if open_now[each]]
        open_now.append(
            bool(earlier)
            if row is None
            else row.state not in states.FINISHED_STATES
        )
        if row is not None and row.state == ExecutionState.PENDING:
            offline = unserved.get(vertex.node) if unserved else None
            why = _why(planned, vertex, row, earlier, busy, offline, now)
            waits.append((len(earlier), vertex.name, why))
    return {name: why for _count, name, why in sorted(waits)}


def _why(
    planned: plan.Plan,
    vertex: plan.Vertex,
    row: records.StoredExecution,
    earlier: Sequence[int],
    busy: Mapping[int, str],
    offline: str | None,
    now: int,
) -> str:
    if earlier:
        first = planned.vertices[earlier[0]].name
        more = f' and {len(earlier) - 1} more' if len(earlier) > 1 else ''
        return f'waits for {first}{more}'
    if row.not_before is not None and row.not_before > now:
        return f'waits until {clock.iso(row.not_before)} to try again'
    if row.journal is not None:
        return (
            f'nobody knows whether its attempt {row.attempt} has ended: '
            'waits for the agent that had it'
        )
    if vertex.node and vertex.node in busy:
        return f'waits for its node, which runs {busy[vertex.node]}'
    if offline is not None:
        return f'waits for an agent: none serves {offline}'
    return 'waits for a slot, or for its turn'


def _row(
    vertex: plan.Vertex,
    rows: Mapping[records.Key, records.StoredExecution],
) -> records.StoredExecution | None:
    if vertex.task is None:
        return None
    return rows.get((vertex.graph, vertex.node, vertex.task.number))


def _busy(
    vertices: Sequence[plan.Vertex],
    known: Sequence[records.StoredExecution | None],
) -> dict[int, str]:
    def running() -> Iterator[tuple[int, str]]:
        for vertex, row in zip(vertices, known, strict=True):
            if row is not None and row.state == ExecutionState.RUNNING:
                yield vertex.node, vertex.name

    return dict(running())
