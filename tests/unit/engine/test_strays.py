"""Reports about runs that this engine does not drive."""

from trailmark.common.states import ExecutionState, RunState
from trailmark.db import reports
from trailmark.engine import strays
from trailmark.messaging import contracts
from trailmark.tests import agents, plans
from trailmark.tests.unit.engine import scenario

READY = ExecutionState.READY


class StraysTest(scenario.EngineTest):
    def setUp(self) -> None:
        super().setUp()
        self.strays = strays.Strays(self.database)
        steps = [plans.Step('a', ('n',))]
        self.scenario = scenario.Scenario(self.database, plans.make(steps))
        self.run_id = self.scenario.run
        self.attempt = f'{self.run_id}.0.1.0.1'

    def _report(self, run: int) -> contracts.ReportAnswer:
        outcome = contracts.Outcome(f'{run}.0.1.0.1', READY)
        return self.strays.answer(
            run, contracts.Report('a', 'j', (f'{run}.0.1.0.9',), (outcome,))
        )

    def test_outcomes_of_an_active_run_are_kept_for_its_engine(self) -> None:
        said = self._report(self.run_id)

        self.assertEqual((self.attempt,), said.committed)
        self.assertEqual((), said.end)
        kept = reports.of_run(self.database, self.run_id)
        self.assertEqual([self.attempt], list(kept))

    def test_outcomes_stay_in_a_journal_that_every_engine_reads(
        self,
    ) -> None:
        self.strays = strays.Strays(self.database, keeps=False)

        said = self._report(self.run_id)

        self.assertEqual(contracts.ReportAnswer(), said)
        self.assertEqual({}, reports.of_run(self.database, self.run_id))

    def test_nothing_of_an_ended_run_is_wanted(self) -> None:
        self.scenario.go(agents.Agents())

        said = self._report(self.run_id)

        self.assertEqual((self.attempt,), said.committed)
        self.assertEqual((f'{self.run_id}.0.1.0.9',), said.end)
        self.assertEqual({}, reports.of_run(self.database, self.run_id))

    def test_nothing_of_an_unknown_run_is_wanted(self) -> None:
        """Fuel: behaviour 67. History: behaviour 17."""
        said = self._report(10**9)

        self.assertEqual((f'{10**9}.0.1.0.9',), said.end)

    def test_only_the_attempt_that_runs_now_is_wanted(self) -> None:
        """History: behaviour 14."""
        doubles = agents.Agents(lambda attempt: None)
        thread = self.scenario.start(doubles)
        self.wait_for(lambda: bool(doubles.started))

        self.assertTrue(self.strays.is_wanted(self.attempt, 1))
        self.assertFalse(self.strays.is_wanted(self.attempt, 2))
        self.assertFalse(self.strays.is_wanted(f'{self.run_id}.0.1.0.2', 1))
        doubles.end(self.attempt, READY)
        thread.join(5)
        self.assertFalse(self.strays.is_wanted(self.attempt, 1))

    def test_the_run_s_engine_takes_in_what_was_kept(self) -> None:
        """Guard: stored-report."""
        silent = agents.Agents(lambda attempt: None)
        thread = self.scenario.start(silent, shared=True)
        self.wait_for(lambda: bool(silent.started))

        self._report(self.run_id)

        thread.join(5)
        self.assertEqual({'a@n': READY}, self.scenario.states())
        self.assertEqual({}, reports.of_run(self.database, self.run_id))
        self.assertEqual(RunState.READY, self.scenario.ended)
