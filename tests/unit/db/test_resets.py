"""Resets of clusters on every database."""

import testscenarios

from trailmark.common import exceptions
from trailmark.common.states import RunState
from trailmark.db import (
    cluster_changes,
    records,
    run_events,
    runs,
    tasks_history,
)
from trailmark.tests.unit.db import base

load_tests = testscenarios.load_tests_apply_scenarios


class ResetTest(base.DatabaseTest):
    def _ended(self) -> records.Run:
        return runs.get(self.db, self.ended(RunState.ERROR))

    def _void(self, run: records.Run, force: bool = False) -> int | None:
        return cluster_changes.reset(self.db, run.cluster_id, 'me', force)

    def test_what_ran_before_no_longer_counts(self) -> None:
        run = self._ended()

        self.assertEqual(run.id, self._void(run))

        self.assertIsNone(runs.latest_run_of_cluster(self.db, run.cluster_id))
        self.assertLess(
            run.id, runs.first_that_counts(self.db, run.cluster_id)
        )
        self.assertRaises(exceptions.RunVoid, self.resume, run.id)

    def test_the_history_stays_and_tells_who_reset(self) -> None:
        run = self._ended()

        self._void(run)

        self.assertEqual(4, len(tasks_history.page(self.db, run=run.id)))
        last = run_events.list_of(self.db, run.id)[-1]
        self.assertEqual(('reset', 'me'), (last.event, last.actor))

    def test_what_runs_after_it_counts(self) -> None:
        run = self._ended()
        self._void(run)

        later, _claim = self.insert(run.cluster_id)

        latest = runs.latest_run_of_cluster(self.db, run.cluster_id)
        self.assertEqual(later, latest and latest.id)

    def test_an_active_run_is_in_its_way_unless_by_force(self) -> None:
        run = runs.get(self.db, self.insert()[0])

        self.assertRaises(exceptions.ClusterBusy, self._void, run)
        self.assertEqual(run.id, self._void(run, force=True))

        latest = runs.latest_run_of_cluster(self.db, run.cluster_id)
        self.assertEqual(run.id, latest and latest.id)

    def test_a_cluster_that_ran_nothing_can_be_reset(self) -> None:
        cluster = self.cluster().id

        self.assertIsNone(cluster_changes.reset(self.db, cluster, None))

    def test_an_unknown_cluster_is_not_found(self) -> None:
        self.assertRaises(
            exceptions.NotFound,
            *(cluster_changes.reset, self.db, 1 << 40, None),
        )

    def test_a_noop_run_is_not_what_a_cluster_is(self) -> None:
        """Fuel: behaviour 55."""
        run = self._ended()
        noop, _claim = self.insert(run.cluster_id, noop=True)

        for with_noop, number in ((True, noop), (False, run.id)):
            latest = runs.latest_run_of_cluster(
                self.db, run.cluster_id, with_noop
            )
            self.assertEqual(number, latest and latest.id)
