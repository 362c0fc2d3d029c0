"""Runs that Fuel's clients begin."""

from typing import Any

import httpx

from trailmark.db import runs as db_runs
from trailmark.db import snapshots
from trailmark.flows import graphs, snapshot
from trailmark.tests.unit.api import served

MORE = '- {id: late, type: noop, roles: [db]}'
COMPUTED = """
- id: maybe
  type: noop
  version: 2.1.0
  roles: [web]
  condition: {yaql_exp: '$.a'}
"""


class ExecutionsTest(served.ApiTestCase):
    def setUp(self) -> None:
        super().setUp()
        files = {
            'nodes.yaml': served.NODES,
            'release/default.yaml': served.TASKS,
            'release/more.yaml': MORE,
            'release/computed.yaml': COMPUTED,
        }
        self.deploy(files=files, graph_types=['more'], dry_run=True)
        found = self.client.get(f'clusters/{self.name}').json()
        self.cluster = found['id']
        self.ids = {node['name']: node['id'] for node in found['nodes']}

    def _execute(self, *chosen: Any, **more: Any) -> httpx.Response:
        body = {'cluster': self.cluster, 'graphs': list(chosen), **more}
        return self.client.post('graphs/execute/', json=body)

    def _taken(self, answer: httpx.Response) -> graphs.Snapshot:
        self.assertIn(answer.status_code, (200, 202), answer.text)
        run = db_runs.get(self.db, answer.json()['id'])
        return snapshot.from_json(snapshots.get(self.db, run.snapshot_digest))

    def test_graphs_are_begun_in_their_order(self) -> None:
        """Fuel: behaviour 51."""
        answer = self._execute({'type': 'default'}, {'type': 'more'})

        self.assertEqual(202, answer.status_code, answer.text)
        told = answer.json()
        self.assertEqual(
            (self.cluster, 'default,more', 'running', False),
            tuple(
                told[key]
                for key in ('cluster', 'graph_type', 'status', 'dry_run')
            ),
        )
        self.assertEqual(told['id'], self.engine.executed[-1][0])

    def test_a_dry_run_has_ended_at_once(self) -> None:
        answer = self._execute({'type': 'more'}, dry_run=True)

        self.assertEqual(200, answer.status_code)
        self.assertEqual(
            ('ready', True),
            (answer.json()['status'], answer.json()['dry_run']),
        )

    def test_a_noop_run_is_a_dry_one_to_fuel(self) -> None:
        answer = self._execute({'type': 'more'}, noop_run=True)

        self.assertTrue(self._taken(answer).options.noop)
        self.assertTrue(answer.json()['dry_run'])

    def test_nodes_are_named_by_id_and_tasks_by_name(self) -> None:
        """Fuel: behaviours 56 and 57."""
        node = self.ids['n1']

        answer = self._execute(
            {'type': 'default', 'nodes': [node], 'tasks': ['prepare']}
        )

        selection = self._taken(answer).selection
        self.assertEqual(
            (('n1',), ('prepare',)), (selection.nodes, selection.tasks)
        )

    def test_subgraphs_are_taken_as_fuel2_sends_them(self) -> None:
        node = self.ids['n2']

        answer = self._execute(
            {'type': 'default'},
            subgraphs=[
                {'start': [f'prepare/{node}'], 'end': [None]},
                {'start': [None], 'end': ['serve']},
            ],
        )

        self.assertEqual(
            ('prepare/n2', ':serve'), self._taken(answer).selection.subgraphs
        )

    def test_a_range_of_ids_means_their_nodes(self) -> None:
        """Fuel: behaviour 101."""
        first, last = sorted(self.ids.values())

        answer = self._execute(
            {'type': 'default'},
            subgraphs=[{'start': [f'prepare/{first}-{last}']}],
        )

        self.assertEqual(
            ('prepare/n1,n2',), self._taken(answer).selection.subgraphs
        )

    def test_force_runs_tasks_whatever_their_conditions_say(self) -> None:
        refused = self._execute({'type': 'computed'})
        forced = self._execute({'type': 'computed'}, force=True)

        self.assert_refused(refused, 400, 'invalid_input')
        self.assertEqual(202, forced.status_code, forced.text)

    def test_a_busy_cluster_is_409(self) -> None:
        """Fuel: behaviour 59. Graphs: behaviour 10."""
        self._execute({'type': 'more'})

        self.assert_refused(
            self._execute({'type': 'more'}), 409, 'cluster_busy'
        )

    def test_a_type_runs_once_and_no_other_graph_is_changed(self) -> None:
        """Graphs: behaviour 9."""
        url = f'clusters/{self.name}/deployment_tasks'
        before = self.client.get(url).json()

        self._execute({'type': 'more'})

        rows = self.client.get(
            f'tasks/{self.engine.executed[-1][0]}/tasks_history'
        ).json()
        self.assertEqual(['late'], [each['task_name'] for each in rows])
        self.assertEqual(before, self.client.get(url).json())

    def test_a_run_tells_the_tasks_of_a_graph_that_is_gone(self) -> None:
        """Graphs: behaviour 5."""
        run = self._execute({'type': 'more'}).json()['id']
        url = f'releases/{self.name}/deployment_graphs/more'

        self.assertEqual(204, self.client.delete(url).status_code)

        rows = self.client.get(f'tasks/{run}/tasks_history').json()
        self.assertEqual(['late'], [each['task_name'] for each in rows])
        shown = self.client.get(f'transactions/{run}/deployment_history')
        self.assertIn('late', [each['task_name'] for each in shown.json()])

    def test_a_graph_that_is_changed_meanwhile_changes_no_run(self) -> None:
        """Graphs: behaviour 12."""
        run = self._execute({'type': 'more'}).json()['id']
        before = db_runs.get(self.db, run).snapshot_digest
        url = f'releases/{self.name}/deployment_graphs/more'

        changed = self.client.put(
            url, json={'tasks': [{'id': 'x', 'type': 'stage'}]}
        )

        self.assertEqual(200, changed.status_code, changed.text)
        self.assertEqual(before, db_runs.get(self.db, run).snapshot_digest)
        rows = self.client.get(f'tasks/{run}/tasks_history').json()
        self.assertEqual(['late'], [each['task_name'] for each in rows])

    def test_an_unknown_cluster_is_404(self) -> None:
        """Fuel: behaviour 59. Graphs: behaviour 11."""
        answer = self._execute({'type': 'more'}, cluster=987654321)

        self.assert_refused(answer, 404, 'not_found')

    def test_what_selects_nothing_or_strangers_is_refused(self) -> None:
        """Fuel: behaviours 56, 57 and 59."""
        for chosen in (
            (),
            ({'nodes': [1]},),
            ({'type': 'unheard'},),
            ({'type': 'more', 'nodes': []},),
            ({'type': 'more', 'nodes': [987654321]},),
            ({'type': 'more', 'tasks': ['unheard']},),
            ({'type': 'more', 'tasks': ['late']}, {'type': 'default'}),
        ):
            with self.subTest(chosen):
                answer = self._execute(*chosen)

                self.assert_refused(answer, 400, 'invalid_input')

    def test_a_node_of_another_cluster_is_named(self) -> None:
        """Fuel: behaviour 59."""
        answer = self._execute({'type': 'more', 'nodes': [987654321]})

        self.assertIn('987654321', answer.json()['message'])
