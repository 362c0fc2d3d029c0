"""How old a dispatch is, whatever the clocks of machines say."""

import unittest
from unittest import mock

from trailmark.agent import freshness
from trailmark.common import clock
from trailmark.messaging import contracts
from trailmark.tests.unit.agent import engines

_AHEAD = 5_000_000_000


class EngineClocksTest(unittest.TestCase):
    """The engine's clock is far ahead of this process's. Guard: ask-stale."""

    def setUp(self) -> None:
        self.clocks = freshness.EngineClocks()

    def _learn(self) -> None:
        began = clock.steady_micros()
        answer = contracts.ReportAnswer(clock='e', at=began + _AHEAD)
        self.clocks.learn(answer, began)

    def _age(self, sent_ago: int) -> int | None:
        sent_at = clock.steady_micros() + _AHEAD - sent_ago
        attempt = engines.attempt('1.0.1.1.1', sent_at=sent_at, clock='e')[0]
        return self.clocks.age(attempt)

    def test_a_dispatch_of_an_engine_that_never_answered_has_no_age(
        self,
    ) -> None:
        self.assertIsNone(self._age(0))

    def test_the_age_is_told_by_the_engines_own_clock(self) -> None:
        self._learn()

        age = self._age(3_000_000)

        assert age is not None
        self.assertTrue(3_000_000 <= age < 4_000_000, age)

    def test_the_clocks_that_people_set_do_not_matter(self) -> None:
        self._learn()

        with mock.patch.object(clock, 'now', lambda: 0):
            age = self._age(0)

        assert age is not None
        self.assertLess(age, 1_000_000)

    def test_the_oldest_of_many_engines_is_forgotten_never_the_own(
        self,
    ) -> None:
        self._learn()
        for number in range(freshness._MOST):
            answer = contracts.ReportAnswer(clock=f'e{number}', at=1)
            self.clocks.learn(answer, 0)

        own = engines.attempt('1.0.1.1.1')[0]

        self.assertIsNone(self._age(0))
        self.assertIsNotNone(self.clocks.age(own))
