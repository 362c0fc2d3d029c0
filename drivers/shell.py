"""The driver of shell commands."""

import os
import signal
from collections.abc import Mapping
from typing import Any

from trailmark.common import secrets, states, tasktypes
from trailmark.drivers import (
    base,
    folders,
    leftovers,
    live,
    output,
    parameters,
    processes,
    shortages,
)

_STATE = states.ExecutionState
_NOTHING_MORE: Mapping[str, str] = {}
_GOOD = frozenset((0,))
#: Where a command stands that has a secret in it, and what runs it.
_COMMAND = 'TRAILMARK_COMMAND'
_UNSEEN = f'eval "unset {_COMMAND}; ${_COMMAND}"'


class Shell(base.Driver):
    """Runs `cmd` by the shell; by default twice again if it fails."""

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
    uses_scratch = False

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
    if secrets.mask_text(cmd, job.secrets) == cmd:
        return run_program(job, watch, processes.by_shell(cmd), good=good)
    # Everybody may read command lines, environments only the own user.
    argv = processes.by_shell(_UNSEEN)
    return run_program(job, watch, argv, {_COMMAND: cmd}, good=good)


def run_program(
    job: base.Job,
    watch: base.Watch,
    argv: tuple[str, ...],
    more: Mapping[str, str] = _NOTHING_MORE,
    whole: output.Tail | None = None,
    good: frozenset[int] = _GOOD,
) -> base.Result:
    """Run one program of a job within the job's timeout.

    `more` is added to its environment; `whole` takes in all that it prints,
    whatever its length. An exit status in `good` is a success. Raises OSError
    if the machine is short of files, processes or memory until the time is
    over.
    """
    cwd = os.path.join(job.folder, job.parameters.get('cwd', ''))
    if not os.path.isdir(cwd):
        return failed(f"working directory {cwd} doesn't exist", job)
    command = processes.Command(
        argv,
        cwd,
        {**folders.environment(job), **more},
        job.attempt_id,
        job.scratch,
        job.commands.next(),
        whole or output.Tail(),
        good,
        whole is not None,
    )
    try:
        return _attend(job, watch, command)
    except (OSError, ValueError) as error:
        job.commands.give_back()
        return _not_started(job, watch, error)


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
    job: base.Job, watch: base.Watch, command: processes.Command
) -> base.Result:
    checkpoint = folders.Checkpoint(job.scratch, job.checkpoint)
    printed = live.Live(job.secrets)

    def tick(child: processes.Child) -> None:
        if printed.take(child.stdout, child.stderr):
            watch.output(printed.size, printed.tail)
        if checkpoint.refresh() and checkpoint.text is not None:
            watch.checkpoint(checkpoint.text)

    child = shortages.wait_out(
        lambda: processes.Child(command, watch), watch, job.deadline
    )
    ending = processes.attend(child, watch, job.deadline, tick)
    job.commands.are_swept = ending.is_swept
    if not ending.begun:
        job.commands.give_back()
    checkpoint.refresh()
    summary = _summary(job, ending, checkpoint)
    state, message, fault = _verdict(
        job, ending, summary['stderr'], command.good
    )
    return base.Result(state, message, fault, summary, checkpoint.text)


def _summary(
    job: base.Job, ending: processes.Ending, checkpoint: folders.Checkpoint
) -> dict[str, Any]:
    if not ending.begun:
        return {'stdout': '', 'stderr': ''}
    summary: dict[str, Any] = {'exit_code': ending.status}
    if ending.status < 0:
        summary['exit_code'] = 128 - ending.status
        summary['signal'] = _signal(ending.status)
    summary['stdout'] = ending.stdout.text(job.secrets)
    summary['stderr'] = ending.stderr.text(job.secrets)
    summary['duration'] = ending.duration
    if ending.left:
        summary['left_running'] = leftovers.told(ending.left, job.secrets)
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
