"""Claims: which engine drives a run, by a lease with an epoch."""

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any, Literal

import sqlalchemy as sa

from trailmark.common import exceptions, states
from trailmark.common.states import Asked, RunState
from trailmark.db import (
    clocks,
    counters,
    fences,
    flushes,
    holders,
    records,
    resumption,
    run_events,
    runs,
    tables,
)
from trailmark.db.connection import Database, is_duplicate

Mode = Literal['start', 'resume', 'adopt']
#: In microseconds; a lease that ends later was given by another clock than
#: the database has now.
_LONGEST_LEASE = 2 * 3_600_000_000
#: Whether the process (host, boot id, pid, start) is known to be gone.
IsGone = Callable[[str, str, int, int], bool]
#: A task's name, and a node's or None for all nodes.
Skip = Sequence[tuple[str, str | None]]


@dataclasses.dataclass(frozen=True, slots=True)
class _Wish:
    #: None: an engine is to take it later.
    holder: holders.Holder | None
    lease_seconds: float
    mode: Mode
    skip: Skip
    actor: str | None
    is_gone: IsGone


def claim(
    db: Database,
    run: int,
    holder: holders.Holder,
    lease_seconds: float,
    mode: Mode,
    skip: Skip = (),
    actor: str | None = None,
    is_gone: IsGone = lambda *process: False,
) -> records.Claim:
    """Take a run to drive it, with a new epoch, in one transaction.

    `start` takes a pending run; `resume` one that was stopped, failed,
    cancelled or left, and puts its undone executions back to pending;
    `adopt` one that was left, as it is. Raises NotFound, RunEnded, RunAlive,
    RunSuperseded, RunVoid, ClusterBusy, DatabaseUnavailable.
    """
    return _claim(
        db, run, _Wish(holder, lease_seconds, mode, skip, actor, is_gone)
    )


def reopen(
    db: Database,
    run: int,
    skip: Skip = (),
    actor: str | None = None,
    is_gone: IsGone = lambda *process: False,
) -> None:
    """Resume a run, but leave it pending for any engine.

    Raises what `claim` raises.
    """
    _claim(db, run, _Wish(None, 0.0, 'resume', skip, actor, is_gone))


def _claim(db: Database, run: int, wish: _Wish) -> records.Claim:
    row = None
    try:
        with db.writer() as connection:
            row = runs.locked(connection, run)
            _check(db.dialect, connection, row, wish)
            taken = _take(db.dialect, connection, row, wish)
            if wish.mode == 'resume':
                resumption.reset(
                    connection,
                    run,
                    fences.transition_id(taken.flush_no),
                    wish.skip,
                )
                # Else whoever reads them would add all of it again and again.
                counters.add_in(db.dialect, connection, run)
            return taken
    except exceptions.DatabaseUnavailable as error:
        if row is not None and is_duplicate(error):
            raise runs.busy(db, row.cluster_id) from error
        raise


def _check(
    dialect: str, connection: sa.Connection, row: sa.Row[Any], wish: _Wish
) -> None:
    """Refuse what may not be taken. Guard: claim-lease."""
    action = wish.mode
    active = row.state in states.ACTIVE_RUN_STATES
    if active and not _is_over(dialect, connection, row, wish.is_gone):
        raise exceptions.RunAlive(run=row.id, pid=row.pid, host=row.host)
    if action == 'start' and row.state != RunState.PENDING:
        raise exceptions.RunEnded(run=row.id, state=row.state, action=action)
    if action == 'adopt' and not active:
        raise exceptions.RunEnded(run=row.id, state=row.state, action=action)
    if action != 'resume':
        return
    if not active and row.state not in states.RESUMABLE_RUN_STATES:
        raise exceptions.RunEnded(run=row.id, state=row.state, action=action)
    _check_counts(connection, row)


def _check_counts(connection: sa.Connection, row: sa.Row[Any]) -> None:
    """Refuse a run that is not the last thing that became of its cluster.

    Guard: superseded.
    """
    later = runs.later_run(connection, row.cluster_id, row.id)
    void = runs.reset_run(connection, row.cluster_id) >= row.id
    if later is None and not void:
        return
    cluster = connection.execute(
        sa.select(tables.clusters.c.name).where(
            tables.clusters.c.id == row.cluster_id
        )
    ).scalar()
    if later is None:
        raise exceptions.RunVoid(run=row.id, cluster=cluster)
    raise exceptions.RunSuperseded(run=row.id, cluster=cluster, later=later)


def _is_over(
    dialect: str, connection: sa.Connection, row: sa.Row[Any], gone: IsGone
) -> bool:
    """Whether nobody holds the run: its lease ran out, or its process.

    Guard: database-clock.
    """
    if row.lease_until is None:
        return True
    left = row.lease_until - clocks.read(connection)
    if not 0 < left <= _LONGEST_LEASE:
        return True
    return row.host is not None and gone(
        row.host, row.boot_id, row.pid, row.process_started
    )


def _path(mode: Mode, old: RunState) -> tuple[RunState, ...]:
    """The legal states that a run passes through when it is taken."""
    if mode == 'adopt' and old != RunState.PENDING:
        return ()
    path: tuple[RunState, ...] = (RunState.PENDING, RunState.RUNNING)
    if old == RunState.RUNNING:
        return ()
    if old == RunState.PENDING:
        return path[1:]
    if old == RunState.STOPPING:
        return (RunState.STOPPED, *path)
    return path


def _path_to_pending(old: RunState) -> tuple[RunState, ...]:
    """The same for a run that waits for an engine then."""
    whole = (RunState.STOPPING, RunState.STOPPED, RunState.PENDING)
    if old == RunState.PENDING:
        return ()
    if old == RunState.RUNNING:
        return whole
    if old == RunState.STOPPING:
        return whole[1:]
    return whole[2:]


def _take(
    dialect: str, connection: sa.Connection, row: sa.Row[Any], wish: _Wish
) -> records.Claim:
    state, held = RunState(row.state), wish.holder is not None
    path = _path(wish.mode, state) if held else _path_to_pending(state)
    for new in path:
        states.check_run(state, new)
        state = new
    values: dict[str, Any] = {
        'state': state,
        'epoch': row.epoch + 1,
        'flush_no': row.flush_no + 1,
        'holds_cluster': row.cluster_id,
        'lease_until': _lease(dialect, wish) if held else None,
        'started_at': row.started_at
        or (clocks.read(connection) if held else None),
        'ended_at': None,
        'counts': None,
        **holders.values(wish.holder),
    }
    if wish.mode == 'resume':
        # Guard: clear-asked.
        values |= {'asked': Asked.NONE, 'message': None}
    t = tables.runs.c
    taken = connection.execute(
        tables.runs.update()
        .where(t.id == row.id, t.epoch == row.epoch, t.state == row.state)
        .values(values)
    )
    if taken.rowcount != 1:
        raise exceptions.RunAlive(run=row.id, pid=row.pid, host=row.host)
    run_events.note(
        connection, row.id, wish.mode, wish.actor, _told(row.state, wish)
    )
    if wish.skip:
        skipped = _skipped(wish)
        run_events.note(connection, row.id, 'skip', wish.actor, skipped)
    return records.Claim(
        *(row.id, row.epoch + 1, row.flush_no + 1),
        *(wish.lease_seconds, state),
    )


def _lease(dialect: str, wish: _Wish) -> sa.ColumnElement[Any]:
    return sa.literal_column(
        f'{clocks.now(dialect)} + {int(wish.lease_seconds * 1_000_000)}'
    )


def _told(old: str, wish: _Wish) -> str:
    if wish.holder is None:
        return f'from {old}'
    return f'from {old} by process {wish.holder.pid} on {wish.holder.host}'


def _skipped(wish: _Wish) -> str:
    """Names of what is skipped."""
    return ', '.join(
        f'{task}@{node}' if node else task for task, node in wish.skip
    )


def renew(db: Database, held: records.Claim) -> records.Claim:
    """Lengthen the lease; return the claim after it.

    Raises LeaseLost, DatabaseUnavailable.
    """
    return flushes.flush(db, held, records.Batch())


def release(db: Database, held: records.Claim) -> None:
    """Give the run up as it is: another engine may adopt it at once.

    Raises LeaseLost, DatabaseUnavailable.
    """
    with db.writer() as connection:
        if fences.pass_fence(db, connection, held):
            connection.execute(
                tables.runs.update()
                .where(tables.runs.c.id == held.run)
                .values(lease_until=None, **holders.values(None))
            )
            run_events.note(connection, held.run, 'released')


def waiting(db: Database, is_gone: IsGone) -> list[tuple[int, Mode]]:
    """Runs that any engine may take, the oldest first, and how.

    Those are new or reopened, or nobody holds them any more.
    """
    t = tables.runs.c
    with db.reader() as connection:
        rows = connection.execute(
            sa.select(tables.runs)
            .where(t.holds_cluster.is_not(None))
            .order_by(t.id)
        ).all()
        return [
            (row.id, 'start' if row.state == RunState.PENDING else 'adopt')
            for row in rows
            if _is_over(db.dialect, connection, row, is_gone)
        ]
