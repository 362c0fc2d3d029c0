"""The driver that restarts a node, and knows when it has."""

import dataclasses
import select
import time
from collections.abc import Callable
from typing import Any

from trailmark.common import process_identity, states, tasktypes
from trailmark.drivers import base, commands, parameters, shell

_STATE = states.ExecutionState
#: Seconds between two looks at the boot id.
PAUSE = 0.5


class Reboot(commands.Configured):
    """Restarts a node, by `[agent] reboot_command`, and waits until it has.

    The agent dies with its machine: the boot id from before is the
    checkpoint, and the next attempt is ready at once if it is another now.
    """

    type = tasktypes.TaskType(
        'reboot', parameters.schema(), timeout=900, guarded=True
    )
    option = 'reboot_command'

    def __init__(
        self, boot_id: Callable[[], str] = process_identity.read_boot_id
    ) -> None:
        self._boot_id = boot_id

    def facts(self, job: base.Job) -> base.Facts:
        """The boot id; null where it can't be read."""
        return {'boot_id': self._read()}

    def plan(self, job: base.Job, facts: base.Facts) -> tuple[base.Step, ...]:
        """Restart it, unless that was done."""
        now = (facts or {}).get('boot_id')
        if job.checkpoint and now and now != job.checkpoint:
            return (base.Step('nothing: the node has restarted already'),)
        return super().plan(job, facts)

    def run(self, job: base.Job, watch: base.Watch) -> base.Result:
        """Restart the node; ready once its boot id is another one."""
        try:
            now = self._boot_id()
        except OSError as error:
            return shell.failed(f"the boot id can't be read: {error}", job)
        before = job.checkpoint or now
        if now != before:
            return _restarted(before, now, {})
        watch.checkpoint(before)
        given = shell.run_command(job, watch, self.command)
        given = dataclasses.replace(given, checkpoint=before)
        if given.state == _STATE.READY or _is_ended_by_shutdown(given):
            return self._wait(job, watch, given)
        return given

    def _read(self) -> str | None:
        try:
            return self._boot_id()
        except OSError:
            return None

    def _wait(
        self,
        job: base.Job,
        watch: base.Watch,
        given: base.Result,
    ) -> base.Result:
        """Look at the boot id until it changes; it may be unreadable."""
        before = given.checkpoint or ''
        while not watch.cancelled.is_set():
            now = self._read()
            if now not in (None, before):
                return _restarted(before, now, given.summary)
            left = job.deadline - time.monotonic()
            if left <= 0:
                said = f'not restarted within {job.given_time()}'
                return dataclasses.replace(
                    given, state=_STATE.ERROR, message=said, fault='Timeout'
                )
            select.select([watch.cancelled], [], [], min(PAUSE, left))
        return dataclasses.replace(
            given,
            state=_STATE.CANCELLED,
            message='cancelled',
            fault='Cancelled',
        )


def _is_ended_by_shutdown(given: base.Result) -> bool:
    """Whether the command may have been ended by what it began."""
    return given.fault == 'Failed' and 'signal' in (given.summary or {})


def _restarted(before: str, now: str | None, summary: Any) -> base.Result:
    told = {**(summary or {}), 'boot_id_before': before, 'boot_id': now}
    return base.Result(_STATE.READY, summary=told, checkpoint=before)
