"""Answers that are made once for many."""

import threading
import unittest
from concurrent import futures

from trailmark.api import sharing


class SharedTest(unittest.TestCase):
    def setUp(self) -> None:
        self.shared = sharing.Shared()
        self.begun, self.go = threading.Semaphore(0), threading.Event()
        self.made = 0

    def make(self) -> str:
        """Wait until it is told to go on; what it makes has a number."""
        self.made += 1
        self.begun.release()
        self.go.wait(60)
        return str(self.made)

    def test_nobody_is_given_what_was_begun_before(self) -> None:
        with futures.ThreadPoolExecutor(20) as pool:
            first = pool.submit(self.shared.get, 'k', self.make)
            self.begun.acquire()
            others = [
                pool.submit(self.shared.get, 'k', self.make) for _ in range(19)
            ]
            self.go.set()

            self.assertEqual('1', first.result(60))
            self.assertNotIn('1', {each.result(60) for each in others})

    def test_those_who_ask_meanwhile_share_the_next_one(self) -> None:
        asked = threading.Barrier(20)

        def ask() -> str:
            asked.wait(60)
            return self.shared.get('k', self.make)

        with futures.ThreadPoolExecutor(20) as pool:
            all_ = [pool.submit(ask) for _ in range(20)]
            self.begun.acquire()
            # The others come to wait while it is being made.
            while 'k' not in self.shared._coming:
                threading.Event().wait(0.01)
            self.go.set()
            numbers = [int(each.result(60)) for each in all_]

        self.assertEqual(self.made, max(numbers))
        self.assertGreater(20, self.made)

    def test_who_asks_later_is_given_something_new(self) -> None:
        self.go.set()

        self.assertEqual(
            ['1', '2'], [self.shared.get('k', self.make) for _ in range(2)]
        )

    def test_what_went_wrong_does_not_last(self) -> None:
        self.assertRaises(ZeroDivisionError, self.shared.get, 'k', _fail)
        self.go.set()

        self.assertEqual('1', self.shared.get('k', self.make))


def _fail() -> str:
    return str(1 / 0)
