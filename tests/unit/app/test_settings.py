"""Every process hands its drivers what is configured of them."""

import re
import unittest

from trailmark.tests import sources

_UNCONFIGURED = re.compile(r'\b(?:drivers\.drivers|catalog\.catalog)\(\)')


class SettingsTest(unittest.TestCase):
    def test_no_process_makes_drivers_without_their_settings(self) -> None:
        wrong = [
            module.place
            for module in sources.modules()
            if module.room == 'app' and _UNCONFIGURED.search(module.text)
        ]

        self.assertEqual([], wrong)
