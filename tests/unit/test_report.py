"""The words with which a test run ends."""

import unittest
from typing import Any

from testtools import content

from trailmark.tests import report


def _test(name: str, status: str, why: str | None = None) -> dict[str, Any]:
    details = {'reason': content.text_content(why)} if why else {}
    return {'id': name, 'status': status, 'details': details}


class ReportTest(unittest.TestCase):
    def test_the_last_line_counts(self) -> None:
        tests = [_test('a', 'success'), _test('b', 'fail'), _test('c', 'skip')]

        text, well = report.describe(tests, 1)

        self.assertEqual(
            '1 passed, 1 failed, 1 skipped', text.splitlines()[-1]
        )
        self.assertFalse(well)

    def test_a_skip_says_why_once_for_all_of_its_kind(self) -> None:
        tests = [
            _test('a', 'success'),
            _test('b', 'skip', 'no database answers'),
            _test('c', 'skip', 'no database answers'),
        ]

        text, well = report.describe(tests, 0)

        self.assertIn('skipped 2: no database answers', text.splitlines())
        self.assertTrue(well)

    def test_a_run_that_could_not_load_is_a_failure(self) -> None:
        text, well = report.describe([_test('a', 'success')], 100)

        self.assertIn('1 passed, 1 failed, 0 skipped', text)
        self.assertFalse(well)

    def test_a_test_whose_process_died_is_a_failure(self) -> None:
        text, well = report.describe([_test('a', 'inprogress')], 0)

        self.assertIn('failed: a', text)
        self.assertFalse(well)

    def test_no_test_at_all_is_a_failure(self) -> None:
        _, well = report.describe([], 0)

        self.assertFalse(well)
