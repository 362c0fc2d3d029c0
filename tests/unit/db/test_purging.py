"""Old runs are deleted, and nothing that is needed goes with them."""

import itertools
from typing import Any

import testscenarios

from trailmark.common import exceptions
from trailmark.common.states import Asked, RunState
from trailmark.db import (
    flushes,
    purging,
    records,
    retention,
    run_filters,
    runs,
    snapshots,
    space,
    tasks_history,
)
from trailmark.tests.unit.db import base
from trailmark.tests.unit.db.base import A1, A2, B1, B2, E

load_tests = testscenarios.load_tests_apply_scenarios

ALL = (A1, B1, A2, B2)
#: Keeps everything; ends only what other purges began.
NOTHING = retention.Policy(keep_runs=1 << 20)
COUNTED = (
    'runs',
    'tasks_history',
    'task_transitions',
    'task_summaries',
    'faults',
    'checkpoints',
)


class _PurgeTest(base.DatabaseTest):
    def setUp(self) -> None:
        """A cluster of its own, and nothing that is half purged."""
        super().setUp()
        self.mine = self.cluster().id
        purging.purge(self.db, NOTHING, 0)

    def succeed(self, *keys: records.Key, **more: Any) -> int:
        """A run in which these executions became ready, others not."""
        run, claim = self.insert(self.mine, **more)
        for old, new in ((E.PENDING, E.RUNNING), (E.RUNNING, E.READY)):
            claim = self.move(claim, *((key, old, new) for key in keys))
        left = records.Batch(
            summaries=[records.Summary(key, 1, {}) for key in keys],
            faults=[records.Fault(A1, 1, 'Kind', 'm', 1)],
            checkpoints=[records.Checkpoint(A1, 1, 'half', 1)],
        )
        claim = flushes.flush(self.db, claim, left)
        state = RunState.READY if len(keys) == 4 else RunState.ERROR
        flushes.finish(self.db, claim, state, None, E.CANCELLED)
        return run

    def policy(self, keep: int | None, **more: int) -> retention.Policy:
        """A policy for the test's cluster."""
        return retention.Policy(keep_runs=keep, cluster=self.mine, **more)

    def purge(self, keep: int | None = 1, **more: int) -> purging.Rows:
        """Purge runs of the test's cluster."""
        return purging.purge(self.db, self.policy(keep, **more), 0)

    def left(self) -> list[int]:
        """Runs of the cluster, the newest first."""
        return [
            run.id
            for run in runs.list_all(self.db, run_filters.Filter(self.mine))
        ]

    def rows_of(self, run: int) -> int:
        """Rows that are stored for a run."""
        with self.db.reader() as connection:
            return sum(
                len(connection.execute(rows).all())
                for part in purging.PARTS
                for rows in [part.select().where(part.c.run_id == run)]
            )


class PurgeTest(_PurgeTest):
    """What goes, and what stays."""

    def test_an_old_run_goes_with_all_its_rows(self) -> None:
        """What went is told by table.

        All together: behaviours 2 and 3; no run goes by halves.
        """
        old, new = self.succeed(*ALL), self.succeed(*ALL)

        gone = self.purge()

        self.assertEqual([new], self.left())
        self.assertEqual(0, self.rows_of(old))
        self.assertEqual([1, 4, 8, 4, 1, 1], [gone[name] for name in COUNTED])

    def test_the_newest_runs_of_a_cluster_are_kept_whole(self) -> None:
        """As many as were said."""
        made = [self.succeed(*ALL) for _ in range(4)]
        rows = self.rows_of(made[-1])

        self.purge(keep=2)

        self.assertEqual(made[:1:-1], self.left())
        self.assertEqual(rows, self.rows_of(made[-1]))

    def test_runs_that_ended_later_are_kept(self) -> None:
        """The moment of the end counts."""
        first, second, last = (self.succeed(*ALL) for _ in range(3))
        ended = runs.get(self.db, second).ended_at

        self.purge(keep=None, before=ended or 0)

        self.assertEqual([last, second], self.left())
        self.assertNotEqual(first, second)

    def test_a_run_with_the_last_success_of_a_task_stays(self) -> None:
        """Per node, however old; one that added nothing goes."""
        first = self.succeed(A1)
        self.succeed(B1)
        third, last = self.succeed(B1, A2), self.succeed(B2)

        self.purge()

        self.assertEqual([last, third, first], self.left())

    def test_a_noop_run_holds_nothing_and_hides_nothing(self) -> None:
        """It changed no node."""
        real = self.succeed(*ALL)
        self.succeed(*ALL, noop=True)
        last = self.succeed(A1)

        self.purge()

        self.assertEqual([last, real], self.left())

    def test_an_active_run_stays(self) -> None:
        """Its engine goes on."""
        self.succeed()
        active, claim = self.insert(self.mine)

        self.purge(keep=None)

        self.assertEqual([active], self.left())
        self.move(claim, (A1, E.PENDING, E.RUNNING))

    def test_a_run_that_can_be_resumed_stays_so(self) -> None:
        """The last one that was not dry. All together: behaviour 4."""
        self.succeed()
        last = self.succeed()
        dry = base.new_run(self.mine, dry_run=True, state=RunState.READY)
        runs.insert(self.db, dry, None, 30)

        self.purge(keep=None)

        self.assertEqual([last], self.left())
        self.assertEqual(last, self.resume(last).run)

    def test_hidden_runs_go_as_others_do(self) -> None:
        """Nobody else would ever delete them."""
        old, _ = self.succeed(*ALL), self.succeed(*ALL)
        runs.hide(self.db, old, 'me')

        self.assertEqual(1, self.purge()['runs'])

    def test_other_clusters_lose_nothing(self) -> None:
        """When one is named."""
        old, _ = self.succeed(*ALL), self.succeed(*ALL)
        self.mine = self.cluster().id

        self.purge()

        self.assertEqual(old, runs.get(self.db, old).id)

    def test_snapshots_that_no_run_names_go(self) -> None:
        """Those of other runs stay."""
        bodies = [{'of': self.mine, 'n': number} for number in range(3)]
        for body in bodies:
            self.succeed(*ALL, snapshot=body)
        first, _, last = (snapshots.digest_of(body)[0] for body in bodies)

        self.purge()

        self.assertRaises(exceptions.NotFound, snapshots.get, self.db, first)
        self.assertEqual(2, snapshots.get(self.db, last)['n'])

    def test_a_preview_tells_what_a_purge_then_does(self) -> None:
        """And deletes nothing."""
        for number in range(3):
            self.succeed(*ALL, snapshot={'of': self.mine, 'n': number})

        told = purging.preview(self.db, self.policy(1))

        self.assertEqual(3, len(self.left()))
        self.assertEqual(2, told['graph_snapshots'])
        self.assertEqual(dict(told), dict(self.purge()))


class HalfPurgedTest(_PurgeTest):
    """A purge that did not come to its end."""

    def setUp(self) -> None:
        """Transactions of three rows."""
        super().setUp()
        self.patch(purging, 'ROWS', 3)

    def killed(self, after: int) -> int:
        """A run whose purge was killed after so many transactions."""
        run, _ = self.succeed(*ALL), self.succeed(*ALL)
        steps = itertools.count(1)

        def kill(gone: purging.Rows) -> None:
            if next(steps) == after:
                raise KeyboardInterrupt

        policy = self.policy(1)
        self.assertRaises(
            KeyboardInterrupt, purging.purge, self.db, policy, 0, kill
        )
        return run

    def test_a_run_that_is_half_purged_is_not_found(self) -> None:
        """By no way of reading, and nobody resumes it."""
        run = self.killed(3)
        self.assertNotEqual(0, self.rows_of(run))
        self.assertNotIn(run, self.left())
        rows = tasks_history.page(self.db, cluster=self.mine)
        self.assertNotIn(run, [row.run for row in rows])
        for call in (
            runs.get,
            runs.check,
            lambda db, run: self.resume(run),
            lambda db, run: tasks_history.page(db, run=run),
            lambda db, run: runs.ask(db, run, Asked.STOP, 'me'),
        ):
            self.assertRaises(exceptions.NotFound, call, self.db, run)

    def test_the_next_purge_ends_what_one_began(self) -> None:
        """Whatever it is asked for."""
        run = self.killed(2)

        gone = purging.purge(self.db, NOTHING, 0)

        self.assertEqual((1, 0), (gone['runs'], self.rows_of(run)))

    def test_a_transaction_deletes_few_rows(self) -> None:
        """As many as were set, over all tables."""
        self.succeed(*ALL), self.succeed(*ALL)
        names = [part.name for part in purging.PARTS]
        totals = [0]

        def note(gone: purging.Rows) -> None:
            totals.append(sum(gone.get(name, 0) for name in names))

        purging.purge(self.db, self.policy(1), 0, note)

        steps = [after - old for old, after in itertools.pairwise(totals)]
        self.assertEqual((3, True), (max(steps), len(steps) > 5))


class SpaceTest(base.DatabaseTest):
    """The room that a database takes."""

    def test_the_database_tells_its_size(self) -> None:
        """In bytes."""
        self.insert()

        self.assertGreater(space.taken(self.db).total, 10_000)
