"""Reports that speak of several runs, and ids of attempts."""

import unittest

from trailmark.common import exceptions
from trailmark.common.states import ExecutionState
from trailmark.messaging import contracts, parts


class PartsTest(unittest.TestCase):
    def test_a_report_is_parted_by_the_runs_of_its_attempts(self) -> None:
        report = contracts.Report(
            'a',
            'j',
            ('1.0.1.0.1', '2.0.1.0.1'),
            (contracts.Outcome('2.0.1.1.1', ExecutionState.READY),),
            {'1.0.1.0.1': 'half'},
        )

        found = parts.by_run(report)

        self.assertEqual({1, 2}, set(found))
        self.assertEqual(('1.0.1.0.1',), found[1].held)
        self.assertEqual((), found[1].outcomes)
        self.assertEqual(report.outcomes, found[2].outcomes)
        self.assertEqual({}, found[2].checkpoints)

    def test_what_is_no_attempt_is_refused(self) -> None:
        for name in ('', 'x', '1.2.3.4', '1.0.1.0.1 ', '-1.0.1.0.1'):
            with self.assertRaises(exceptions.MessageRefused, msg=name):
                parts.run_of(name)

    def test_an_id_names_the_execution_and_its_attempt(self) -> None:
        self.assertEqual(((0, 3, 2), 4), parts.key_of('7.0.3.2.4'))
