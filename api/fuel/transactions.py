"""Transactions: runs in the shape that Fuel's clients know."""

import uuid
from collections.abc import Iterable
from typing import Any

from trailmark.api import calls, lists, runs
from trailmark.common import clock, exceptions, states
from trailmark.db import installations, records, run_filters
from trailmark.db import runs as db_runs

#: What Fuel calls a transaction that runs graphs.
NAME = 'deployment'
_R = states.RunState
_STATUSES: dict[str, tuple[states.RunState, ...]] = {
    'pending': (_R.PENDING,),
    'running': (_R.RUNNING, _R.STOPPING),
    'ready': (_R.READY,),
    'error': (_R.ERROR, _R.STOPPED, _R.CANCELLED),
}
_STATUS_OF = {
    state: status for status, found in _STATUSES.items() for state in found
}


def index(call: calls.Call) -> calls.Answer:
    """Runs that were not deleted from lists, the newest first."""
    return list_of(call)


def show(call: calls.Call, transaction: int) -> calls.Answer:
    """One run."""
    found = db_runs.get(call.db, transaction)
    return calls.Answer(shape(call, found))


def delete(call: calls.Call, transaction: int) -> calls.Answer:
    """Take a run out of lists; one that is active only by force.

    An active one is cancelled first. Its history stays: retention and
    `db purge` alone remove that.
    """
    found = db_runs.get(call.db, transaction)
    if found.state in states.ACTIVE_RUN_STATES:
        cancelled(call, found)
    db_runs.hide(call.db, transaction, call.actor, is_ended=False)
    return calls.Answer(status=204)


def list_of(call: calls.Call) -> calls.Answer:
    """Runs that the parameters of Fuel's lists choose."""
    statuses = call.texts('statuses') or ()
    names = call.texts('transaction_types')
    if names and not {'deploy', NAME}.intersection(names):
        return calls.Answer([])
    chosen = run_filters.Filter(
        cluster=call.number('cluster_id'),
        states=[state for each in statuses for state in _STATUSES[each]],
    )

    def fetch(marker: int | None, limit: int) -> lists.Entries:
        found = db_runs.list_all(call.db, chosen, limit, marker)
        return list(shapes(call, found))

    return lists.answer(call, fetch)


def cancelled(call: calls.Call, run: records.Run) -> records.Run:
    """An active run after a cancel was asked for, by force alone."""
    if not call.flag('force'):
        raise exceptions.TransactionRunning
    runs.cancel(call, run.id)
    return db_runs.get(call.db, run.id)


def shapes(
    call: calls.Call, found: Iterable[records.Run]
) -> Iterable[dict[str, Any]]:
    """Runs as JSON data."""
    name = installations.identity(call.db)
    return (_shape(run, name) for run in found)


def shape(
    call: calls.Call, run: records.Run, name: str = NAME
) -> dict[str, Any]:
    """A run as JSON data; `name` says what the transaction does."""
    [found] = shapes(call, [run])
    return {**found, 'name': name}


def no_run(cluster: int, name: str) -> dict[str, Any]:
    """The same keys for what was done at once, and by no run."""
    nothing = ('id', 'uuid', 'parent_id', 'graph_type')
    return {
        **dict.fromkeys((*nothing, 'time_start', 'time_end')),
        'cluster': cluster,
        'name': name,
        'result': {},
        'message': '',
        'status': 'ready',
        'progress': 100,
        'dry_run': False,
    }


def _shape(run: records.Run, installation: str) -> dict[str, Any]:
    return {
        'id': run.id,
        'cluster': run.cluster_id,
        'uuid': str(
            uuid.uuid5(uuid.NAMESPACE_URL, f'{installation}/{run.id}')
        ),
        'name': NAME,
        'result': {},
        'message': run.message or '',
        'status': _STATUS_OF[run.state],
        'progress': _progress(run),
        'parent_id': None,
        # Fuel says so of both.
        'dry_run': run.dry_run or run.noop,
        'graph_type': ','.join(run.graph_types),
        'time_start': clock.iso(run.started_at),
        'time_end': clock.iso(run.ended_at),
    }


def _progress(run: records.Run) -> int:
    """Whole per cent of the executions that are done."""
    if run.state not in states.ACTIVE_RUN_STATES:
        return 100
    done = sum(run.counts.get(state, 0) for state in states.FINISHED_STATES)
    return 100 * done // max(1, sum(run.counts.values()))
