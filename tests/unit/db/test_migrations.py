"""What was stored before an upgrade is there after it."""

import json
from typing import Any

import sqlalchemy as sa
import testscenarios

from trailmark.common import step_types
from trailmark.db import (
    clusters,
    connection,
    counters,
    history_filters,
    progress,
    run_filters,
    runs,
    schema,
    steps,
    tables,
    tasks_history,
    transitions,
)
from trailmark.tests import databases
from trailmark.tests.unit.db import base

load_tests = testscenarios.load_tests_apply_scenarios


def _key(number: int) -> dict[str, int]:
    """The key of the execution of a run's only task of a graph."""
    graph = {'graph_no': number, 'task_no': number}
    return {'run_id': 1, 'node_no': 1, **graph}


#: Rows of revision 0001: two plugins of a cluster bring tasks of one type.
#: Numbers are those that a new database gives.
_ROWS: tuple[tuple[str, dict[str, Any]], ...] = (
    ('releases', {'name': 'r'}),
    ('plugins', {'name': 'p'}),
    ('plugins', {'name': 'q'}),
    (
        'clusters',
        {
            'name': 'c',
            'release_id': 1,
            'roles': '{}',
            'graph_types': '["default"]',
            'created_at': 5,
            'updated_at': 6,
        },
    ),
    *(
        ('cluster_plugins', {'cluster_id': 1, 'plugin_id': id, 'position': id})
        for id in (1, 2)
    ),
    *(
        row
        for id, name in ((1, 'base'), (2, 'pt'), (3, 'qt'))
        for row in (
            (
                'deployment_graphs',
                {
                    'metadata': '{}',
                    'revision': 4,
                    'created_at': 5,
                    'updated_at': 6,
                },
            ),
            (
                'deployment_graph_tasks',
                {
                    'deployment_graph_id': id,
                    'position': 0,
                    'task_name': name,
                    'type': 'stage',
                    'body': json.dumps({'id': name, 'type': 'stage'}),
                    'file': f'{name}.yaml',
                },
            ),
        )
    ),
    (
        'release_deployment_graphs',
        {'release_id': 1, 'type': 'default', 'deployment_graph_id': 1},
    ),
    *(
        row
        for id in (1, 2)
        for row in (
            (
                'plugin_deployment_graphs',
                {
                    'plugin_id': id,
                    'type': 'default',
                    'deployment_graph_id': id + 1,
                },
            ),
            (
                'cluster_plugin_deployment_graphs',
                {
                    'cluster_id': 1,
                    'type': 'default',
                    'position': id,
                    'plugin_id': id,
                    'deployment_graph_id': id + 1,
                },
            ),
        )
    ),
    ('graph_snapshots', {'digest': 'd', 'body': '{}'}),
    (
        'runs',
        {
            'cluster_id': 1,
            'graph_types': json.dumps(['x', 'dé']),
            'state': 'stopped',
            'asked': 'none',
            'dry_run': False,
            'noop': False,
            'request': '{"context": {"request_id": "req-of-old"}}',
            'snapshot_digest': 'd',
            'created_at': 5,
            'epoch': 2,
            'flush_no': 9,
        },
    ),
    (
        'run_nodes',
        {'run_id': 1, 'node_no': 1, 'node_id': 7, 'name': 'n', 'roles': '[]'},
    ),
    (
        'run_nodes',
        {'run_id': 1, 'node_no': 2, 'name': 'skipped', 'roles': '[]'},
    ),
    *(
        row
        for number, name in enumerate(('a', 'b'))
        for row in (
            (
                'run_tasks',
                {
                    'run_id': 1,
                    'task_no': number,
                    'graph_no': number,
                    'name': name,
                    'total': 1,
                },
            ),
            (
                'tasks_history',
                {
                    **_key(number),
                    'state': 'ready',
                    'attempt': 1,
                    'interruptions': 0,
                },
            ),
            (
                'task_transitions',
                {
                    **_key(number),
                    'id': number,
                    'old_state': 'running',
                    'new_state': 'ready',
                    'attempt': 1,
                    'at': 8,
                },
            ),
        )
    ),
)


class MigrationsTest(base.DatabaseTest):
    """From the first revision to the newest."""

    def setUp(self) -> None:
        """A database of the first revision, filled, and upgraded."""
        super().setUp()
        self.old = connection.Database(databases.fresh_url(self.dialect))
        self.addCleanup(self.old.dispose)
        schema.upgrade(self.old, '0001')
        with self.old.writer() as opened:
            found = sa.MetaData()
            found.reflect(opened)
            for table, row in _ROWS:
                opened.execute(found.tables[table].insert(), row)
        schema.upgrade(self.old)

    def all(self, query: str) -> list[tuple[Any, ...]]:
        """Rows of a query."""
        with self.old.reader() as opened:
            return [tuple(row) for row in opened.execute(sa.text(query))]

    def test_every_graph_has_the_revision_that_it_had(self) -> None:
        """With its tasks, and when it was written."""
        found = self.all(
            'SELECT level, owner_id, revision, at, body'
            ' FROM deployment_graph_revisions ORDER BY level, owner_id'
        )

        self.assertEqual(
            [('plugin', 1, 4, 6), ('plugin', 2, 4, 6), ('release', 1, 4, 6)],
            [row[:4] for row in found],
        )
        [task] = json.loads(found[2][4])['tasks']
        self.assertEqual(
            ('base', 'base.yaml'), (task['body']['id'], task['file'])
        )

    def test_the_merge_of_a_cluster_s_plugins_is_stored(self) -> None:
        """Each task with the plugin that brought it."""
        found = self.all(
            'SELECT t.task_name, t.owner FROM deployment_graph_tasks t'
            ' JOIN cluster_plugin_deployment_graphs l'
            ' ON l.deployment_graph_id = t.deployment_graph_id'
            ' WHERE l.cluster_id = 1 ORDER BY t.position'
        )

        self.assertEqual([('pt', 'p'), ('qt', 'q')], found)

    def test_clusters_and_runs_are_read_as_before(self) -> None:
        """By today's code."""
        cluster = clusters.get(self.old, 'c')
        run = runs.get(self.old, 1)

        self.assertEqual(('r', ('p', 'q')), (cluster.release, cluster.plugins))
        self.assertEqual(('stopped', 2), (run.state, run.epoch))

    def test_runs_are_found_by_nodes_and_types_as_new_ones_are(self) -> None:
        """Alone and together."""
        for which in (
            run_filters.Filter(nodes=['n']),
            run_filters.Filter(nodes=[7], types=['dé']),
            run_filters.Filter(types=['x', 'dé'], states=['stopped'], until=6),
        ):
            with self.subTest(str(which)):
                [run] = runs.list_all(self.old, which)
                self.assertEqual((1, ('x', 'dé')), (run.id, run.graph_types))

    def test_the_history_is_read_as_before(self) -> None:
        """With the types of graphs, which were no rows."""
        which = history_filters.Filter(cluster=1, tasks=['dé:b'])

        [row] = tasks_history.page_of(self.old, which)
        [move] = transitions.of_runs(self.old, which)

        self.assertEqual(
            ('b', 'n', 'dé'), (row.task, row.node, row.graph_type)
        )
        self.assertEqual(
            ('b', 'n', 'dé'), (move.task, move.node, move.graph_type)
        )

    def test_steps_of_runs_are_counted(self) -> None:
        """Each with the type that its graph says."""
        found = steps.of_cluster(self.old, 1, step_types.TYPES)

        self.assertEqual(
            [('a', 'creating', 1, True), ('b', 'creating', 1, True)],
            [(s.name, s.type, s.completed, s.successful) for s in found[:2]],
        )
        with self.old.reader() as opened:
            counted = opened.execute(
                sa.select(tables.runs.c.counted_to).where(
                    tables.runs.c.id == 1
                )
            ).scalar_one()
            self.assertEqual({}, counters.since(opened, 1, counted))

    def test_executions_of_nodes_and_tasks_are_counted(self) -> None:
        for read in (progress.of_nodes, progress.of_tasks):
            found = [each.counts for each in read(self.old, 1) if each.counts]
            ready = sum(counts['ready'] for counts in found)
            with self.subTest(read=read.__name__):
                self.assertEqual((2, {'ready'}), (ready, set().union(*found)))
        self.assertEqual({'ready': 2}, runs.get(self.old, 1).counts)

    def test_what_is_new_is_empty(self) -> None:
        """Nothing is known of services."""
        for table in ('engines', 'agents', 'reports', 'task_outputs'):
            self.assertEqual([(0,)], self.all(f'SELECT count(*) FROM {table}'))

    def test_every_run_has_a_request_and_nodes_it_was_meant_for(self) -> None:
        """Those on which not everything was skipped."""
        [(first,)] = self.all('SELECT request_id FROM runs WHERE id = 1')
        chosen = self.all(
            'SELECT name, chosen FROM run_nodes WHERE run_id = 1 ORDER BY 1'
        )

        self.assertEqual('req-of-old', first)
        self.assertEqual([('n', True), ('skipped', False)], chosen)
