"""Tests of the driver: its plans as data, and what it does to files."""

import pathlib
import tempfile
import unittest
from typing import Any

from trailmark_line_in_file import driver

from trailmark.common import states
from trailmark.drivers import base

#: Text of the file, parameters beside path and line, and what is planned.
PLANS = (
    ('a\nb\n', {}, ["add 'x=1' to f"]),
    ('a\nx=1\n', {}, []),
    ('x=0\nx=2\n', {'match': '^x='}, ["replace 'x=2' by 'x=1' in f"]),
    ('y=0\n', {'match': '^x='}, ["add 'x=1' to f"]),
    (None, {'create': True}, ["add 'x=1' to f"]),
    (None, {}, ['fail: f does not exist']),
)


class Watch:
    """A watch that nobody looks at."""

    def __init__(self) -> None:
        self.cancelled = base.Cancellation()

    def checkpoint(self, text: str) -> None:
        """No checkpoint is needed."""

    def output(self, size: int, tail: str) -> None:
        """Nothing is printed."""


class DriverTest(unittest.TestCase):
    def setUp(self) -> None:
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.folder = pathlib.Path(holder.name)
        self.file = self.folder / 'f'
        self.watch = Watch()
        self.addCleanup(self.watch.cancelled.close)
        self.driver = driver.LineInFile()

    def job(self, **more: Any) -> base.Job:
        return base.Job(
            attempt_id='1.0.1.1.1',
            run=1,
            cluster='shop',
            node='n1',
            task='t',
            attempt=1,
            parameters={'path': 'f', 'line': 'x=1', **more},
            timeout=30.0,
            folder=self.folder,
            scratch=self.folder / 'scratch',
        )

    def test_plans(self) -> None:
        for text, more, wanted in PLANS:
            with self.subTest(text=text, **more):
                steps = self.driver.plan(self.job(**more), {'text': text})
                self.assertEqual([step.text for step in steps], wanted)

    def test_a_run_does_what_was_planned_and_the_next_nothing(self) -> None:
        self.file.write_text('x=0\ny=0\n')
        self.file.chmod(0o640)
        job = self.job(match='^x=')
        for changed in (True, False):
            result = self.driver.run(job, self.watch)
            self.assertEqual(result.state, states.ExecutionState.READY)
            self.assertEqual((result.summary or {})['changed'], changed)
        self.assertEqual(self.file.read_text(), 'x=1\ny=0\n')
        self.assertEqual(self.file.stat().st_mode & 0o777, 0o640)

    def test_a_file_that_is_missing_is_an_error(self) -> None:
        result = self.driver.run(self.job(), self.watch)
        self.assertEqual(result.fault, 'Failed')
        self.assertFalse(self.file.exists())

    def test_noop_tells_the_plan_and_changes_nothing(self) -> None:
        self.file.write_text('a\n')
        result = self.driver.noop(self.job(), self.watch)
        self.assertEqual((result.summary or {})['plan'], ["add 'x=1' to f"])
        self.assertEqual(self.file.read_text(), 'a\n')

    def test_a_cancel_changes_nothing(self) -> None:
        self.file.write_text('a\n')
        self.watch.cancelled.set()
        result = self.driver.run(self.job(), self.watch)
        self.assertEqual(result.state, states.ExecutionState.CANCELLED)
        self.assertEqual(self.file.read_text(), 'a\n')


if __name__ == '__main__':
    unittest.main()
