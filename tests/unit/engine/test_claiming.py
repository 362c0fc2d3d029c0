"""An engine that claims runs and drives them."""

from trailmark.common import exceptions
from trailmark.common.states import RunState
from trailmark.db import claims, records, runs
from trailmark.engine import claiming
from trailmark.tests import databases, plans, stored
from trailmark.tests.unit.engine import scenario


class _Host:
    """Takes runs, and does nothing with them."""

    def __init__(self) -> None:
        self.claims: dict[int, records.Claim] = {}
        self.ended: dict[int, Exception | None] = {}

    @property
    def driven(self) -> list[int]:
        return list(self.claims)

    def execute_run(self, run: int, claim: records.Claim) -> None:
        self.claims[run] = claim

    def forget_ended(self) -> dict[int, Exception | None]:
        ended, self.ended = self.ended, {}
        return ended


class ClaimerTest(scenario.EngineTest):
    def setUp(self) -> None:
        super().setUp()
        self.database = databases.fresh('sqlite')
        self.host = _Host()

    def _claimer(self, most: int = 10) -> claiming.Claimer:
        return claiming.Claimer(
            self.database,
            stored.HOLDER,
            self.host,  # type: ignore[arg-type]
            30.0,
            most,
        )

    def _left(self) -> int:
        planned = plans.make([plans.Step('a', ('n',))])
        claim = stored.store(self.database, planned, databases.fresh_name())
        claims.release(self.database, claim)
        return claim.run

    def test_runs_that_nobody_holds_are_claimed_the_oldest_first(self) -> None:
        both = [self._left(), self._left()]

        self._claimer().look()

        self.assertEqual(both, self.host.driven)
        self.assertEqual(2, self.host.claims[both[0]].epoch)

    def test_a_held_run_is_left_alone(self) -> None:
        planned = plans.make([plans.Step('a', ('n',))])
        stored.store(self.database, planned, databases.fresh_name())

        self._claimer().look()

        self.assertEqual([], self.host.driven)

    def test_no_more_are_claimed_than_it_may_drive(self) -> None:
        first = self._left()
        self._left()

        self._claimer(most=1).look()

        self.assertEqual([first], self.host.driven)

    def test_a_run_that_failed_here_is_left_to_others_for_a_while(
        self,
    ) -> None:
        run = self._left()
        claimer = self._claimer()
        self.host.ended = {run: ValueError('a bug')}

        claimer.look()

        self.assertEqual([], self.host.driven)

    def test_a_run_that_was_lost_to_another_engine_is_claimed_again(
        self,
    ) -> None:
        run = self._left()
        claimer = self._claimer()
        self.host.ended = {run: exceptions.LeaseLost(run=run, epoch=1)}

        claimer.look()

        self.assertEqual([run], self.host.driven)

    def test_a_reopened_run_is_claimed_as_a_new_one(self) -> None:
        run = self._left()
        claims.reopen(self.database, run, actor='tests')
        self.assertEqual(RunState.PENDING, runs.get(self.database, run).state)

        self._claimer().look()

        self.assertEqual([run], self.host.driven)
        self.assertEqual(RunState.RUNNING, runs.get(self.database, run).state)
