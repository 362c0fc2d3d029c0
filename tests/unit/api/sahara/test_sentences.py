"""How long things took, in words."""

import unittest

from trailmark.api.sahara import sentences


class DurationTest(unittest.TestCase):
    def test_times_are_told_in_their_two_largest_units(self) -> None:
        for seconds, said in (
            (0, '0 seconds'),
            (1, '1 second'),
            (59, '59 seconds'),
            (600, '10 minutes'),
            (61, '1 minute 1 second'),
            (3900, '1 hour 5 minutes'),
            (3601, '1 hour 1 second'),
            (90061, '1 day 1 hour'),
            (-5, '0 seconds'),
        ):
            self.assertEqual(said, sentences.duration(seconds), seconds)
