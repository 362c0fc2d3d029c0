"""Runs: inserted whole, one active per cluster, listed, hidden."""

from typing import Any

import testscenarios

from trailmark.common import exceptions
from trailmark.common.states import Asked, RunState
from trailmark.db import (
    records,
    run_filters,
    runs,
    snapshots,
    tasks_history,
    transitions,
)
from trailmark.tests.unit.db import base
from trailmark.tests.unit.db.base import E
from trailmark.tests.unit.db.test_claims import at_once

load_tests = testscenarios.load_tests_apply_scenarios


class InsertTest(base.DatabaseTest):
    """A run and all its rows, in one transaction."""

    def test_a_run_is_inserted_with_its_rows_and_its_claim(self) -> None:
        """Running, with counts, request and snapshot.

        All together: behaviour 5.
        """
        run, claim = self.insert()
        found = runs.get(self.db, run)
        self.assertEqual(records.Claim(run, 1, 0, 30.0), claim)
        self.assertEqual(
            (RunState.RUNNING, {'pending': 4}, {'noop': False}, False),
            (found.state, found.counts, found.request, found.lease_over),
        )
        self.assertEqual(
            {'graphs': ['a', 'b']},
            snapshots.get(self.db, found.snapshot_digest),
        )

    def test_a_second_active_run_of_a_cluster_is_refused(self) -> None:
        """The error names the first; nothing of it is written."""
        cluster = self.cluster()
        run, _ = self.insert(cluster.id)
        error = self.assertRaises(
            exceptions.ClusterBusy, self.insert, cluster.id
        )
        self.assertEqual((run, cluster.name), (error.run, error.cluster))
        self.assertEqual(
            1, len(runs.list_all(self.db, run_filters.Filter(cluster.id)))
        )

    def test_of_two_runs_inserted_at_once_one_is_refused(self) -> None:
        """By the database. Graphs: behaviour 10. Guard: hold."""
        cluster = self.cluster().id
        found = at_once(*[lambda: self.insert(cluster)] * 2)
        busy = [one for one in found if isinstance(one, Exception)]
        self.assertEqual(1, len(busy), found)
        self.assertIsInstance(busy[0], exceptions.ClusterBusy)

    def test_a_dry_run_never_holds_its_cluster(self) -> None:
        """It has ended when it is inserted, whoever holds the cluster."""
        cluster = self.cluster().id
        self.insert(cluster)
        run, claim = runs.insert(
            self.db,
            base.new_run(
                cluster,
                state=RunState.READY,
                dry_run=True,
                executions=[(*base.A1, E.SKIPPED)],
            ),
            base.Holder(),
            30,
        )
        found = runs.get(self.db, run)
        self.assertIsNone(claim)
        self.assertEqual(RunState.READY, found.state)
        self.assertEqual({'skipped': 1}, found.counts)
        self.assertIsNotNone(found.ended_at)

    def test_a_snapshot_is_stored_once_per_content(self) -> None:
        """Its digest says so. Graphs: behaviour 13."""
        first, other = (
            runs.get(self.db, self.insert(snapshot=body)[0])
            for body in ({'x': 'é\0😀'}, {'x': 'y' * 3_000_000})
        )
        again = runs.get(self.db, self.insert(snapshot={'x': 'é\0😀'})[0])
        self.assertEqual(first.snapshot_digest, again.snapshot_digest)
        self.assertEqual(
            {'x': 'y' * 3_000_000},
            snapshots.get(self.db, other.snapshot_digest),
        )
        self.assertRaises(exceptions.NotFound, snapshots.get, self.db, 'none')

    def test_more_rows_than_one_statement_takes_are_inserted(self) -> None:
        """Every one of them is there."""
        keys = [
            (0, node, task) for node in range(1, 3) for task in range(15_000)
        ]
        run, _ = self.insert(executions=[(*key, E.PENDING) for key in keys])
        self.assertEqual(keys, sorted(tasks_history.restore(self.db, run)))


class ListTest(base.DatabaseTest):
    """Runs as people find them."""

    def test_runs_are_listed_page_by_page_the_newest_first(self) -> None:
        """Each with its counts."""
        run = self.ended(RunState.STOPPED)
        cluster = runs.get(self.db, run).cluster_id
        later, _ = self.insert(cluster)
        page = runs.list_all(self.db, run_filters.Filter(cluster), limit=1)
        self.assertEqual([later], [one.id for one in page])
        page = runs.list_all(
            self.db, run_filters.Filter(cluster), limit=1, marker=later
        )
        self.assertEqual(
            [(run, {'pending': 4})], [(one.id, one.counts) for one in page]
        )
        latest = runs.latest_run_of_cluster(self.db, cluster)
        self.assertEqual(later, latest and latest.id)

    def _listed(self, **chosen: Any) -> list[int]:
        found = runs.list_all(self.db, run_filters.Filter(**chosen))
        return [run.id for run in found]

    def test_runs_are_listed_by_their_states(self) -> None:
        """Of one cluster, or of all."""
        stopped = self.ended(RunState.STOPPED)
        cluster = runs.get(self.db, stopped).cluster_id
        active, _ = self.insert(cluster)

        self.assertEqual(
            [active], self._listed(cluster=cluster, states=['running'])
        )
        self.assertEqual(
            [active, stopped],
            self._listed(cluster=cluster, states=['running', 'stopped']),
        )

    def test_runs_are_listed_by_their_graph_types(self) -> None:
        """Whole names, whatever signs are in them."""
        cluster = self.cluster().id
        kinds = ('a_b', 'net%')
        run, _ = self.insert(cluster, graph_types=kinds)

        found = [
            self._listed(cluster=cluster, types=[name])
            for name in ('a_b', 'net%', 'axb', 'a', 'net')
        ]

        self.assertEqual([[run], [run], [], [], []], found)

    def test_runs_are_listed_by_when_they_were_asked_for(self) -> None:
        """From a moment on, and up to another."""
        run, _ = self.insert()
        found = runs.get(self.db, run)
        cluster, at = found.cluster_id, found.created_at

        self.assertEqual([run], self._listed(cluster=cluster, since=at))
        self.assertEqual([], self._listed(cluster=cluster, since=at + 1))
        self.assertEqual([], self._listed(cluster=cluster, until=at))
        self.assertEqual([run], self._listed(cluster=cluster, until=at + 1))

    def test_runs_are_listed_by_their_nodes(self) -> None:
        """In one of the clusters that have such a node."""
        one, _ = self.insert()
        other, _ = self.insert()
        cluster = runs.get(self.db, one).cluster_id

        both = self._listed(nodes=['n1'])

        self.assertEqual([other, one], both[:2])
        self.assertEqual([one], self._listed(cluster=cluster, nodes=['n1']))
        self.assertEqual([], self._listed(cluster=cluster, nodes=['n7']))

    def test_a_hidden_run_is_not_listed_but_read(self) -> None:
        """Its history stays."""
        run = self.ended(RunState.STOPPED)
        cluster = runs.get(self.db, run).cluster_id
        runs.hide(self.db, run, 'me')
        self.assertEqual(
            [], runs.list_all(self.db, run_filters.Filter(cluster))
        )
        self.assertEqual([run], self._listed(cluster=cluster, hidden=True))
        self.assertEqual({'pending': 4}, runs.get(self.db, run).counts)

    def test_an_active_run_is_not_hidden(self) -> None:
        """Nor is one that isn't there."""
        run, _ = self.insert()
        self.assertRaises(exceptions.RunActive, runs.hide, self.db, run, 'me')
        self.assertRaises(
            exceptions.NotFound, runs.hide, self.db, 1 << 40, 'me'
        )


class AskTest(base.DatabaseTest):
    """What people wish of runs."""

    def test_an_unclaimed_run_is_cancelled_at_once(self) -> None:
        """With everything in it; its cluster is free."""
        cluster = self.cluster().id
        run, _ = runs.insert(self.db, base.new_run(cluster), None, 30)
        found = runs.ask(self.db, run, Asked.CANCEL, 'me')
        self.assertEqual(
            (RunState.CANCELLED, {'cancelled': 4}),
            (found.state, found.counts),
        )
        self.assertEqual(4, len(transitions.page(self.db, run)))
        self.insert(cluster)

    def test_nothing_is_asked_of_an_ended_run(self) -> None:
        """It is said how it ended."""
        run = self.ended(RunState.STOPPED)
        error = self.assertRaises(
            exceptions.RunEnded, runs.ask, self.db, run, Asked.STOP, 'me'
        )
        self.assertEqual('stopped', error.state)

    def test_an_unknown_run_is_not_found(self) -> None:
        """In every way of asking."""
        for call in (runs.get, runs.asked):
            self.assertRaises(exceptions.NotFound, call, self.db, 1 << 40)
