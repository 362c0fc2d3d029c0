"""Deployments: stored, compared, and put together for the merge."""

import dataclasses
from typing import Any

import testscenarios

from trailmark.common import exceptions
from trailmark.db import clusters, deployments, records
from trailmark.tests import databases
from trailmark.tests.unit.db import base

load_tests = testscenarios.load_tests_apply_scenarios


def graph(
    level: str, owner: str, *tasks: Any, kind: str = 'default'
) -> records.GraphRecord:
    """A graph of noop tasks, all of one file."""
    return records.GraphRecord(
        level,
        owner,
        kind,
        {'name': owner},
        tuple(
            records.TaskRecord({'id': task, 'type': 'noop'}, 'f.yaml')
            for task in tasks
        ),
    )


def unstored(graph: records.GraphRecord) -> records.GraphRecord:
    """A graph without what it has because it is stored."""
    return dataclasses.replace(
        graph, id=None, owner_id=None, revision=None, updated_at=None
    )


class StoreTest(base.DatabaseTest):
    """What `deploy` stores."""

    def setUp(self) -> None:
        """A deployment with a release, two plugins and a cluster layer."""
        super().setUp()
        name = databases.fresh_name()
        self.first, self.second = f'z-{name}', f'a-{name}'
        self.given = base.deployment(
            cluster=name,
            release=f'r-{name}',
            plugins=(self.first, self.second),
            graphs=(
                graph('release', f'r-{name}', 'a', 'b'),
                graph('plugin', self.second, 'q'),
                graph('plugin', self.first, 'p'),
                graph('cluster', name, 'c', kind='provision'),
            ),
        )

    def store(self, **more: Any) -> tuple[str, ...]:
        """Store the deployment with other values; what changed."""
        given = dataclasses.replace(self.given, **more)
        return deployments.store(self.db, given).changes

    def test_a_stored_cluster_is_read_by_name_and_by_id(self) -> None:
        """Nodes in order, with ids."""
        stored = deployments.store(self.db, self.given).cluster
        for name in (stored.name, stored.id, str(stored.id)):
            self.assertEqual(stored, clusters.get(self.db, name))
        self.assertEqual(
            [('n1', ('x',), {'k': 1}), ('n2', ('x', 'y'), {})],
            [(n.name, n.roles, n.attributes) for n in stored.nodes],
        )
        self.assertEqual((self.first, self.second), stored.plugins)
        self.assertIn(stored, clusters.list_all(self.db))
        self.assertRaises(
            exceptions.NotFound, clusters.get, self.db, 'no such'
        )

    def test_graphs_come_in_the_order_of_the_merge(self) -> None:
        """Release, plugins in their order, cluster; with their files."""
        stored = deployments.store(self.db, self.given).cluster
        found = clusters.graphs(self.db, stored.id)
        self.assertEqual(
            ['release', 'plugin', 'cluster'], [one.level for one in found]
        )
        self.assertEqual(
            [(self.first, 'p'), (self.second, 'q')],
            [(task.owner, task.body['id']) for task in found[1].tasks],
        )
        self.assertEqual(self.given.graphs[0], unstored(found[0]))
        self.assertEqual('provision', found[2].type)

    def test_the_same_content_changes_nothing(self) -> None:
        """And says nothing."""
        self.assertIn(f'cluster {self.given.cluster} added', self.store()[-1])
        self.assertEqual((), self.store())

    def test_a_changed_task_is_named(self) -> None:
        """So are added, removed and moved ones, and metadata."""
        self.store()
        release = self.given.release
        body = {'id': 'a', 'type': 'shell'}
        changed = dataclasses.replace(
            graph('release', release, 'n'),
            tasks=(
                records.TaskRecord(body, 'f.yaml'),
                records.TaskRecord({'id': 'n', 'type': 'noop'}),
            ),
            metadata={},
        )
        graphs = (changed, *self.given.graphs[1:])
        self.assertEqual(
            tuple(
                f'release {release}: {said}'
                for said in (
                    'metadata changed',
                    'task b removed',
                    'task a changed',
                    'task n added',
                )
            ),
            self.store(graphs=graphs),
        )
        cluster = clusters.get(self.db, self.given.cluster)
        stored = clusters.graphs(self.db, cluster.id)[0]
        self.assertEqual(changed, unstored(stored))

    def test_changed_nodes_are_named(self) -> None:
        """Nodes that stay keep their ids."""
        before = deployments.store(self.db, self.given).cluster.nodes
        nodes = (
            records.NodeRecord('n2', ('y',)),
            records.NodeRecord('n3', ('x',)),
        )
        self.assertEqual(
            (
                'node n1 removed',
                'node n2: position and roles changed',
                'node n3 added',
            ),
            self.store(nodes=nodes),
        )
        after = clusters.get(self.db, self.given.cluster).nodes
        self.assertEqual(before[1].id, after[0].id)

    def test_graphs_and_plugins_come_and_go(self) -> None:
        """Of every layer."""
        self.store()
        name, release = self.given.cluster, self.given.release
        kept = self.given.graphs[0]
        self.assertEqual(
            (
                f'release {release}: graph x added, 1 tasks',
                f'cluster {name}: graph provision removed',
                f'cluster {name}: plugins changed',
            ),
            self.store(
                plugins=(),
                graphs=(kept, graph('release', release, 'k', kind='x')),
            ),
        )
        cluster = clusters.get(self.db, name)
        self.assertEqual(
            [('release', 'default'), ('release', 'x')],
            [(g.level, g.type) for g in clusters.graphs(self.db, cluster.id)],
        )

    def test_a_name_from_another_folder_is_refused(self) -> None:
        """Unless that is said to be meant."""
        self.store()
        moved = dataclasses.replace(self.given, source='/elsewhere')
        error = self.assertRaises(
            exceptions.NameTaken, deployments.store, self.db, moved
        )
        self.assertEqual(self.given.source, error.source)
        stored = deployments.store(self.db, moved, force_source=True)
        self.assertEqual('/elsewhere', stored.cluster.source)
        self.assertEqual(1, len(stored.changes))

    def test_a_plugin_of_two_clusters_changes_in_both(self) -> None:
        """Its new graph is linked to each."""
        self.store()
        other = dataclasses.replace(
            self.given,
            cluster=databases.fresh_name(),
            graphs=(
                *self.given.graphs[:3],
                graph('plugin', self.first, 'k', kind='x'),
            ),
        )
        deployments.store(self.db, other)
        cluster = clusters.get(self.db, self.given.cluster)
        self.assertIn(
            (self.first, 'x'),
            [
                (task.owner, graph.type)
                for graph in clusters.graphs(self.db, cluster.id)
                for task in graph.tasks
            ],
        )

    def test_names_are_told_apart_by_case(self) -> None:
        """On every kind of database."""
        name = self.given.cluster
        self.store()
        self.store(cluster=name.upper())
        self.assertNotEqual(
            clusters.get(self.db, name).id,
            clusters.get(self.db, name.upper()).id,
        )
