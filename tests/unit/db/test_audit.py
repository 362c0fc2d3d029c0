"""The audit tells who asked for what, in the transaction of that."""

from typing import Any

import testscenarios

from trailmark.common import exceptions
from trailmark.common.states import Asked, RunState
from trailmark.db import (
    audit,
    claims,
    cluster_changes,
    flushes,
    graphs,
    merges,
    owners,
    projects,
    purging,
    records,
    retention,
    runs,
    sequences,
)
from trailmark.tests import databases
from trailmark.tests.unit.db import base
from trailmark.tests.unit.db.base import E

load_tests = testscenarios.load_tests_apply_scenarios


class _AuditTest(base.DatabaseTest):
    def setUp(self) -> None:
        super().setUp()
        self.user = databases.fresh_name()
        self.mine = self.db.of(projects.Scope('p', user=self.user))

    def rows(self, **chosen: Any) -> list[records.AuditRow]:
        """What this test's user asked for, the oldest first."""
        which = audit.Filter(**{'user': self.user, **chosen})
        return audit.page(self.db, which, None, 100)[::-1]

    def told(self, **chosen: Any) -> list[tuple[str, str, str | None]]:
        """Event, kind and name of each."""
        return [(row.event, row.kind, row.name) for row in self.rows(**chosen)]


class WrittenTest(_AuditTest):
    """What is asked for leaves a row."""

    def test_what_is_asked_of_a_run_is_told_by_its_asker(self) -> None:
        """Engines' own events are not told."""
        run, claim = self.insert()
        runs.ask(self.mine, run, Asked.STOP, self.user)
        flushes.finish(self.db, claim, RunState.ERROR, None, E.CANCELLED)
        claims.reopen(self.mine, run, (('a', None),), self.user)
        runs.hide(self.mine, run, self.user, is_ended=False)

        rows = self.rows()

        events = ['stop', 'resume', 'skip', 'hidden']
        self.assertEqual(events, [row.event for row in rows])
        self.assertEqual({(run, 'p')}, {(r.run, r.project) for r in rows})
        self.assertEqual('a', rows[2].message)

    def test_clusters_nodes_and_plugins_are_told(self) -> None:
        """By what became of them."""
        name, release, plugin = (databases.fresh_name() for _ in range(3))
        node = records.NodeRecord('n')
        owners.create(self.mine, 'release', release, {})
        owners.create(self.mine, 'plugin', plugin, {})
        values = {'roles': {}, 'graph_types': ['default']}
        cluster_changes.create(self.mine, name, release, values)
        cluster_changes.add_node(self.mine, name, node, merges.NO_RULES)
        cluster_changes.enable(self.mine, name, plugin, merges.NO_RULES)
        cluster_changes.disable(self.mine, name, plugin, merges.NO_RULES)
        cluster_changes.reset(self.mine, name, self.user)
        cluster_changes.delete(self.mine, name)

        self.assertEqual(
            [
                ('created', 'release', release),
                ('created', 'plugin', plugin),
                ('created', 'cluster', name),
                ('created', 'node', 'n'),
                ('enabled', 'plugin', plugin),
                ('disabled', 'plugin', plugin),
                ('reset', 'cluster', name),
                ('deleted', 'cluster', name),
            ],
            self.told(),
        )

    def test_a_graph_is_told_when_it_changes(self) -> None:
        """An upload that changes nothing is not told."""
        release = databases.fresh_name()
        owners.create(self.db, 'release', release, {})
        new = records.GraphRecord('release', release, 'g', {}, ())

        for _ in range(2):
            graphs.put(
                *(self.mine, 'release', release, 'g', lambda old: new),
                *(merges.NO_RULES, self.user),
            )
        graphs.remove(
            self.mine, 'release', release, 'g', merges.NO_RULES, self.user
        )

        name = f'g of release {release}'
        self.assertEqual(
            [('uploaded', 'graph', name), ('deleted', 'graph', name)],
            self.told(),
        )

    def test_sequences_are_told(self) -> None:
        """From their creation to their deletion."""
        release, name = databases.fresh_name(), databases.fresh_name()
        owners.create(self.db, 'release', release, {})

        made = sequences.create(self.mine, release, name, [])
        sequences.update(self.mine, made.id, {'graphs': []})
        sequences.delete(self.mine, made.id)

        self.assertEqual(
            [(e, 'sequence', name) for e in ('created', 'changed', 'deleted')],
            self.told(),
        )

    def test_who_is_nobody_leaves_no_row(self) -> None:
        """Tests and engines serve nobody."""
        release = databases.fresh_name()

        owners.create(self.db, 'release', release, {})

        found = audit.page(self.db, audit.Filter(), None, 100)
        self.assertNotIn(release, [row.name for row in found])


class TransactionTest(_AuditTest):
    """Row and deed stand or fall together."""

    def test_a_deed_that_fails_leaves_no_row(self) -> None:
        """Though the row was written before it failed."""
        cluster = self.cluster()

        def refuse(*of: Any) -> None:
            raise exceptions.InvalidInput([])

        rules = merges.Rules(check=refuse)
        self.assertRaises(
            exceptions.InvalidInput,
            *(cluster_changes.update, self.mine, cluster.id, {}, rules),
        )

        self.assertEqual([], self.rows())

    def test_a_row_that_fails_undoes_the_deed(self) -> None:
        """For each that is told."""
        run, _claim = self.insert()
        release = databases.fresh_name()
        self.patch(audit, 'row', _fail)

        for deed in (
            lambda: runs.ask(self.mine, run, Asked.STOP, self.user),
            lambda: owners.create(self.mine, 'release', release, {}),
            lambda: cluster_changes.reset(self.mine, 1, self.user, True),
        ):
            self.assertRaises(_Failure, deed)

        self.assertEqual(Asked.NONE, runs.asked(self.db, run))
        self.assertRaises(
            exceptions.NotFound, owners.get, self.db, 'release', release
        )


class _Failure(Exception):
    pass


def _fail(*of: Any, **more: Any) -> dict[str, Any]:
    raise _Failure


class PurgedTest(_AuditTest):
    """A purge is told, and takes along what engines told."""

    def setUp(self) -> None:
        super().setUp()
        self.of = self.cluster().id
        self.policy = retention.Policy(keep_runs=1, cluster=self.of)
        # A purge ends what any other one began, in other tests too.
        purging.purge(self.db, self.policy, 0)

    def _ended(self, **more: Any) -> int:
        run, claim = self.insert(self.of, actor=self.user, **more)
        flushes.finish(self.db, claim, RunState.ERROR, None, E.CANCELLED)
        return run

    def test_a_purge_says_who_when_what_and_counts(self) -> None:
        """For itself, and for every run."""
        run, _ = self._ended(), self._ended()

        gone = purging.purge(self.mine, self.policy, 0)

        [purge] = [row for row in self.rows() if row.event == 'purge']
        self.assertEqual(dict(gone), purge.counts)
        self.assertEqual(1, gone['runs'])
        self.assertEqual('all but the newest 1 of a cluster', purge.message)
        self.assertIn('purged', [row.event for row in self.rows(run=run)])

    def test_the_audit_outlives_the_history(self) -> None:
        """What engines told of the run goes."""
        run, _ = self._ended(), self._ended()

        purging.purge(self.mine, self.policy, 0)

        events = [row.event for row in self.rows(run=run)]
        self.assertEqual(['inserted', 'purged'], events)

    def test_a_purge_that_is_killed_has_told_what_it_deleted(self) -> None:
        """And the next one tells the rest."""
        self._ended(), self._ended()
        self.patch(purging, 'ROWS', 3)
        seen: list[dict[str, int]] = []

        def kill(gone: purging.Rows) -> None:
            seen.append(dict(gone))
            if len(seen) == 2:
                raise KeyboardInterrupt

        self.assertRaises(
            KeyboardInterrupt,
            *(purging.purge, self.mine, self.policy, 0, kill),
        )

        [told] = [row.counts for row in self.rows() if row.event == 'purge']
        counted = {name: n for name, n in (told or {}).items() if n}
        self.assertEqual({n: c for n, c in seen[-1].items() if c}, counted)

    def test_what_is_kept_is_counted_by_why(self) -> None:
        """A run that can be resumed, and the one that goes on."""
        self._ended()
        policy = retention.Policy(cluster=self.of)
        self.assertEqual(
            {'kept_resumable': 1}, dict(purging.purge(self.mine, policy, 0))
        )
        self.insert(self.of)

        gone = purging.purge(self.mine, policy, 0)

        self.assertEqual((1, 1), (gone['kept_active'], gone['runs']))

    def test_the_last_success_of_each_graph_type_is_kept(self) -> None:
        """Also where it changed nothing."""
        skipped = [(*key, E.SKIPPED) for key in (base.A1, base.B1)]
        run, claim = self.insert(self.of, executions=skipped)
        flushes.finish(self.db, claim, RunState.READY, None)
        self._ended(), self._ended()

        gone = purging.purge(self.mine, self.policy, 0)

        self.assertEqual((1, 1), (gone['kept_baseline'], gone['runs']))
        self.assertEqual(RunState.READY, runs.get(self.db, run).state)
