"""Tasks of Fuel: transactions that were not deleted from lists."""

from trailmark.api import calls, runs
from trailmark.api.fuel import transactions
from trailmark.common import exceptions, states
from trailmark.db import records
from trailmark.db import runs as db_runs


def index(call: calls.Call) -> calls.Answer:
    """Runs that were not deleted, the newest first."""
    return transactions.list_of(call)


def show(call: calls.Call, task: int) -> calls.Answer:
    """One run."""
    return calls.Answer(transactions.shape(call, _found(call, task)))


def delete(call: calls.Call, task: int) -> calls.Answer:
    """Take a run out of lists; its history stays."""
    found = _found(call, task)
    if found.state in states.ACTIVE_RUN_STATES:
        transactions.cancelled(call, found)
        db_runs.hide(call.db, task, call.actor, is_ended=False)
        return calls.Answer(status=204)
    return runs.hide(call, task)


def _found(call: calls.Call, task: int) -> records.Run:
    found = db_runs.get(call.db, task)
    if found.hidden_at is not None:
        raise exceptions.NotFound(kind='task', name=task)
    return found
