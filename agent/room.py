"""An attempt waits while its machine has no room for it."""

from collections.abc import Callable

from trailmark.common import states
from trailmark.drivers import base, shortages
from trailmark.messaging import contracts

_STATE = states.ExecutionState


def wait_for(
    job: base.Job, watch: base.Watch, work: Callable[[], base.Result]
) -> base.Result:
    """Do the work as soon as the machine has room, within the job's time.

    Without room until then nothing was begun, and the fault says so.
    """
    try:
        return shortages.wait_out(
            work, watch, job.deadline, lambda: not job.commands.count
        )
    except OSError as error:
        if not shortages.is_shortage(error):
            raise
        return _without(job, watch, error)


def _without(job: base.Job, watch: base.Watch, error: OSError) -> base.Result:
    """The result where there was no room in time."""
    if shortages.is_cancelled(watch):
        state, said, fault = _STATE.CANCELLED, 'cancelled', 'Cancelled'
    elif job.commands.count:
        said = f'timed out after {job.given_time()}: {error.strerror}'
        state, fault = _STATE.ERROR, 'Timeout'
    else:
        said = f'it could not begin on its machine: {error.strerror}'
        state, fault = _STATE.ERROR, contracts.SHORTAGE
    return base.Result(state, said, fault, {}, job.checkpoint)
