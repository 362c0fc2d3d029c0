"""Runs: inserted, read, asked to stop or cancel, hidden."""

import json
import time
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from trailmark.common import clock, exceptions, states
from trailmark.common.states import Asked, ExecutionState, RunState
from trailmark.db import (
    clocks,
    counters,
    counting,
    fences,
    holders,
    moves,
    new_runs,
    records,
    run_events,
    run_filters,
    tables,
)
from trailmark.db.connection import Database, is_duplicate

#: Seconds for which a database is asked what became of an insertion, and
#: between two questions.
_PATIENCE, _PAUSE = 20.0, 0.5


def insert(
    db: Database,
    new: records.NewRun,
    holder: holders.Holder | None,
    lease_seconds: float,
) -> tuple[int, records.Claim | None]:
    """Insert a run with all its rows in one transaction; return its id.

    With a holder it is inserted running and claimed, unless it ends at
    once (a dry run). Raises ClusterBusy, DatabaseUnavailable.
    """
    active = new.state in states.ACTIVE_RUN_STATES and not new.dry_run
    held = holder if active else None
    try:
        with db.writer() as connection:
            run = new_runs.write_run(db.dialect, connection, new, active, held)
            new_runs.write_rows(db.dialect, connection, run, new)
            if held is not None:
                new_runs.write_lease(
                    db.dialect, connection, run, lease_seconds
                )
            asked = new.request.get('context') or {}
            request = asked.get('request_id')
            run_events.note(connection, run, 'inserted', new.actor, request)
    except exceptions.DatabaseUnavailable as error:
        if is_duplicate(error):
            raise busy(db, new.cluster_id) from error
        raise
    if held is None:
        return run, None
    return run, records.Claim(run, 1, 0, lease_seconds)


def insert_once(
    db: Database,
    new: records.NewRun,
    holder: holders.Holder | None,
    lease_seconds: float,
) -> tuple[int, records.Claim | None]:
    """The same, where the answer to the COMMIT may be lost.

    The run is found again by `token` of its request. Raises the same.
    """
    try:
        return insert(db, new, holder, lease_seconds)
    except exceptions.DatabaseConnectionLost as error:
        asked = new.request.get('context') or {}
        name, token = asked.get('request_id'), new.request.get('token')
        number = _look_for(db, name, token)
        if number is None:
            raise error
    found = get(db, number)
    if holder is None or found.state != RunState.RUNNING:
        return number, None
    return number, records.Claim(number, 1, 0, lease_seconds)


def _look_for(
    db: Database, request_id: str | None, token: str | None
) -> int | None:
    """The same, of a run that may be committed only now."""
    until = time.monotonic() + _PATIENCE
    while True:
        time.sleep(_PAUSE)
        try:
            return of_request(db, request_id, token)
        except exceptions.DatabaseConnectionLost:
            if time.monotonic() > until:
                raise


def of_request(
    db: Database, request_id: str | None, token: str | None
) -> int | None:
    """The run that a request has begun. Raises DatabaseUnavailable."""
    t = tables.runs.c
    known = sa.select(t.id, t.request).where(t.request_id == request_id)
    with db.reader() as connection:
        for row in connection.execute(known):
            if token and json.loads(row.request).get('token') == token:
                return int(row.id)
    return None


def busy(db: Database, cluster_id: int) -> exceptions.TrailmarkError:
    """The error that names the run which holds the cluster."""
    t = tables.runs.c
    with db.reader() as connection:
        row = connection.execute(
            sa.select(t.id, tables.clusters.c.name)
            .select_from(
                tables.clusters.outerjoin(
                    tables.runs, t.holds_cluster == tables.clusters.c.id
                )
            )
            .where(tables.clusters.c.id == cluster_id)
        ).first()
    run, cluster = row if row is not None else (None, cluster_id)
    return exceptions.ClusterBusy(run=run or 'of another', cluster=cluster)


def get(db: Database, run: int) -> records.Run:
    """A run with its counts. Raises NotFound, DatabaseUnavailable."""
    with db.reader() as connection:
        found = counting.read(db.dialect, connection, _this(run))
    if not found:
        raise exceptions.NotFound(kind='run', name=run)
    return found[0]


def list_all(
    db: Database,
    chosen: run_filters.Filter = run_filters.EVERY,
    limit: int | None = 100,
    marker: int | None = None,
) -> list[records.Run]:
    """Runs, the newest first; `marker` is an id."""
    t = tables.runs.c
    which = [t.asked != Asked.PURGE, *chosen.conditions()]
    if marker is not None:
        which.append(t.id < marker)
    ids = run_filters.newest(which, chosen.nodes, limit)
    with db.reader() as connection:
        return counting.read(db.dialect, connection, ids)


def numbers(db: Database) -> dict[RunState, int]:
    """How many runs each state has. Raises DatabaseUnavailable."""
    state = tables.runs.c.state
    counted = sa.select(state, sa.func.count()).group_by(state)
    with db.reader() as connection:
        rows = connection.execute(counted)
        return {RunState(name): number for name, number in rows}


def latest_run_of_cluster(
    db: Database, cluster_id: int, noop: bool = True
) -> records.Run | None:
    """The cluster's newest run that was not a dry one, nor before a reset.

    One that is active counts in spite of a reset. Without `noop`, the
    newest that was to change something.
    """
    t = tables.runs.c
    ids = _latest(cluster_id).where(_counts(cluster_id))
    if not noop:
        ids = ids.where(t.noop.is_(False))
    with db.reader() as connection:
        found = counting.read(db.dialect, connection, ids)
    return found[0] if found else None


def changes_of_cluster(
    db: Database, cluster_id: int, limit: int
) -> list[records.Run]:
    """The newest runs that were to change something, since a reset."""
    t = tables.runs.c
    which = (
        *(t.cluster_id == cluster_id, t.asked != Asked.PURGE),
        *(t.dry_run.is_(False), t.noop.is_(False), _counts(cluster_id)),
    )
    ids = sa.select(t.id).where(*which).order_by(t.id.desc()).limit(limit)
    with db.reader() as connection:
        return counting.read(db.dialect, connection, ids)


def _counts(cluster_id: int) -> sa.ColumnElement[bool]:
    """Runs that no reset made void; active ones count in spite of it."""
    t = tables.runs.c
    reset = _reset_run(cluster_id).scalar_subquery()
    return t.state.in_(states.ACTIVE_RUN_STATES) | (t.id > reset)


def first_that_counts(db: Database, cluster_id: int) -> int:
    """No run of a cluster whose id is lower can be resumed."""
    with db.reader() as connection:
        last = int(connection.execute(_latest(cluster_id)).scalar() or 0)
        return max(last, reset_run(connection, cluster_id) + 1)


def reset_run(connection: sa.Connection, cluster_id: int) -> int:
    """The last run that a reset of the cluster made void, else 0."""
    found = connection.execute(_reset_run(cluster_id)).scalar()
    return int(found or 0)


def _reset_run(cluster_id: int) -> sa.Select[Any]:
    c = tables.clusters.c
    return sa.select(sa.func.coalesce(c.reset_run, 0)).where(
        c.id == cluster_id
    )


def check(db: Database, run: int) -> None:
    """Raise NotFound unless there is such a run."""
    asked(db, run)


def asked(db: Database, run: int) -> Asked:
    """What a person wishes of the run. Raises NotFound."""
    with db.reader() as connection:
        wish = connection.execute(_ASKED, {'run': run}).scalar()
    if wish is None:
        raise exceptions.NotFound(kind='run', name=run)
    return Asked(wish)


_ASKED = sa.select(tables.runs.c.asked).where(
    tables.runs.c.id == sa.bindparam('run'), tables.runs.c.asked != 'purge'
)


def standing(db: Database, run: int) -> tuple[RunState, int] | None:
    """State and epoch of a run; None if there is no such run."""
    t = tables.runs.c
    with db.reader() as connection:
        row = connection.execute(
            sa.select(t.state, t.epoch).where(
                t.id == run, t.asked != Asked.PURGE
            )
        ).first()
    return None if row is None else (RunState(row.state), row.epoch)


def locked(connection: sa.Connection, run: int) -> sa.Row[Any]:
    """The row of a run, locked until the transaction ends."""
    row = connection.execute(
        sa.select(tables.runs).where(tables.runs.c.id == run).with_for_update()
    ).first()
    if row is None or row.asked == Asked.PURGE:
        raise exceptions.NotFound(kind='run', name=run)
    return row


def ask(db: Database, run: int, wish: Asked, actor: str | None) -> records.Run:
    """Write down what a person wishes of an active run.

    A run that nobody has claimed yet is cancelled at once; a cancel is not
    weakened to a stop. Raises NotFound, RunEnded, DatabaseUnavailable.
    """
    with db.writer() as connection:
        row = locked(connection, run)
        if row.state not in states.ACTIVE_RUN_STATES:
            raise exceptions.RunEnded(run=run, state=row.state, action=wish)
        if row.asked != Asked.CANCEL:
            connection.execute(
                tables.runs.update()
                .where(tables.runs.c.id == run)
                .values(asked=wish)
            )
        run_events.note(connection, run, wish, actor)
        if wish == Asked.CANCEL and row.state == RunState.PENDING:
            # What ran when it was reopened is for an engine to end.
            counts = counting.of_rows(connection, run)
            if not counts.get(ExecutionState.RUNNING):
                _cancel_unclaimed(connection, row)
                counters.add_in(db.dialect, connection, run)
    return get(db, run)


def _cancel_unclaimed(connection: sa.Connection, row: sa.Row[Any]) -> None:
    flush_no = row.flush_no + 1
    moves.move(
        connection,
        row.id,
        fences.transition_id(flush_no),
        "h.state = 'pending'",
        ExecutionState.CANCELLED,
        'cancel',
    )
    t = tables.runs.c
    connection.execute(
        tables.runs.update()
        .where(t.id == row.id, t.state == RunState.PENDING)
        .values(
            state=RunState.CANCELLED,
            message='cancelled before it began',
            ended_at=sa.literal_column(
                clocks.end(connection.dialect.name), sa.BigInteger()
            ),
            epoch=row.epoch + 1,
            flush_no=flush_no,
            holds_cluster=None,
            counts=json.dumps(counting.of_rows(connection, row.id)),
        )
    )
    run_events.note(connection, row.id, 'ended', None, RunState.CANCELLED)


def hide(
    db: Database, run: int, actor: str | None, is_ended: bool = True
) -> None:
    """Leave an ended run, or any run, out of lists; its history stays.

    Raises NotFound, RunActive, DatabaseUnavailable.
    """
    with db.writer() as connection:
        row = locked(connection, run)
        if is_ended and row.state in states.ACTIVE_RUN_STATES:
            raise exceptions.RunActive(
                run=run, state=row.state, action='delete'
            )
        connection.execute(
            tables.runs.update()
            .where(tables.runs.c.id == run)
            .values(hidden_at=clock.now())
        )
        run_events.note(connection, run, 'hidden', actor)


def _this(run: int) -> sa.Select[Any]:
    t = tables.runs.c
    return sa.select(t.id).where(t.id == run, t.asked != Asked.PURGE)


def _latest(cluster_id: int) -> sa.Select[Any]:
    t = tables.runs.c
    return (
        sa.select(t.id)
        .where(t.cluster_id == cluster_id, t.dry_run.is_(False))
        .where(t.asked != Asked.PURGE)
        .order_by(t.id.desc())
        .limit(1)
    )


def later_run(
    connection: sa.Connection, cluster_id: int, run: int
) -> int | None:
    """A run of the cluster after this one, if there was any but dry ones."""
    t = tables.runs.c
    later: Sequence[Any] | None = connection.execute(
        sa.select(sa.func.max(t.id)).where(
            t.cluster_id == cluster_id, t.id > run, t.dry_run.is_(False)
        )
    ).first()
    return later[0] if later else None
