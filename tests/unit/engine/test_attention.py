"""What counts as time in which somebody listened."""

import contextlib
import unittest
from collections.abc import Iterator
from unittest import mock

from trailmark.common import clock, exceptions
from trailmark.engine import attention, hearing


@contextlib.contextmanager
def _later(seconds: float) -> Iterator[None]:
    at = clock.steady() + seconds
    with mock.patch.object(clock, 'steady', lambda: at):
        yield


class AttentionTest(unittest.TestCase):
    """Guard: listen-after-gap."""

    def test_time_counts_while_somebody_goes_round(self) -> None:
        aware = attention.Attention()

        with _later(2):
            self.assertAlmostEqual(2.0, aware.tick(), 1)
            self.assertAlmostEqual(2.0, aware.now(), 1)

    def test_a_pause_does_not_count(self) -> None:
        aware = attention.Attention()

        with _later(3600):
            self.assertEqual(attention.STOOD_STILL, aware.now())
            self.assertEqual(0.0, aware.tick())
            self.assertEqual(attention.STOOD_STILL, aware.now())
            self.assertEqual(clock.steady(), aware.resumed_at)


class _Presences:
    last_heard_at = 0.0


class HearingTest(unittest.TestCase):
    def setUp(self) -> None:
        self.presences = _Presences()
        self.pings = 0
        self.error: Exception | None = None
        self.hearing = hearing.Hearing(
            self.presences,  # type: ignore[arg-type]
            self._ping,
        )

    def _ping(self) -> None:
        self.pings += 1
        if self.error is not None:
            raise self.error

    def test_an_engine_hears_itself_where_no_agent_speaks(self) -> None:
        self.hearing()

        self.assertEqual((1, True), (self.pings, self.hearing.can_hear()))

    def test_an_engine_that_hears_agents_calls_nobody(self) -> None:
        self.presences.last_heard_at = clock.steady()

        self.hearing()

        self.assertEqual((0, True), (self.pings, self.hearing.can_hear()))

    def test_an_engine_without_broker_can_not_hear(self) -> None:
        self.hearing()
        self.error = exceptions.MessageNotSent(reason='no broker')

        with _later(11):
            self.hearing()
            self.assertFalse(self.hearing.can_hear())
