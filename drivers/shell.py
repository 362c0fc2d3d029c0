"""The driver of shell commands."""

import os
import signal
import time
from collections.abc import Mapping
from typing import Any

from trailmark.common import secrets, states, tasktypes
from trailmark.drivers import (
    base,
    folders,
    live,
    output,
    parameters,
    processes,
    shortages,
)

_STATE = states.ExecutionState
_NOTHING_MORE: Mapping[str, str] = {}
_GOOD = frozenset((0,))


class Shell(base.Driver):
    """Runs `cmd` by the shell in `cwd` and keeps what it printed last."""

    type = tasktypes.TaskType(
        'shell',
        parameters.schema(
            ['cmd'], cmd=parameters.FILLED, cwd=parameters.FILLED
        ),
        timeout=300,
        retries=2,
        interval=2,
    )

    quick_noop = True

    def plan(self, job: base.Job, facts: base.Facts) -> tuple[base.Step, ...]:
        """The command."""
        return (base.Step(f'run {job.parameters.get("cmd")}'),)

    def run(self, job: base.Job, watch: base.Watch) -> base.Result:
        """Run the command to its end, its timeout or its cancellation."""
        return run_command(job, watch, job.parameters['cmd'])


def run_command(
    job: base.Job,
    watch: base.Watch,
    cmd: str,
    good: frozenset[int] = _GOOD,
) -> base.Result:
    """Run one command of a job by the shell within the job's timeout.

    An exit status in `good` is a success.
    """
    return run_program(job, watch, processes.by_shell(cmd), good=good)


def run_program(
    job: base.Job,
    watch: base.Watch,
    argv: tuple[str, ...],
    more: Mapping[str, str] = _NOTHING_MORE,
    stdout: output.Tail | None = None,
    good: frozenset[int] = _GOOD,
) -> base.Result:
    """Run one program of a job within the job's timeout.

    `more` is added to its environment; `stdout` takes in what it prints.
    An exit status in `good` is a success. Raises OSError if the machine is
    short of files, processes or memory until the time is over.
    """
    deadline = time.monotonic() + job.timeout
    cwd = os.path.join(job.folder, job.parameters.get('cwd', ''))
    if not os.path.isdir(cwd):
        return failed(f"working directory {cwd} doesn't exist", job)
    marker = f'{folders.MARKER}={job.attempt_id}'
    told = {**folders.environment(job), **more}
    kept = stdout or output.Tail()
    command = processes.Command(argv, cwd, told, marker, kept, good)
    try:
        child = shortages.wait_out(
            lambda: processes.Child(command), watch, deadline
        )
    except (OSError, ValueError) as error:
        return _not_started(job, watch, error)
    return _attend(job, watch, child, deadline, good)


def failed(message: str, job: base.Job) -> base.Result:
    """A job that could not be begun."""
    shown = secrets.mask_text(message, job.secrets)
    return base.Result(_STATE.ERROR, shown, 'Failed', {}, job.checkpoint)


def _not_started(
    job: base.Job, watch: base.Watch, error: OSError | ValueError
) -> base.Result:
    """Raises what the machine is short of: the job is not why."""
    if not shortages.is_shortage(error):
        return failed(f"the command can't be started: {error}", job)
    if not shortages.is_cancelled(watch):
        raise error
    return base.Result(
        _STATE.CANCELLED, 'cancelled', 'Cancelled', {}, job.checkpoint
    )


def _attend(
    job: base.Job,
    watch: base.Watch,
    child: processes.Child,
    deadline: float,
    good: frozenset[int],
) -> base.Result:
    checkpoint = folders.Checkpoint(job.scratch, job.checkpoint)
    printed = live.Live(job.secrets)

    def tick() -> None:
        if printed.take(child.stdout, child.stderr):
            watch.output(printed.size, printed.tail)
        if checkpoint.refresh() and checkpoint.text is not None:
            watch.checkpoint(checkpoint.text)

    ending = processes.attend(child, watch, deadline, tick)
    checkpoint.refresh()
    summary = _summary(job, ending, checkpoint)
    state, message, fault = _verdict(job, ending, summary['stderr'], good)
    return base.Result(state, message, fault, summary, checkpoint.text)


def _summary(
    job: base.Job, ending: processes.Ending, checkpoint: folders.Checkpoint
) -> dict[str, Any]:
    summary: dict[str, Any] = {'exit_code': ending.status}
    if ending.status < 0:
        summary['exit_code'] = 128 - ending.status
        summary['signal'] = _signal(ending.status)
    summary['stdout'] = ending.stdout.text(job.secrets)
    summary['stderr'] = ending.stderr.text(job.secrets)
    summary['duration'] = ending.duration
    if checkpoint.refused is not None:
        summary['checkpoint'] = (
            f'{checkpoint.refused} bytes or more are too many, at most '
            f'{folders.CHECKPOINT_LIMIT} are kept: the one before stays'
        )
    return summary


def _signal(status: int) -> str:
    try:
        return signal.Signals(-status).name
    except ValueError:
        return f'signal {-status}'


def _verdict(
    job: base.Job,
    ending: processes.Ending,
    stderr: str,
    good: frozenset[int],
) -> tuple[states.ExecutionState, str | None, str | None]:
    if ending.cancelled:
        return _STATE.CANCELLED, 'cancelled', 'Cancelled'
    if ending.timed_out:
        text, fault = f'timed out after {job.given_time()}', 'Timeout'
    elif ending.status < 0:
        text, fault = f'ended by {_signal(ending.status)}', 'Failed'
    elif ending.status not in good:
        text, fault = f'exit code {ending.status}', 'Failed'
    else:
        return _STATE.READY, None, None
    said = output.last_line(stderr)
    return _STATE.ERROR, f'{text}: {said}' if said else text, fault


def shown_test(summary: Mapping[str, Any] | None) -> dict[str, Any]:
    """What a test's run leaves in the summary of its task."""
    wanted = ('exit_code', 'signal', 'stdout', 'stderr', 'duration')
    given = summary or {}
    return {name: given[name] for name in wanted if name in given}
