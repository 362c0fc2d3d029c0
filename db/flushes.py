"""The flush: what an engine found out, written in fenced transactions."""

import dataclasses
import json

import sqlalchemy as sa

from trailmark.common import exceptions, states
from trailmark.common.states import ExecutionState, RunState
from trailmark.db import (
    batches,
    bulk,
    clocks,
    counters,
    counting,
    fences,
    moves,
    records,
    run_events,
)
from trailmark.db.connection import Database

_ENDED = (
    ', state = :new, message = :message, ended_at = {}, holds_cluster = NULL'
)
_LEFT = sa.text(
    'UPDATE runs SET counts = :counts, lease_until = NULL, host = NULL,'
    ' boot_id = NULL, pid = NULL, process_started = NULL WHERE id = :run'
)
#: In these a run has nothing left to do.
_DONE = frozenset((RunState.READY, RunState.ERROR, RunState.CANCELLED))


def flush(
    db: Database, claim: records.Claim, batch: records.Batch
) -> records.Claim:
    """Write the batch and renew the lease; return the claim after it.

    Repeating a flush whose answer was lost writes nothing twice. Raises
    LeaseLost, HistoryConflict, DatabaseUnavailable.
    """
    with db.writer() as connection:
        if fences.pass_fence(db, connection, claim):
            batches.write(db.dialect, connection, claim, batch)
    return fences.next_claim(claim)


def set_state(
    db: Database, claim: records.Claim, state: RunState
) -> records.Claim:
    """Move the run to another active state; return the claim after it.

    Raises LeaseLost, IllegalTransition, DatabaseUnavailable.
    """
    with db.writer() as connection:
        if fences.pass_fence(
            db, connection, claim, ', state = :new', _legal(state), new=state
        ):
            run_events.note(connection, claim.run, state)
    return dataclasses.replace(fences.next_claim(claim), state=state)


def finish(
    db: Database,
    claim: records.Claim,
    state: RunState,
    message: str | None,
    rest: ExecutionState | None = None,
) -> None:
    """End the run, and what is pending in it with state `rest`.

    Gives up the claim and the cluster. Raises LeaseLost, IllegalTransition
    (also when executions are left over), DatabaseUnavailable.
    """
    said = bulk.clean(message)
    with db.writer() as connection:
        if not fences.pass_fence(
            db,
            connection,
            claim,
            _ENDED.format(clocks.end(db.dialect)),
            _legal(state),
            new=state,
            message=said,
        ):
            return
        if rest is not None:
            _move_rest(connection, claim, rest)
        _leave(connection, claim.run, state)
        counters.add_in(db.dialect, connection, claim.run)
        run_events.note(connection, claim.run, 'ended', None, state)


def _legal(new: RunState) -> str:
    """Condition: the run is in a state from which it may go to the new.

    Guard: legal-move.
    """
    olds = sorted(old for old, to in states.RUN_TRANSITIONS if to == new)
    return 'AND state IN ({})'.format(', '.join(f"'{old}'" for old in olds))


def _move_rest(
    connection: sa.Connection, claim: records.Claim, rest: ExecutionState
) -> None:
    states.check_execution(ExecutionState.PENDING, rest)
    moves.move(
        connection,
        claim.run,
        fences.transition_id(claim.flush_no + 1),
        "h.state = 'pending'",
        rest,
        None,
    )


def _leave(connection: sa.Connection, run: int, state: RunState) -> None:
    """Give up the lease with the final counts; refuse to leave work.

    Guard: drain.
    """
    counted = counting.of_rows(connection, run)
    left = counted.get('running', 0)
    if state in _DONE:
        left += counted.get('pending', 0)
    if left:
        raise exceptions.IllegalTransition(
            kind=f'run {run} with {left} unfinished executions',
            old='active',
            new=state,
        )
    connection.execute(_LEFT, {'run': run, 'counts': json.dumps(counted)})
