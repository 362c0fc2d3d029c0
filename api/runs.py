"""Runs: what was started, how far it is, and what may be asked of it."""

import contextlib
from collections.abc import Callable
from typing import Any

from trailmark.api import (
    calls,
    changed_tasks,
    named_nodes,
    skips,
    waiting,
)
from trailmark.common import clock, exceptions, process_identity, states
from trailmark.db import (
    claims,
    clusters,
    connection,
    progress,
    records,
    run_filters,
    transitions,
)
from trailmark.db import runs as db_runs


def index(call: calls.Call) -> calls.Answer:
    """Runs that are not hidden, or all of them, the newest first."""
    limit, named = call.limit(), call.text('cluster')
    chosen = run_filters.Filter(
        cluster=None if named is None else clusters.number(call.db, named),
        states=call.texts('status') or (),
        types=call.texts('type') or (),
        nodes=named_nodes.by_name(call, 'node'),
        since=call.moment('since'),
        until=call.moment('until'),
        hidden=call.flag('all'),
    )
    found = db_runs.list_all(call.db, chosen, limit, call.number('marker'))
    following = found[-1].id if len(found) == limit else None
    first: dict[int, int] = {}
    shapes = [shape(call.db, run, first) for run in found]
    return calls.Answer({'runs': shapes, 'next': following})


def show(call: calls.Call, run: int) -> calls.Answer:
    """One run, with the reasons why what is pending waits."""
    # What happens from here on is told by the events after this one.
    last = transitions.last_id(call.db, run)
    found = db_runs.get(call.db, run)
    said = {
        **shape(call.db, found),
        'asked_by': dict(found.request.get('context') or {}),
        'revisions': list(found.graph_revisions),
        'last_transition': last,
        'reasons': waiting.reasons(call, found, is_interrupted(found)),
    }
    return calls.Answer({'run': said})


def hide(call: calls.Call, run: int) -> calls.Answer:
    """Take a finished run out of lists; its history stays."""
    db_runs.hide(call.db, run, call.actor)
    return calls.Answer(status=204)


def stop(call: calls.Call, run: int) -> calls.Answer:
    """Ask for a graceful stop."""
    return _ask(call, run, states.Asked.STOP)


def cancel(call: calls.Call, run: int) -> calls.Answer:
    """Ask that running attempts are ended and the rest given up."""
    return _ask(call, run, states.Asked.CANCEL)


def resume(call: calls.Call, run: int) -> calls.Answer:
    """Go on with a run: what failed, was blocked or never started."""
    body = call.body
    found = db_runs.get(call.db, run)
    skipped = skips.parse(call.db, run, body.get('skip') or ())
    changed = changed_tasks.since(call, found)
    if call.context.engine.holder() is None:
        _reopen(call, run, skipped)
    else:
        _drive_here(call, run, 'resume', skipped)
    now = shape(call.db, db_runs.get(call.db, run))
    return calls.Answer({'run': now, 'changed_tasks': list(changed)}, 202)


def nodes(call: calls.Call, run: int) -> calls.Answer:
    """Counts by state for each node; node null is what has no node."""
    found, following = _progress(call, run, progress.of_nodes)
    shapes = [{'node': name, 'counts': counts} for name, _, counts in found]
    return calls.Answer({'nodes': shapes, 'next': following})


def tasks(call: calls.Call, run: int) -> calls.Answer:
    """Counts by state for each task, on all its nodes."""
    found, following = _progress(call, run, progress.of_tasks)
    shapes = [
        {'task': name, 'graph_type': kind, 'counts': counts}
        for name, kind, counts in found
    ]
    return calls.Answer({'tasks': shapes, 'next': following})


def execute(call: calls.Call, run: int, claim: records.Claim | None) -> None:
    """Have the run driven; its claim is given back if that can't be."""
    try:
        call.context.engine.execute_run(run, claim)
    except Exception:
        if claim is not None:
            claims.release(call.db, claim)
        raise


def shape(
    db: connection.Database,
    run: records.Run,
    first: dict[int, int] | None = None,
) -> dict[str, Any]:
    """A run as JSON data; `first` remembers clusters' first that count."""
    interrupted = is_interrupted(run)
    driven = (
        run.state in states.ACTIVE_RUN_STATES
        and run.pid is not None
        and not interrupted
    )
    return {
        'id': run.id,
        'status': str(run.state),
        'cluster': run.cluster,
        'graph_types': list(run.graph_types),
        'counts': with_total(run.counts),
        'time_start': clock.iso(run.started_at),
        'time_end': clock.iso(run.ended_at),
        'message': run.message,
        'asked': str(run.asked),
        'dry_run': run.dry_run,
        'noop': run.noop,
        'driven_by': {'host': run.host, 'pid': run.pid} if driven else None,
        'interrupted': interrupted,
        'resumable': _is_resumable(db, run, interrupted, first),
    }


def is_interrupted(run: records.Run) -> bool:
    """Whether nobody drives a run that is said to be running."""
    if run.state not in (states.RunState.RUNNING, states.RunState.STOPPING):
        return False
    return run.lease_over or process_identity.is_gone(
        run.host, run.boot_id, run.pid, run.process_started
    )


def with_total(counts: Any) -> dict[str, int]:
    """Counts by state, with their sum."""
    named = {str(state): number for state, number in counts.items()}
    named.pop('total', None)
    return {**named, 'total': sum(named.values())}


def _progress(
    call: calls.Call,
    run: int,
    read: Callable[..., list[records.Progress]],
) -> tuple[list[tuple[str | None, str | None, dict[str, int]]], int | None]:
    """Names, graph types and counts of what has executions; the marker.

    All of it unless there is a limit.
    """
    db_runs.check(call.db, run)
    limit, after = call.page_size(), call.number('marker')
    statuses = call.texts('statuses') or ()
    found = read(call.db, run, after, limit, statuses)
    following = found[-1].number if len(found) == limit else None
    shown = [
        (each.name, each.graph_type, with_total(each.counts))
        for each in found
        if each.counts
    ]
    return shown, following


def _drive_here(
    call: calls.Call, run: int, mode: claims.Mode, skip: claims.Skip = ()
) -> None:
    holder = call.context.engine.holder()
    if holder is None:
        raise exceptions.ServiceUnavailable(reason='there is no engine here')
    claim = claims.claim(
        call.db,
        run,
        holder,
        call.context.lease_seconds,
        mode=mode,
        skip=skip,
        actor=call.actor,
        is_gone=process_identity.is_gone,
    )
    execute(call, run, claim)


def _reopen(call: calls.Call, run: int, skip: claims.Skip) -> None:
    """Resume for whichever engine takes it."""
    claims.reopen(
        call.db, run, skip, call.actor, is_gone=process_identity.is_gone
    )
    execute(call, run, None)


def _ask(call: calls.Call, run: int, asked: states.Asked) -> calls.Answer:
    """What nobody drives is adopted here, or nobody would ever obey."""
    found = db_runs.ask(call.db, run, asked, call.actor)
    call.context.engine.look_at_run(run)
    # Where engines are services, one of them adopts the run and obeys.
    if is_interrupted(found) and call.context.engine.holder() is not None:
        with contextlib.suppress(exceptions.RunAlive):
            _drive_here(call, run, 'adopt')
    return calls.Answer({'run': shape(call.db, found)}, 202)


def _is_resumable(
    db: connection.Database,
    run: records.Run,
    interrupted: bool,
    first: dict[int, int] | None,
) -> bool:
    if run.state not in states.RESUMABLE_RUN_STATES and not interrupted:
        return False
    known = {} if first is None else first
    if run.cluster_id not in known:
        known[run.cluster_id] = db_runs.first_that_counts(db, run.cluster_id)
    return run.id >= known[run.cluster_id]
