"""Times as integers of microseconds."""

import datetime
import time
import unittest

from trailmark.common import clock


class ClockTest(unittest.TestCase):
    def test_now_is_in_microseconds(self) -> None:
        before = time.time()

        moment = clock.now()

        self.assertAlmostEqual(before, moment / 1_000_000, delta=5)

    def test_iso_keeps_microseconds(self) -> None:
        said = clock.iso(1_700_000_000_000_001)

        self.assertEqual('2023-11-14T22:13:20.000001', said)

    def test_iso_of_a_whole_second_shows_its_microseconds(self) -> None:
        self.assertEqual('1970-01-01T00:00:01.000000', clock.iso(1_000_000))

    def test_epoch_seconds_are_whole(self) -> None:
        self.assertEqual(1, clock.epoch_seconds(1_999_999))

    def test_no_moment_stays_none(self) -> None:
        self.assertIsNone(clock.iso(None))
        self.assertIsNone(clock.epoch_seconds(None))

    def test_a_moment_to_come_is_as_far_away_as_was_said(self) -> None:
        self.assertAlmostEqual(60, clock.until(clock.after(60)), delta=1)

    def test_a_moment_that_has_passed_is_not_far_away(self) -> None:
        self.assertEqual(0.0, clock.until(clock.after(-60)))

    def test_a_time_is_read_in_its_zone_or_the_one_that_is_taken(self) -> None:
        for said in (
            '2023-11-14T22:13:20+00:00',
            '2023-11-14T22:13:20',
            '2023-11-15T00:13:20+02:00',
        ):
            with self.subTest(said):
                moment = clock.parse(said, datetime.UTC)

                self.assertEqual(1_700_000_000_000_000, moment)

    def test_a_date_is_its_midnight_by_the_local_clock(self) -> None:
        at = datetime.datetime(2023, 11, 14)

        moment = clock.parse('2023-11-14')

        self.assertEqual(at.timestamp() * 1_000_000, moment)

    def test_a_duration_is_so_long_ago(self) -> None:
        moment = clock.parse('2h')

        self.assertAlmostEqual(time.time() - 7200, moment / 1e6, delta=5)

    def test_what_is_no_time_is_refused(self) -> None:
        for said in ('', 'soon', '7', '-1d', '2023-13-01', '9999999w'):
            with (
                self.subTest(said),
                self.assertRaisesRegex(ValueError, '30d'),
            ):
                clock.parse(said)
