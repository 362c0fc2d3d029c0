"""test_pre and test_post: commands that are run around any driver."""

import dataclasses
from typing import Any

from trailmark.common import states
from trailmark.drivers import base, shell

_STATE = states.ExecutionState


def run_tested(
    driver: base.Driver, job: base.Job, watch: base.Watch
) -> base.Result:
    """Run a job with its tests; all of it counts against its timeout.

    Nothing is run of a job that the configuration refuses.
    """
    refusal = driver.type.refusal or _tests_refused(driver, job)
    if refusal is not None:
        said = f'tasks of type {driver.type.name} are refused: {refusal}'
        return base.Result(
            _STATE.ERROR, said, 'Refused', checkpoint=job.checkpoint
        )
    return _Tested(driver, job, watch).run()


def _tests_refused(driver: base.Driver, job: base.Job) -> str | None:
    """Why its tests may not be run: they are shell commands."""
    if job.test_pre is None and job.test_post is None:
        return None
    refusal = driver.options.refusal(shell.Shell.type)
    return refusal and f'their tests are shell commands, and {refusal}'


class _Tested:
    def __init__(
        self, driver: base.Driver, job: base.Job, watch: base.Watch
    ) -> None:
        self._driver = driver
        self._job = job
        self._watch = watch
        self._tests: dict[str, Any] = {}

    def run(self) -> base.Result:
        failed = self._test('test_pre', self._job.test_pre)
        if failed is not None:
            return self._with_tests(failed)
        result = self._driver.run(self._job, self._watch)
        result = self._in_full_time(result)
        self._job = dataclasses.replace(
            self._job, checkpoint=result.checkpoint
        )
        if result.state == _STATE.READY:
            failed = self._test('test_post', self._job.test_post)
            if failed is not None:
                result = dataclasses.replace(
                    failed, summary=result.summary or {}
                )
        return self._with_tests(result)

    def _in_full_time(self, result: base.Result) -> base.Result:
        """A timeout says that its tests took a part of the time."""
        if result.fault != 'Timeout' or not self._tests:
            return result
        text = f'timed out after {self._job.given_time()} with its tests'
        return dataclasses.replace(result, message=text)

    def _test(self, name: str, cmd: str | None) -> base.Result | None:
        """The result of a test that failed; None if it passed or is none."""
        if cmd is None:
            return None
        found = shell.run_command(self._job, self._watch, cmd)
        self._tests[name] = shell.shown_test(found.summary)
        if found.state == _STATE.READY:
            return None
        if found.state == _STATE.CANCELLED:
            return dataclasses.replace(found, summary={})
        timed_out = found.fault == 'Timeout'
        return base.Result(
            _STATE.ERROR,
            f'{name}: {self._said(found, timed_out)}',
            'Timeout' if timed_out else 'TestFailed',
            {},
            found.checkpoint,
        )

    def _said(self, found: base.Result, timed_out: bool) -> str | None:
        if timed_out:
            return f'timed out after {self._job.given_time()}'
        return found.message

    def _with_tests(self, result: base.Result) -> base.Result:
        if not self._tests:
            return result
        summary = {**(result.summary or {}), 'tests': self._tests}
        return dataclasses.replace(result, summary=summary)
