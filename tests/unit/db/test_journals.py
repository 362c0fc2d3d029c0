"""Tests of how far engines have seen journals, on every database."""

import testscenarios

from trailmark.db import journals
from trailmark.tests import databases
from trailmark.tests.unit.db import base

load_tests = testscenarios.load_tests_apply_scenarios


class JournalsTest(base.DatabaseTest):
    def test_the_highest_sequence_of_a_journal_stays(self) -> None:
        name = databases.fresh_name()

        for sequence in (7, 9, 8):
            journals.raise_sequences(self.db, {name: sequence})

        self.assertEqual(9, journals.sequence_of(self.db, name))
        self.assertEqual(9, journals.sequences(self.db)[name])

    def test_a_journal_that_was_never_seen_is_at_0(self) -> None:
        self.assertEqual(0, journals.sequence_of(self.db, 'another'))
