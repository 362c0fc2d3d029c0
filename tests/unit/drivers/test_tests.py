"""Tests of test_pre and test_post around a driver."""

from typing import Any

from trailmark.common.states import ExecutionState
from trailmark.drivers import base, noop, shell, tests
from trailmark.tests.unit.drivers import watches


class TestTests(watches.DriverCase):
    """What tests do to the outcome of their task."""

    def run_with_tests(self, cmd: str, **more: Any) -> base.Result:
        return tests.run_tested(
            shell.Shell(), self.job(cmd, **more), self.watch
        )

    def test_both_tests_stand_in_the_summary(self) -> None:
        result = self.run_with_tests(
            'echo task', test_pre='echo pre', test_post='echo post'
        )
        self.assertEqual(result.state, ExecutionState.READY)
        found = dict(result.summary or {})['tests']
        said = {name: each['stdout'] for name, each in found.items()}
        self.assertEqual(said, {'test_pre': 'pre\n', 'test_post': 'post\n'})

    def test_a_failing_test_pre_ends_it_before_the_task(self) -> None:
        result = self.run_with_tests(
            'touch ran', test_pre='echo no >&2; exit 4'
        )
        self.assertEqual(result.fault, 'TestFailed')
        self.assertEqual(result.message, 'test_pre: exit code 4: no')
        self.assertFalse((self.state / 'nodes/prod/n1/ran').exists())

    def test_a_failing_test_post_ends_it_after_the_task(self) -> None:
        result = self.run_with_tests('touch ran', test_post='exit 1')
        self.assertEqual(result.state, ExecutionState.ERROR)
        self.assertEqual(result.fault, 'TestFailed')
        self.assertEqual((result.summary or {})['exit_code'], 0)
        self.assertTrue((self.state / 'nodes/prod/n1/ran').exists())

    def test_a_failed_task_is_not_tested_afterwards(self) -> None:
        result = self.run_with_tests('exit 2', test_post='true')
        self.assertEqual(result.message, 'exit code 2')
        self.assertNotIn('tests', result.summary or {})

    def test_tests_count_against_the_timeout(self) -> None:
        result = self.run_with_tests(
            'sleep 60', test_pre='sleep 0.4', timeout=0.8
        )
        self.assertEqual(result.fault, 'Timeout')
        self.assertEqual(
            result.message, 'timed out after 0.8 s with its tests'
        )

    def test_a_test_that_takes_too_long_is_a_timeout(self) -> None:
        result = self.run_with_tests('true', test_pre='sleep 60', timeout=0.3)
        self.assertEqual(result.fault, 'Timeout')
        self.assertEqual(result.message, 'test_pre: timed out after 0.3 s')

    def test_a_timeout_tells_the_tasks_whole_time(self) -> None:
        for parts in ({}, {'test_post': 'true'}):
            result = self.run_with_tests('sleep 60', timeout=0.5, **parts)
            self.assertEqual(result.message, 'timed out after 0.5 s')

    def test_a_cancel_during_a_test_cancels_the_task(self) -> None:
        self.watch.cancelled.set()
        result = self.run_with_tests('touch ran', test_pre='sleep 60')
        self.assertEqual(result.state, ExecutionState.CANCELLED)
        self.assertFalse((self.state / 'nodes/prod/n1/ran').exists())

    def test_a_noop_task_is_tested_too(self) -> None:
        job = self.job('unused', test_post='exit 1')
        result = tests.run_tested(noop.Noop(), job, self.watch)
        self.assertEqual(result.fault, 'TestFailed')
