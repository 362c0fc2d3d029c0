"""The sample of seed 000, stored in every database and answered again."""

import json
from typing import Any

import httpx
import testscenarios
import testtools

from trailmark.api import application
from trailmark.db import connection, tables
from trailmark.drivers import catalog
from trailmark.tests import databases
from trailmark.tests.unit.api import served
from trailmark.tests.unit.api.fuel import test_tasks_history

load_tests = testscenarios.load_tests_apply_scenarios

_OTHER = {'sender': '6', 'statuscode': 0, 'statusmsg': 'OK', 'data': {}}
#: As the seed writes it; ids are the product's own.
SAMPLE: list[dict[str, Any]] = [
    {
        'id': 13,
        'deployment_task_id': 12,
        'node_id': 5,
        'task_id': 34,
        'task_name': 'swift-keystone',
        'time_start': 1457362146,
        'time_end': 1457362276,
        'status': 'ready',
        'summary': test_tasks_history.SUMMARY,
    },
    {
        'id': 15,
        'deployment_task_id': 12,
        'node_id': 6,
        'task_id': 67,
        'task_name': 'openstack-network-common-config',
        'time_start': 1457362143,
        'time_end': 1457362273,
        'status': 'ready',
        'summary': _OTHER,
    },
]
_RUN = {
    'id': 12,
    'cluster_id': 1,
    'graph_types': '["default"]',
    'state': 'ready',
    'asked': 'none',
    'dry_run': False,
    'noop': False,
    'request': '{}',
    'snapshot_digest': 'd',
    'created_at': 1,
    'epoch': 1,
    'flush_no': 1,
}
_CLUSTER = {
    'id': 1,
    'name': 'c',
    'release_id': 1,
    'roles': '{}',
    'graph_types': '["default"]',
    'created_at': 1,
    'updated_at': 1,
}


class SeedSampleTest(testtools.TestCase):
    scenarios = [(name, {'dialect': name}) for name in databases.DIALECTS]
    dialect = 'sqlite'

    def setUp(self) -> None:
        super().setUp()
        reason = databases.why_not(self.dialect)
        if reason is not None:
            self.skipTest(reason)
        db = databases.fresh(self.dialect)
        _store(db)
        api = application.Application(
            *(db, served.Idle(), catalog.catalog(), 30.0, served.planner())
        )
        self.client = httpx.Client(
            transport=httpx.WSGITransport(api),
            base_url='http://trailmark/api',
        )
        self.addCleanup(self.client.close)

    def test_the_answer_is_the_sample(self) -> None:
        found = self.client.get('tasks/12/deployment_tasks').json()

        self.assertEqual(_without_ids(SAMPLE), _without_ids(found))
        for told, written in zip(found, SAMPLE, strict=True):
            self.assertEqual(list(written), list(told))
            self.assertIs(int, type(told['id']))

    def test_filters_are_those_of_the_seed(self) -> None:
        for query, nodes in (
            ('nodes=5', [5]),
            ('nodes=5,6', [5, 6]),
            ('statuses=ready', [5, 6]),
            ('statuses=error', []),
            ('statuses=ready,error&nodes=6', [6]),
        ):
            url = f'tasks/12/tasks_history/?{query}'
            found = self.client.get(url).json()

            self.assertEqual(nodes, [row['node_id'] for row in found], query)


def _without_ids(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**row, 'id': None} for row in rows]


def _store(db: connection.Database) -> None:
    with db.writer() as opened:
        for table, row in (
            (tables.releases, {'id': 1, 'name': 'r'}),
            (tables.clusters, _CLUSTER),
            (tables.graph_snapshots, {'digest': 'd', 'body': '{}'}),
            (tables.runs, _RUN),
            (
                tables.run_graphs,
                {'run_id': 12, 'graph_no': 0, 'type': 'default'},
            ),
        ):
            opened.execute(table.insert(), row)
        for row in SAMPLE:
            for table, values in _rows(row):
                opened.execute(table.insert(), values)


def _rows(row: dict[str, Any]) -> list[tuple[Any, dict[str, Any]]]:
    run, node, task = 12, row['node_id'], row['task_id']
    key = {'run_id': run, 'graph_no': 0, 'node_no': node, 'task_no': task}
    times = {
        'started_at': row['time_start'] * 1_000_000,
        'ended_at': row['time_end'] * 1_000_000,
    }
    return [
        (
            tables.run_nodes,
            {
                'run_id': run,
                'node_no': node,
                'node_id': node,
                'name': f'n{node}',
                'roles': '[]',
            },
        ),
        (
            tables.run_tasks,
            {
                'run_id': run,
                'task_no': task,
                'graph_no': 0,
                'name': row['task_name'],
                'total': 1,
            },
        ),
        (
            tables.tasks_history,
            {
                **key,
                **times,
                'state': row['status'],
                'attempt': 1,
                'interruptions': 0,
            },
        ),
        (
            tables.task_summaries,
            {**key, 'attempt': 1, 'body': json.dumps(row['summary'])},
        ),
    ]
