"""What the drivers that write files have in common."""

import abc
import dataclasses
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from trailmark.common import secrets, states
from trailmark.drivers import (
    base,
    diffs,
    file_facts,
    file_steps,
    guards,
    parameters,
    shell,
    shortages,
    wanted_files,
)

#: Sentences that a summary or a message has at most.
_MOST = 50
#: Parameters that may be computed without hiding which files are wanted.
_APART = frozenset(('data', 'timeout', 'retries', 'interval', 'strategy'))


class FileDriver(base.Driver):
    """Makes files be as its tasks want them, and leaves right ones alone."""

    @abc.abstractmethod
    def wanted(
        self, job: base.Job, facts: base.Facts
    ) -> Sequence[wanted_files.Wanted]:
        """The files of a job; only their data may still be computed.

        `facts` are what `look_around` found, or more; None: nobody looked.
        """

    def look_around(
        self, job: base.Job, check: wanted_files.Check
    ) -> dict[str, Any]:
        """What says which files are wanted, beside the job.

        If you do not write it, the job alone says that.
        """
        return {}

    def facts(self, job: base.Job) -> base.Facts:
        """What is there where the files are wanted."""
        return self.look(job, lambda: None) if _is_known(job) else None

    def look(self, job: base.Job, check: wanted_files.Check) -> dict[str, Any]:
        """Facts of a job of which it is known which files it wants."""
        around = self.look_around(job, check)
        files = file_facts.look(self.wanted(job, around), check)
        return {**around, **files}

    def plan(self, job: base.Job, facts: base.Facts) -> tuple[base.Step, ...]:
        """What each file needs, in order; nothing for one that is right."""
        if not _is_known(job):
            return (base.Step('write files that are still to be computed'),)
        made: dict[str, base.Step] = {}
        for step in self._steps(job, facts):
            made.setdefault(step.text, step)
        return tuple(made.values())

    def run(self, job: base.Job, watch: base.Watch) -> base.Result:
        """Do the plan; nothing of it if a file is sure to fail."""
        work = _Work(self, job)
        try:
            result = work.do(guards.Guard(job, watch))
        except guards.Stopped as stopped:
            result = stopped.result
        return dataclasses.replace(result, summary=work.summary())

    def noop(self, job: base.Job, watch: base.Watch) -> base.Result:
        """Tell the plan, and how texts would change."""
        check = guards.Guard(job, watch).check
        try:
            facts = self.look(job, check) if _is_known(job) else None
            steps = self.plan(job, facts)
            diff = diffs.of(
                _written(steps),
                job.secrets,
                check,
            )
        except guards.Stopped as stopped:
            return stopped.result
        summary: dict[str, Any] = {'noop': True, 'plan': _told(steps, job)}
        if diff:
            summary['diff'] = diff
        return base.Result(states.ExecutionState.READY, summary=summary)

    def _steps(self, job: base.Job, facts: base.Facts) -> Iterator[base.Step]:
        files = self.wanted(job, facts)
        if not files:
            yield base.Step(f'nothing: no files are for {job.node}')
        found = [None] * len(files) if facts is None else facts['files']
        is_root = facts is not None and facts['root']
        for file, known in zip(files, found, strict=True):
            yield from file_steps.plan(file, known, is_root)


class _Work:
    """One job at work, and what of it is done."""

    def __init__(self, driver: FileDriver, job: base.Job) -> None:
        self._driver = driver
        self._job = job
        self._done: list[base.Step] = []

    def do(self, guard: guards.Guard) -> base.Result:
        if parameters.has_computed(self._job.parameters):
            return shell.failed('a parameter is not computed', self._job)
        facts = self._driver.look(self._job, guard.check)
        problems = [
            each['problem'] for each in facts['files'] if 'problem' in each
        ]
        if problems:
            return shell.failed('; '.join(_bounded(problems)), self._job)
        for step in self._driver.plan(self._job, facts):
            guard.check()
            if isinstance(step, file_steps.Action):
                try:
                    step.do(guard.check)
                except (OSError, ValueError) as error:
                    if shortages.is_shortage(error):
                        raise
                    said = wanted_files.trouble(error, step.place)
                    return shell.failed(said, self._job)
            self._done.append(step)
        return base.Result(
            states.ExecutionState.READY, checkpoint=self._job.checkpoint
        )

    def summary(self) -> dict[str, Any]:
        changed = [
            each
            for each in self._done
            if isinstance(each, file_steps.Write | file_steps.Mend)
        ]
        return {
            'changed': len(changed),
            'done': _told(self._done, self._job),
        }


def _written(steps: Iterable[base.Step]) -> Iterator[wanted_files.Wanted]:
    for step in steps:
        if isinstance(step, file_steps.Write):
            yield step.wanted


def _is_known(job: base.Job) -> bool:
    """Whether it is known which files are wanted, if not their data."""
    return not any(
        parameters.has_computed(value)
        for name, value in job.parameters.items()
        if name not in _APART
    )


def _told(steps: Sequence[base.Step], job: base.Job) -> list[str]:
    said = _bounded([step.text for step in steps])
    return [secrets.mask_text(text, job.secrets) for text in said]


def _bounded(said: Sequence[str]) -> list[str]:
    more = len(said) - _MOST
    return [*said[:_MOST], *([f'and {more} more'] if more > 0 else [])]
