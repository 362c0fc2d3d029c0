"""When an attempt is overdue, and when nobody may say so."""

import unittest
from typing import Any

from trailmark.common import clock
from trailmark.engine import futures, overdue, settings
from trailmark.flows import compile as compiled
from trailmark.tests import plans

_OPTIONS = settings.Settings(
    agent_timeout=300.0, deadline_grace=30.0, accept_timeout=5.0
)
_HOUR = 3_600_000_000


class _Sender:
    """A node with agents that speak when a test says so."""

    def __init__(self) -> None:
        self.at, self.served = 1000.0, True

    def serving(self, atom: Any) -> str:
        return 'n'

    def is_served(self, atom: Any) -> bool:
        return self.served

    def heard_at(self, atom: Any) -> float:
        return self.at


class _History:
    """The database's clock stands still."""

    def now(self) -> int:
        return 10 * _HOUR


class DeadlinesTest(unittest.TestCase):
    """An attempt of 60 seconds, with a grace of 30.

    Guard: deadline-while-unheard. Guard: stored-deadline.
    Guard: monotonic-deadline. Guard: same-id-asked-again.
    """

    def setUp(self) -> None:
        self.sender = _Sender()
        self.deadlines = overdue.Deadlines(
            self.sender,  # type: ignore[arg-type]
            _History(),  # type: ignore[arg-type]
            _OPTIONS,
        )
        planned = plans.make([plans.Step('a', ('n',), timeout=60.0)])
        atom = compiled.compile_plan('run', planned).ordered[0]
        atom.deadline_at = 10 * _HOUR + 90_000_000
        self.future = futures.Future(atom, lambda future: None)
        self.future.held_at = 1000.0

    def _speaks(self, times: int, apart: float = 2.0) -> list[str]:
        """Agents speak so often; why the attempt was given up, each time."""
        given_up = []
        for _ in range(times):
            self.sender.at += apart
            given_up += self._look(apart)
        return given_up

    def _look(self, listened: float = 1.0) -> list[str]:
        found = self.deadlines.passed([self.future], listened)
        return [why for _future, why in found]

    def test_an_attempt_is_overdue_after_its_timeout_and_the_grace(
        self,
    ) -> None:
        self.assertEqual([], self._speaks(45))

        self.assertIn('no answer within its timeout', self._speaks(3))

    def test_what_no_agent_has_accepted_is_never_overdue(self) -> None:
        self.future.held_at = 0.0

        self.assertEqual([], self._speaks(1000))

    def test_no_deadline_runs_while_no_agent_of_the_node_speaks(self) -> None:
        self._speaks(40)

        for _ in range(1000):
            self.assertEqual([], self._look(0.0))

    def test_after_a_silence_the_grace_begins_anew(self) -> None:
        self._speaks(45)

        self.assertEqual([], self._speaks(1, apart=3 * 90.0))
        self.assertEqual([], self._speaks(14))
        self.assertNotEqual([], self._speaks(3))

    def test_an_adopter_gives_the_grace_whatever_the_clocks_say(self) -> None:
        self.future.atom.deadline_at = 9 * _HOUR

        self.assertEqual([], self._speaks(15))
        self.assertNotEqual([], self._speaks(3))

    def test_an_adopter_waits_no_longer_than_its_timeout_and_the_grace(
        self,
    ) -> None:
        self.future.atom.deadline_at = 99 * _HOUR

        self.assertEqual([], self._speaks(45))
        self.assertNotEqual([], self._speaks(3))

    def test_a_node_that_stays_silent_is_given_up_in_the_end(self) -> None:
        self.sender.served = False
        for _ in range(30):
            self.assertEqual([], self._look(10.0))

        self.assertEqual(
            ['no agent of n was heard for 300 s'], self._look(1.0)
        )

    def test_nobody_is_silent_to_who_can_not_hear(self) -> None:
        self.sender.served = False

        for _ in range(10_000):
            self.assertEqual([], self._look(0.0))

    def test_who_was_paused_listens_before_it_asks_again(self) -> None:
        now = clock.steady()

        asked = overdue.unheard([self.future], _OPTIONS, resumed_at=now)
        later = overdue.unheard([self.future], _OPTIONS, resumed_at=now - 6)

        self.assertEqual(([], [self.future]), (asked, later))
