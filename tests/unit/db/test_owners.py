"""Releases, plugins and clusters that people make, change and delete."""

import testscenarios

from trailmark.api import rules
from trailmark.common import exceptions
from trailmark.common.states import RunState
from trailmark.db import cluster_changes, clusters, owners, records, runs
from trailmark.tests import databases
from trailmark.tests.unit.db import base

load_tests = testscenarios.load_tests_apply_scenarios


class OwnersTest(base.DatabaseTest):
    """Releases and plugins."""

    def test_an_owner_is_read_as_it_was_made(self) -> None:
        """By name and by id."""
        for level in ('release', 'plugin'):
            name = databases.fresh_name()
            made = owners.create(self.db, level, name, {'description': 'd'})

            self.assertEqual(made, owners.get(self.db, level, name))
            self.assertEqual(made, owners.get(self.db, level, made.id))
            self.assertEqual(('d', name), (made.description, made.name))

    def test_a_name_is_taken_once(self) -> None:
        """Of each kind, also by a change."""
        first, second = databases.fresh_name(), databases.fresh_name()
        for name in (first, second):
            owners.create(self.db, 'plugin', name, {})

        self.assertRaises(
            exceptions.NameInUse, owners.create, self.db, 'plugin', first, {}
        )
        self.assertRaises(
            exceptions.NameInUse,
            *(owners.update, self.db, 'plugin', second, {'name': first}),
        )
        owners.create(self.db, 'release', first, {})

    def test_the_name_of_a_deleted_owner_is_free(self) -> None:
        """And nobody finds it under that name."""
        name = databases.fresh_name()
        old = owners.create(self.db, 'release', name, {})

        owners.delete(self.db, 'release', name)

        self.assertRaises(
            exceptions.NotFound, owners.get, self.db, 'release', name
        )
        new = owners.create(self.db, 'release', name, {})
        self.assertNotEqual(old.id, new.id)

    def test_an_owner_that_a_cluster_uses_is_not_deleted(self) -> None:
        """The clusters are named."""
        cluster = self.cluster()

        error = self.assertRaises(
            exceptions.OwnerInUse,
            *(owners.delete, self.db, 'release', cluster.release),
        )

        self.assertEqual(cluster.name, error.clusters)

    def test_owners_are_changed_by_name_or_id(self) -> None:
        """What is not named stays."""
        for level in ('release', 'plugin'):
            made = owners.create(
                self.db, level, databases.fresh_name(), {'description': 'd'}
            )
            name = databases.fresh_name()

            owners.update(self.db, level, made.name, {'roles': {'x': {}}})
            changed = owners.update(self.db, level, made.id, {'name': name})

            self.assertEqual(
                (made.id, name, 'd', {'x': {}}),
                (
                    *(changed.id, changed.name),
                    *(changed.description, changed.roles),
                ),
            )
            self.assertRaises(
                exceptions.NotFound, owners.get, self.db, level, made.name
            )

    def test_owners_are_listed_page_by_page(self) -> None:
        """By id; those of a cluster in pages of their own."""
        names = [databases.fresh_name() for _ in range(3)]
        made = [owners.create(self.db, 'plugin', name, {}) for name in names]

        page = owners.list_all(
            self.db, 'plugin', limit=2, marker=made[0].id - 1
        )

        self.assertEqual(names[:2], [owner.name for owner in page])
        cluster = self.cluster(plugins=(names[2],))
        found = owners.list_all(self.db, 'plugin', cluster.id)
        self.assertEqual([names[2]], [owner.name for owner in found])


class ClusterChangesTest(base.DatabaseTest):
    """Clusters, their nodes and their plugins."""

    def _made(self) -> str:
        name, release = databases.fresh_name(), databases.fresh_name()
        owners.create(self.db, 'release', release, {})
        cluster_changes.create(
            self.db, name, release, {'roles': {}, 'graph_types': ['default']}
        )
        return name

    def test_plugins_keep_the_order_in_which_they_were_enabled(self) -> None:
        """One that is enabled again stays where it is."""
        cluster = self._made()
        names = [databases.fresh_name() for _ in range(2)]
        for name in names:
            owners.create(self.db, 'plugin', name, {})
        for name in (*names, names[0]):
            found = cluster_changes.enable(
                self.db, cluster, name, rules.fitting()
            )

        self.assertEqual(tuple(names), found.plugins)
        left = cluster_changes.disable(
            self.db, cluster, names[0], rules.fitting()
        )
        self.assertEqual((names[1],), left.plugins)

    def test_nodes_are_added_changed_and_removed_by_name(self) -> None:
        """Others stay as they are."""
        cluster, fit = self._made(), rules.fitting()
        given = [records.NodeRecord(name, ('w',)) for name in 'ab']
        cluster_changes.put_nodes(self.db, cluster, given, fit)

        changed = cluster_changes.change_node(
            self.db, cluster, 'a', {'name': 'c', 'roles': ('x',)}, fit
        )
        cluster_changes.remove_node(self.db, cluster, 'b')

        found = clusters.get(self.db, cluster).nodes
        self.assertEqual((changed,), tuple(found))
        self.assertEqual(('c', ('x',)), (changed.name, changed.roles))

    def test_a_cluster_keeps_a_name_of_a_node_once(self) -> None:
        """However it is given a second time."""
        cluster, fit = self._made(), rules.fitting()
        for name in 'ab':
            node = records.NodeRecord(name, ('w',))
            cluster_changes.add_node(self.db, cluster, node, fit)

        again = records.NodeRecord('a', ())
        self.assertRaises(
            exceptions.NameInUse,
            *(cluster_changes.add_node, self.db, cluster, again, fit),
        )
        self.assertRaises(
            exceptions.NameInUse,
            cluster_changes.change_node,
            *(self.db, cluster, 'b', {'name': 'a'}, fit),
        )

    def test_a_deleted_cluster_leaves_its_runs(self) -> None:
        """Under a name that nobody else can take."""
        run = self.ended(RunState.STOPPED)
        name = runs.get(self.db, run).cluster

        cluster_changes.delete(self.db, name)

        self.assertIn(name, runs.get(self.db, run).cluster)
        self.assertRaises(exceptions.NotFound, clusters.get, self.db, name)

    def test_a_cluster_with_an_active_run_is_not_deleted(self) -> None:
        """Nor anything of it."""
        run, _ = self.insert()
        name = runs.get(self.db, run).cluster

        error = self.assertRaises(
            exceptions.ClusterBusy, cluster_changes.delete, self.db, name
        )

        self.assertEqual(run, error.run)
        self.assertEqual(2, len(clusters.get(self.db, name).nodes))

    def test_a_cluster_is_renamed_and_given_another_release(self) -> None:
        """Its nodes and runs stay its own."""
        run = self.ended(RunState.STOPPED)
        cluster = runs.get(self.db, run).cluster_id
        name, release = (databases.fresh_name() for _ in range(2))
        owners.create(self.db, 'release', release, {})

        changed = cluster_changes.update(
            *(self.db, cluster, {'name': name, 'release': release}),
            rules.fitting(),
        )

        self.assertEqual((name, release), (changed.name, changed.release))
        self.assertEqual(2, len(changed.nodes))
        self.assertEqual(name, runs.get(self.db, run).cluster)

    def test_a_cluster_takes_no_name_of_another(self) -> None:
        """Nothing of the change is written."""
        one, other = self.cluster(), self.cluster()

        self.assertRaises(
            exceptions.NameInUse,
            *(cluster_changes.update, self.db, one.id),
            *({'name': other.name, 'roles': {'x': {}}}, rules.fitting()),
        )

        self.assertEqual(one, clusters.get(self.db, one.id))

    def test_a_deleted_cluster_keeps_its_number(self) -> None:
        """A new one of its name has a number of its own."""
        old = self.cluster()
        cluster_changes.delete(self.db, old.name)

        new = cluster_changes.create(
            self.db, old.name, old.release, {'roles': {}, 'graph_types': []}
        )

        self.assertEqual(old.id, clusters.number(self.db, old.id))
        self.assertEqual(new.id, clusters.number(self.db, old.name))
        self.assertNotEqual(old.id, new.id)
