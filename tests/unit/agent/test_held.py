"""What an attempt waits for while it writes down how far it is."""

import threading
import unittest

from trailmark.agent import attempts, rounds
from trailmark.common import exceptions


class TestCheckpoints(unittest.TestCase):
    """A checkpoint counts once it is durable."""

    def setUp(self) -> None:
        self.told: list[rounds.Round] = []
        self.held = attempts.Held('1.0.1.0.1', self.told.append)

    def test_it_waits_until_it_is_written_down(self) -> None:
        went = threading.Event()

        def reach() -> None:
            self.held.checkpoint('half')
            went.set()

        threading.Thread(target=reach, daemon=True).start()

        self.assertFalse(went.wait(0.2))
        self.told[0].reached[0].answer.set_result(True)
        self.assertTrue(went.wait(5))

    def test_that_of_an_attempt_that_was_taken_is_refused(self) -> None:
        threading.Timer(
            0.1, lambda: self.told[0].reached[0].answer.set_result(False)
        ).start()

        with self.assertRaises(exceptions.AttemptTaken):
            self.held.checkpoint('half')
