"""Why executions wait, from the rows of a run alone."""

import unittest

from trailmark.api import waiting
from trailmark.common.states import ExecutionState
from trailmark.db import records
from trailmark.tests import plans

_NOW = 1_700_000_000_000_000


class ExplainTest(unittest.TestCase):
    def _why(self, journal: str | None, not_before: int | None) -> str:
        planned = plans.make([plans.Step('a', ('n',))])
        row = records.StoredExecution(
            ExecutionState.PENDING,
            *(1, None, 0, None, journal, not_before, None),
        )
        return waiting.explain(planned, {(0, 1, 0): row}, None, _NOW)['a@n']

    def test_an_attempt_whose_end_nobody_confirmed_is_waited_for(self) -> None:
        self.assertEqual(
            'nobody knows whether its attempt 1 has ended: waits for the '
            'agent that had it',
            self._why('j', None),
        )

    def test_an_interval_is_over_when_the_database_says_so(self) -> None:
        before, after = self._why(None, _NOW + 1), self._why(None, _NOW)

        self.assertIn('to try again', before)
        self.assertNotIn('to try again', after)
