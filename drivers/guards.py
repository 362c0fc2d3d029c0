"""Ending a job that starts no process: its timeout and its cancellation."""

import time

from trailmark.common import states
from trailmark.drivers import base

_STATE = states.ExecutionState


class Stopped(Exception):
    """A job is to end before it is done."""

    def __init__(self, result: base.Result) -> None:
        super().__init__(result.message)
        self.result = result


class Guard:
    """Looks now and then whether a job may go on."""

    def __init__(self, job: base.Job, watch: base.Watch) -> None:
        self._job = job
        self._watch = watch

    def check(self) -> None:
        """Raises Stopped once the job was cancelled or its time is over."""
        if self._watch.cancelled.is_set():
            self._stop(_STATE.CANCELLED, 'cancelled', 'Cancelled')
        if time.monotonic() >= self._job.deadline:
            said = f'timed out after {self._job.given_time()}'
            self._stop(_STATE.ERROR, said, 'Timeout')

    def _stop(
        self, state: states.ExecutionState, said: str, fault: str
    ) -> None:
        checkpoint = self._job.checkpoint
        raise Stopped(
            base.Result(state, said, fault, {}, checkpoint=checkpoint)
        )
