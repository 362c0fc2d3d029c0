"""An attempt waits while its machine has no room for it."""

import time
from collections.abc import Callable
from typing import Protocol

from trailmark.common import states
from trailmark.drivers import base, shortages
from trailmark.messaging import contracts

_STATE = states.ExecutionState


class Watch(base.Watch, Protocol):
    """A watch that knows whether a process of its attempt was begun."""

    @property
    def has_child(self) -> bool:
        """Whether one was: what it did is not done again."""


def wait_for(
    job: base.Job, watch: Watch, work: Callable[[base.Job], base.Result]
) -> base.Result:
    """Do the work as soon as the machine has room, within the job's time.

    Without room until then nothing was begun, and the fault says so.
    """
    until = time.monotonic() + job.timeout
    try:
        return shortages.wait_out(
            lambda: work(job.until(until)),
            watch,
            until,
            lambda: not watch.has_child,
        )
    except OSError as error:
        if not shortages.is_shortage(error):
            raise
        return _without(job, watch, error)


def _without(job: base.Job, watch: Watch, error: OSError) -> base.Result:
    """The result where there was no room in time."""
    if shortages.is_cancelled(watch):
        state, said, fault = _STATE.CANCELLED, 'cancelled', 'Cancelled'
    elif watch.has_child:
        said = f'timed out after {job.given_time()}: {error.strerror}'
        state, fault = _STATE.ERROR, 'Timeout'
    else:
        said = f'it could not begin on its machine: {error.strerror}'
        state, fault = _STATE.ERROR, contracts.SHORTAGE
    return base.Result(state, said, fault, {}, job.checkpoint)
