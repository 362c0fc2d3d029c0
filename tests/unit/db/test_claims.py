"""Claims: one engine drives a run, whoever else tries."""

import dataclasses
import threading
from typing import Any

import testscenarios

from trailmark.common import exceptions
from trailmark.common.states import Asked, RunState
from trailmark.db import (
    claims,
    flushes,
    records,
    run_events,
    runs,
    tasks_history,
)
from trailmark.tests.unit.db import base
from trailmark.tests.unit.db.base import A1, B1, E

load_tests = testscenarios.load_tests_apply_scenarios
OTHER = base.Holder(pid=2)


def at_once(*calls: Any) -> list[Any]:
    """Results of calls that threads make at the same moment, or errors."""
    barrier = threading.Barrier(len(calls))
    results: list[Any] = [None] * len(calls)

    def work(place: int) -> None:
        barrier.wait()
        try:
            results[place] = calls[place]()
        except exceptions.TrailmarkError as error:
            results[place] = error

    threads = [
        threading.Thread(target=work, args=(place,))
        for place in range(len(calls))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


class ClaimTest(base.DatabaseTest):
    """Who may take a run."""

    def claim(self, run: int, mode: claims.Mode, **more: Any) -> Any:
        """Claim as another process."""
        return claims.claim(self.db, run, OTHER, 30, mode, **more)

    def test_a_pending_run_is_started_once(self) -> None:
        """By one of the engines that try. Nova: behaviour 32."""
        run, _ = runs.insert(
            self.db, base.new_run(self.cluster().id), None, 30
        )
        self.assertEqual(RunState.PENDING, runs.get(self.db, run).state)
        self.claim(run, 'start')
        found = runs.get(self.db, run)
        self.assertEqual((RunState.RUNNING, 2), (found.state, found.pid))
        self.assertRaises(exceptions.RunAlive, self.claim, run, 'start')

    def test_of_two_that_adopt_a_lapsed_run_one_wins(self) -> None:
        """The other is told that the run is alive."""
        run, _ = self.insert(lease_seconds=-1)
        won = at_once(*[lambda: self.claim(run, 'adopt')] * 2)
        taken = [one for one in won if isinstance(one, records.Claim)]
        self.assertEqual(1, len(taken), won)
        (lost,) = (one for one in won if one not in taken)
        self.assertIsInstance(lost, exceptions.RunAlive)

    def test_a_live_run_is_refused(self) -> None:
        """Its holder is named. Guard: claim-lease."""
        run, _ = self.insert()
        for mode in ('resume', 'adopt'):
            error = self.assertRaises(
                exceptions.RunAlive, self.claim, run, mode
            )
            self.assertEqual((1, 'host'), (error.pid, error.host))

    def test_a_run_whose_process_is_gone_has_lapsed_at_once(self) -> None:
        """Whatever its lease says."""
        run, _ = self.insert()
        asked: list[Any] = []

        def is_gone(*process: Any) -> bool:
            asked.append(process)
            return True

        self.claim(run, 'resume', is_gone=is_gone)
        self.assertEqual([('host', 'boot', 1, 1)], asked)

    def test_a_lease_that_ends_in_days_is_of_a_clock_that_was_set_back(
        self,
    ) -> None:
        """Nobody has to wait for days. Guard: database-clock."""
        run, _ = self.insert(lease_seconds=3 * 24 * 3600)

        self.claim(run, 'adopt')

        self.assertEqual(2, runs.get(self.db, run).pid)

    def test_a_released_run_is_adopted_at_once(self) -> None:
        """With what was asked, as it is."""
        run, claim = self.insert()
        runs.ask(self.db, run, Asked.STOP, None)
        claims.release(self.db, claim)
        taken = self.claim(run, 'adopt')
        self.assertGreater(taken.epoch, claim.epoch)
        found = runs.get(self.db, run)
        self.assertEqual(
            (RunState.RUNNING, Asked.STOP), (found.state, found.asked)
        )
        self.assertRaises(exceptions.LeaseLost, claims.renew, self.db, claim)

    def _waits(self, run: int) -> str | None:
        found = claims.waiting(self.db, lambda *process: False)
        return dict(found).get(run)

    def test_what_nobody_holds_waits_for_an_engine(self) -> None:
        """New runs and such as were left; not those that are held."""
        new, _ = runs.insert(
            self.db, base.new_run(self.cluster().id), None, 30
        )
        held, _ = self.insert()
        lapsed, _ = self.insert(lease_seconds=-1)
        left, claim = self.insert()
        claims.release(self.db, claim)

        found = [self._waits(run) for run in (new, held, lapsed, left)]

        self.assertEqual(['start', None, 'adopt', 'adopt'], found)

    def test_an_ended_run_waits_for_nobody(self) -> None:
        """Until it is reopened."""
        run = self.ended(RunState.ERROR, (A1, E.PENDING, E.CANCELLED))
        self.assertIsNone(self._waits(run))

        claims.reopen(self.db, run, actor='me')

        self.assertEqual('start', self._waits(run))
        found = runs.get(self.db, run)
        self.assertEqual((RunState.PENDING, None), (found.state, found.pid))

    def test_a_reopened_run_fences_the_engine_that_had_it(self) -> None:
        """Whatever that still has to write."""
        run, claim = self.insert(lease_seconds=-1)

        claims.reopen(self.db, run)

        self.assertRaises(exceptions.LeaseLost, claims.renew, self.db, claim)

    def test_a_cancel_leaves_what_ran_of_a_reopened_run_to_an_engine(
        self,
    ) -> None:
        """Nothing may be running in a run that has ended."""
        run, claim = self.insert()
        claim = self.move(claim, (A1, E.PENDING, E.RUNNING))
        claims.release(self.db, claim)
        claims.reopen(self.db, run)

        found = runs.ask(self.db, run, Asked.CANCEL, 'me')

        self.assertEqual(RunState.PENDING, found.state)
        self.assertEqual(Asked.CANCEL, found.asked)

    def test_a_ready_run_is_not_resumed(self) -> None:
        """There is nothing to do."""
        cluster = self.cluster().id
        run, _ = runs.insert(
            self.db,
            base.new_run(cluster, state=RunState.READY, dry_run=True),
            None,
            30,
        )
        self.assertRaises(exceptions.RunEnded, self.claim, run, 'resume')
        self.assertRaises(exceptions.RunEnded, self.claim, run, 'adopt')

    def test_a_superseded_run_is_not_resumed(self) -> None:
        """The cluster has had a later run; dry ones don't count.

        Guard: superseded.
        """
        run = self.ended(RunState.STOPPED)
        cluster = runs.get(self.db, run).cluster_id
        dry = base.new_run(cluster, state=RunState.READY, dry_run=True)
        runs.insert(self.db, dry, None, 30)
        claims.release(self.db, self.claim(run, 'resume'))
        stopped = self.ended(RunState.STOPPED)
        later, _ = self.insert(runs.get(self.db, stopped).cluster_id)
        error = self.assertRaises(
            exceptions.RunSuperseded, self.claim, stopped, 'resume'
        )
        self.assertEqual(later, error.later)

    def test_an_unknown_run_is_not_found(self) -> None:
        """Whatever is wanted of it."""
        self.assertRaises(exceptions.NotFound, self.claim, 1 << 40, 'start')

    def test_events_tell_who_took_it(self) -> None:
        """In order."""
        run = self.ended(RunState.STOPPED)
        self.resume(run)
        told = run_events.list_of(self.db, run)
        self.assertEqual(
            [('inserted', None), ('stopping', None), ('ended', None)],
            [(event.event, event.actor) for event in told[:3]],
        )
        self.assertEqual(
            ('resume', 'me', 'from stopped by process 2 on host'),
            (told[3].event, told[3].actor, told[3].message),
        )


class ResumeTest(base.DatabaseTest):
    """What a resume does to executions."""

    def test_a_stopping_run_that_was_left_is_resumed(self) -> None:
        """As if it had been stopped. Guard: clear-asked."""
        run, claim = self.insert()
        flushes.set_state(
            self.db,
            dataclasses.replace(claim, lease_seconds=-1),
            RunState.STOPPING,
        )
        runs.ask(self.db, run, Asked.STOP, None)
        self.resume(run)
        found = runs.get(self.db, run)
        self.assertEqual(
            (RunState.RUNNING, Asked.NONE), (found.state, found.asked)
        )

    def test_undone_executions_are_pending_again(self) -> None:
        """With a fresh budget; attempts are not used again."""
        run = self.ended(
            RunState.ERROR,
            (A1, E.PENDING, E.RUNNING),
            (A1, E.RUNNING, E.ERROR),
            (B1, E.PENDING, E.DEP_FAILED),
        )
        self.resume(run)
        stored = tasks_history.restore(self.db, run)
        self.assertEqual({E.PENDING}, {one.state for one in stored.values()})
        self.assertEqual(
            records.StoredExecution(E.PENDING, 1, None, 0, *[None] * 4),
            stored[A1],
        )

    def test_running_ones_stay_running_with_a_fresh_budget(self) -> None:
        """The engine asks for them again under the same attempt id."""
        run, claim = self.insert()
        lapsed = dataclasses.replace(claim, lease_seconds=-1)
        self.move(lapsed, (A1, E.PENDING, E.RUNNING))
        self.resume(run)
        stored = tasks_history.restore(self.db, run)[A1]
        self.assertEqual(
            records.StoredExecution(E.RUNNING, 1, None, 0, 7, 'j', None, 11),
            stored,
        )

    def test_an_adoption_leaves_every_execution_as_it_is(self) -> None:
        """Errors stay errors."""
        run, claim = self.insert()
        claim = self.move(claim, (A1, E.PENDING, E.ERROR))
        before = tasks_history.restore(self.db, run)
        claims.release(self.db, claim)
        claims.claim(self.db, run, OTHER, 30, 'adopt')
        self.assertEqual(before, tasks_history.restore(self.db, run))

    def test_skips_are_marked_and_the_rest_is_done_again(self) -> None:
        """On one node, or on all."""
        run = self.ended(RunState.ERROR, (A1, E.PENDING, E.ERROR))
        self.resume(run, ('a', 'n1'), ('b', None))
        self.assertEqual(
            {
                'a@n1': 'skipped',
                'b@n1': 'skipped',
                'a@n2': 'pending',
                'b@n2': 'skipped',
            },
            base.states(tasks_history.page(self.db, run=run)),
        )

    def test_a_skip_that_names_nothing_is_refused(self) -> None:
        """And the run is as it was."""
        run = self.ended(RunState.STOPPED)
        for skip in (('c', None), ('a', 'n9')):
            self.assertRaises(exceptions.NotFound, self.resume, run, skip)
        self.assertEqual(RunState.STOPPED, runs.get(self.db, run).state)

    def test_a_busy_cluster_refuses_an_older_run(self) -> None:
        """Even where the later one does not supersede it."""
        run = self.ended(RunState.STOPPED)
        cluster = runs.get(self.db, run).cluster_id
        self.insert(cluster)
        with self.db.writer() as connection:
            connection.exec_driver_sql(
                f'UPDATE runs SET dry_run = {self.true} WHERE'
                f' cluster_id = {cluster} AND id > {run}'
            )
        self.assertRaises(exceptions.ClusterBusy, self.resume, run)

    @property
    def true(self) -> str:
        """What a boolean column takes."""
        return 'true' if self.dialect == 'postgresql' else '1'
