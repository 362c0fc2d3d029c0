"""The driver of tasks that make a folder the same as another, by rsync."""

import dataclasses
import os
import shutil
from typing import Any

from trailmark.common import secrets, states, tasktypes
from trailmark.drivers import base, rsync, shell, wanted_files
from trailmark.drivers import parameters as p

_STATE = states.ExecutionState


class Sync(base.Driver):
    """Makes a folder of a node the same as another, by rsync."""

    type = tasktypes.TaskType(
        'sync',
        p.schema(['src', 'dst'], src=p.FILLED, dst=p.FILLED),
        timeout=300,
        retries=10,
    )

    def facts(self, job: base.Job) -> base.Facts:
        """What keeps rsync from its work, if anything does."""
        if p.has_computed(job.parameters):
            return None
        return {'problem': _problem(job)}

    def plan(self, job: base.Job, facts: base.Facts) -> tuple[base.Step, ...]:
        """One step, whatever is the same already."""
        if p.has_computed([job.parameters['src'], job.parameters['dst']]):
            return (base.Step('sync what is still to be computed'),)
        if facts is not None and facts['problem']:
            said = f'nothing can be done: {facts["problem"]}'
            return (base.Step(said),)
        src, dst = job.parameters['src'], job.parameters['dst']
        said = f'sync {src} to {dst}, and delete there what {src} lacks'
        return (base.Step(said),)

    def run(self, job: base.Job, watch: base.Watch) -> base.Result:
        """Run rsync to its end, its timeout or its cancellation."""
        problem = _problem(job)
        if problem is not None:
            return shell.failed(problem, job)
        dst = _dst(job)
        try:
            os.makedirs(dst, exist_ok=True)
        except OSError as error:
            return shell.failed(wanted_files.trouble(error, dst), job)
        result, said = _rsync(job, watch, dst)
        return dataclasses.replace(result, summary=said)

    def noop(self, job: base.Job, watch: base.Watch) -> base.Result:
        """Have rsync say what it would do; what fails is only told."""
        facts = self.facts(job)
        steps = self.plan(job, facts)
        told = [secrets.mask_text(step.text, job.secrets) for step in steps]
        summary: dict[str, Any] = {'noop': True, 'plan': told}
        if facts is not None and not facts['problem']:
            result, said = _rsync(job, watch, _dst(job), noop=True)
            if result.state == _STATE.CANCELLED:
                return result
            summary |= said
            if result.message is not None:
                summary['problem'] = result.message
        return base.Result(
            _STATE.READY, summary=summary, checkpoint=job.checkpoint
        )


def _src(job: base.Job) -> str | None:
    """The source for rsync, its last slash kept; None: relative to nothing."""
    src: str = job.parameters['src']
    if rsync.is_remote(src) or os.path.isabs(src):
        return src
    return None if job.source is None else os.path.join(job.source, src)


def _dst(job: base.Job) -> str:
    return os.path.join(job.folder, job.parameters['dst'])


def _problem(job: base.Job) -> str | None:
    src, dst = _src(job), _dst(job)
    if src is None:
        said = 'a relative src needs a task that comes from a folder'
        return f'{job.parameters["src"]}: {said}'
    if shutil.which('rsync') is None:
        return 'rsync is not installed on the node'
    if not rsync.is_remote(src) and not os.path.lexists(src):
        return f'{src}: there is no such file or folder'
    if os.path.lexists(dst) and not os.path.isdir(dst):
        return f'{dst}: this is no folder'
    return None


def _rsync(
    job: base.Job, watch: base.Watch, dst: str, noop: bool = False
) -> tuple[base.Result, dict[str, Any]]:
    """How rsync ended, and what it did or would do."""
    if not os.path.isdir(dst):
        # An empty folder stands for one that is not there yet.
        dst = os.path.join(job.scratch, 'nothing')
        os.makedirs(dst, exist_ok=True)
    argv, more = rsync.command(_src(job) or '', dst, noop)
    changes = rsync.Changes()
    result = shell.run_program(job, watch, argv, more, changes)
    said = {**(result.summary or {})}
    said.pop('stdout', None)
    code = said.get('exit_code')
    if result.fault == 'Failed' and code and 'signal' not in said:
        message = rsync.reason(code, said['stderr'])
        result = dataclasses.replace(result, message=message)
    told = [secrets.mask_text(each, job.secrets) for each in changes.told()]
    return result, {
        'files': changes.written,
        'bytes': changes.bytes,
        'deleted': changes.deleted,
        'changes': told,
        **said,
    }
