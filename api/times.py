"""Where the time of a run went, from what its history says."""

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from trailmark.api import calls, runs
from trailmark.common import clock
from trailmark.common.states import FINISHED_STATES, ExecutionState
from trailmark.db import records, run_events, snapshots
from trailmark.db import runs as db_runs
from trailmark.db import times as db_times
from trailmark.flows import planning, snapshot, times

_LEFT = frozenset(('ended', 'released'))
_TAKEN = frozenset(('start', 'adopt', 'resume'))

Moves = Sequence[tuple[ExecutionState, int]]


def show(call: calls.Call, run: int) -> calls.Answer:
    """Long tasks, waits, retries and the critical path of a run so far.

    Raises NotFound, and InvalidInput when its graphs can't be planned here.
    """
    found = db_runs.get(call.db, run)
    taken = snapshot.from_json(snapshots.get(call.db, found.snapshot_digest))
    planned = planning.plan(taken, call.context.catalog)
    once = db_times.attempted_once(call.db, run)
    others = db_times.moves_of_others(call.db, run)
    moments = [*_moments(once.values(), others.values())]
    until = _until(found, moments)
    pauses = tuple(pauses_of(run_events.list_of(call.db, run), moments))
    span = times.Span(found.started_at or until, until, pauses)
    executed = {
        key: _executed_once(*start_and_end, until)
        for key, start_and_end in once.items()
    }
    for key, moves in others.items():
        told = executed_of(moves, until)
        if told is not None:
            executed[key] = told
    return calls.Answer(
        {'times': shape(span, times.account(planned, executed, span))}
    )


def executed_of(moves: Moves, until: int) -> times.Executed | None:
    """What the moves of an execution add up to; None if it never ran."""
    spans: list[tuple[int, int]] = []
    for (state, at), (_next, then) in itertools.pairwise(
        (*moves, (ExecutionState.PENDING, until))
    ):
        if state == ExecutionState.RUNNING:
            spans.append((at, max(at, then)))
    if not spans:
        return None
    state, at = moves[-1]
    is_last = state == ExecutionState.RUNNING or (
        state in FINISHED_STATES and at == spans[-1][1]
    )
    lasted = [end - start for start, end in spans]
    earlier = lasted[:-1] if is_last else lasted
    return times.Executed(
        spans[0][0], spans[-1][1], sum(lasted), sum(earlier), len(earlier)
    )


def pauses_of(
    events: Iterable[records.RunEvent], moments: Sequence[int]
) -> Iterator[tuple[int, int]]:
    """When nobody drove a run: from its end, or a death, until it was taken.

    A process that died wrote no event: its last trace is in `moments`.
    """
    left: int | None = None
    for event in events:
        if event.event in _LEFT:
            left = event.at
        elif event.event in _TAKEN:
            traces = (at for at in moments if at <= event.at)
            since = left if left is not None else max(traces, default=None)
            if since is not None:
                yield since, event.at
            left = None


def shape(span: times.Span, told: times.Account) -> dict[str, Any]:
    """An account as JSON data, in seconds."""
    lasted = sum(step.lasted for step in told.path)
    gaps = sum(step.gap for step in told.path)
    return {
        'elapsed': _seconds(span.between(span.began, span.until)),
        'paused': _seconds(span.paused),
        'longest_tasks': [
            {
                'task': task.name,
                'nodes': task.nodes,
                'total': _seconds(task.total),
                'longest': _seconds(task.longest),
                'longest_execution': task.longest_name,
            }
            for task in told.tasks
        ],
        'waiting': {
            'total': _seconds(told.waiting.total),
            'longest': _seconds(told.waiting.longest),
            'execution': told.waiting.name,
            'behind': told.waiting.behind,
        },
        'retries': {
            'total': _seconds(told.retries.total),
            'attempts': told.retries.attempts,
            'executions': told.retries.executions,
            'longest': _seconds(told.retries.longest),
            'execution': told.retries.name,
        },
        'critical_path': {
            'running': _seconds(lasted),
            'gaps': _seconds(gaps),
            'steps': [_step(step) for step in told.path],
        },
    }


def _step(step: times.Step) -> Mapping[str, Any]:
    return {
        'execution': step.name,
        'seconds': _seconds(step.lasted),
        'gap': _seconds(step.gap),
        'after': step.after,
    }


def _seconds(microseconds: int) -> float:
    return round(microseconds / 1_000_000, 3)


def _executed_once(
    started: int, ended: int | None, until: int
) -> times.Executed:
    end = max(started, until if ended is None else ended)
    return times.Executed(started, end, end - started)


def _moments(
    once: Iterable[tuple[int, int | None]], others: Iterable[Moves]
) -> Iterator[int]:
    for start_and_end in once:
        yield from (at for at in start_and_end if at is not None)
    for moves in others:
        yield from (at for _state, at in moves)


def _until(run: records.Run, moments: Sequence[int]) -> int:
    """The run's end, else now; its last trace if nobody drives it."""
    if run.ended_at is not None:
        return run.ended_at
    now = clock.now()
    return max(moments, default=now) if runs.is_interrupted(run) else now
