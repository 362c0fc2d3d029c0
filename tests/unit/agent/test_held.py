"""What an attempt waits for before its child goes through its gate."""

import threading
import unittest

from trailmark.agent import attempts, rounds
from trailmark.common import exceptions


class TestChildren(unittest.TestCase):
    """A child does nothing until it is written down as the attempt's."""

    def setUp(self) -> None:
        self.told: list[rounds.Round] = []
        self.held = attempts.Held('1.0.1.0.1', self.told.append)

    def test_a_child_waits_until_it_is_written_down(self) -> None:
        went = threading.Event()

        def start() -> None:
            self.held.started(17, 1)
            went.set()

        threading.Thread(target=start, daemon=True).start()

        self.assertFalse(went.wait(0.2))
        self.told[0].children[0].answer.set_result(True)
        self.assertTrue(went.wait(5))

    def test_the_child_of_an_attempt_that_was_taken_never_goes(self) -> None:
        threading.Timer(
            0.1, lambda: self.told[0].children[0].answer.set_result(False)
        ).start()

        with self.assertRaises(exceptions.AttemptTaken):
            self.held.started(17, 1)
