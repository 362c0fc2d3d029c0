"""Clusters that Fuel's clients deploy, stop and reset."""

from typing import Any

import httpx

from trailmark.common import states
from trailmark.db import flushes, snapshots
from trailmark.db import runs as db_runs
from trailmark.flows import graphs, snapshot
from trailmark.tests.unit.api import served

MORE = '- {id: late, type: noop, roles: [db]}'


class ClustersTest(served.ApiTestCase):
    def setUp(self) -> None:
        super().setUp()
        files = {
            'nodes.yaml': served.NODES,
            'release/default.yaml': served.TASKS,
            'release/more.yaml': MORE,
            'release/provision.yaml': MORE,
        }
        self.deploy(files=files, dry_run=True)
        found = self.client.get(f'clusters/{self.name}').json()
        self.cluster, self.release = found['id'], found['release_id']
        self.ids = {node['name']: node['id'] for node in found['nodes']}

    def _put(self, path: str, body: Any = None) -> httpx.Response:
        url = f'clusters/{self.cluster}/{path}'
        return self.client.put(url, json={} if body is None else body)

    def _begun(self, path: str, body: Any = None) -> dict[str, Any]:
        answer = self._put(path, body)
        self.assertEqual(202, answer.status_code, answer.text)
        told: dict[str, Any] = answer.json()
        return told

    def _taken(self, told: dict[str, Any]) -> graphs.Snapshot:
        run = db_runs.get(self.db, told['id'])
        return snapshot.from_json(snapshots.get(self.db, run.snapshot_digest))

    def _end(self, state: states.RunState = states.RunState.READY) -> None:
        _run, claim = self.engine.executed[-1]
        left = states.ExecutionState.CANCELLED
        flushes.finish(self.db, claim, state, None, left)

    def _status(self) -> str | None:
        found = self.client.get(f'clusters/{self.cluster}').json()
        status: str | None = found['run_status']
        return status

    def test_changes_are_deployed_by_the_clusters_graphs(self) -> None:
        told = self._begun('changes?dry_run=0&noop_run=0')

        self.assertEqual(
            (self.cluster, 'default', False),
            (told['cluster'], told['graph_type'], told['dry_run']),
        )

    def test_changes_are_deployed_by_the_sequence_of_that_name(self) -> None:
        body = {
            'release': self.release,
            'name': 'deploy-changes',
            'graphs': [{'type': 'provision'}, {'type': 'more'}],
        }
        self.client.post('sequences', json=body)

        told = self._begun('changes')

        self.assertEqual('provision,more', told['graph_type'])

    def test_a_graph_that_is_named_is_deployed_alone(self) -> None:
        told = self._begun('changes?graph_type=more')

        self.assertEqual('more', told['graph_type'])

    def test_to_redeploy_is_to_deploy_by_force(self) -> None:
        for path, forced in (('changes', False), ('changes/redeploy', True)):
            with self.subTest(path):
                taken = self._taken(self._begun(path))

                self.assertEqual(forced, taken.options.ignore_conditions)
                self._end()

    def test_modes_are_said_in_the_url(self) -> None:
        noop = self._taken(self._begun('changes?noop_run=1'))
        dry = self._put('deploy/?dry_run=1')

        self.assertTrue(noop.options.noop)
        self.assertEqual(
            (200, 'ready'), (dry.status_code, dry.json()['status'])
        )

    def test_nodes_are_deployed_and_provisioned_by_their_ids(self) -> None:
        node = self.ids['n2']

        for path, kind in (
            (f'deploy/?nodes={node}&force=0&noop_run=0', 'default'),
            (f'provision/?nodes={node}', 'provision'),
        ):
            with self.subTest(path):
                told = self._begun(path)

                chosen = self._taken(told).selection
                self.assertEqual(
                    (kind, ('n2',)), (told['graph_type'], chosen.nodes)
                )
                self._end()

    def test_tasks_are_listed_in_the_body(self) -> None:
        """Fuel: behaviour 56."""
        node = self.ids['n1']

        told = self._begun(f'deploy_tasks/?nodes={node}', ['prepare'])

        chosen = self._taken(told).selection
        self.assertEqual((('n1',), ('prepare',)), (chosen.nodes, chosen.tasks))

    def test_what_selects_nothing_is_refused(self) -> None:
        """Fuel: behaviours 56 and 57."""
        for path, body in (
            ('deploy_tasks', []),
            ('deploy_tasks', {}),
            ('deploy_tasks', ['unheard']),
            ('deploy/?nodes=987654321', {}),
            ('deploy/?nodes=n1', {}),
            ('deploy/?graph_type=unheard', {}),
            ('changes?noop_run=perhaps', {}),
        ):
            with self.subTest(path, body=body):
                answer = self._put(path, body)

                self.assert_refused(answer, 400, 'invalid_input')

    def test_an_unknown_cluster_is_404(self) -> None:
        for path in (
            *('changes', 'changes/redeploy', 'deploy', 'provision'),
            *('stop_deployment', 'reset'),
        ):
            with self.subTest(path):
                answer = self.client.put(
                    f'clusters/987654321/{path}/', json={}
                )

                self.assert_refused(answer, 404, 'not_found')

    def test_a_stop_is_asked_of_the_active_run(self) -> None:
        run = self._begun('changes')['id']

        told = self._begun('stop_deployment/')

        self.assertEqual(
            (run, self.cluster, 'stop_deployment'),
            (told['id'], told['cluster'], told['name']),
        )
        self.assertEqual(states.Asked.STOP, db_runs.asked(self.db, run))

    def test_what_does_not_run_can_not_be_stopped(self) -> None:
        answer = self._put('stop_deployment/')

        self.assert_refused(answer, 400, 'invalid_input')

    def test_a_reset_cluster_is_as_if_nothing_had_run(self) -> None:
        run = self._begun('changes')['id']
        self._end(states.RunState.ERROR)
        self.assertEqual('error', self._status())

        told = self._begun('reset/?force=0')

        self.assertEqual(
            (run, self.cluster, 'reset_environment'),
            (told['id'], told['cluster'], told['name']),
        )
        self.assertIsNone(self._status())
        found = self.client.get(f'runs/{run}').json()['run']
        self.assertFalse(found['resumable'])
        answer = self.client.post(f'runs/{run}/resume')
        self.assert_refused(answer, 409, 'run_void')

    def test_the_history_outlives_a_reset(self) -> None:
        """History: behaviour 26; what is reset is the cluster."""
        run = self._begun('changes')['id']
        self._end()

        self._begun('reset/')

        rows = self.client.get(f'tasks/{run}/tasks_history').json()
        self.assertEqual(served.ROWS, len(rows))

    def test_a_cluster_that_ran_nothing_is_reset_without_a_run(self) -> None:
        told = self._begun('reset/?force=0')

        self.assertEqual(
            (None, self.cluster, 'ready'),
            (told['id'], told['cluster'], told['status']),
        )

    def test_a_reset_waits_for_the_active_run(self) -> None:
        run = self._begun('changes')['id']

        self.assert_refused(self._put('reset/'), 409, 'cluster_busy')

        self._begun('reset/?force=1')
        self.assertEqual(states.Asked.CANCEL, db_runs.asked(self.db, run))
        self.assertEqual('running', self._status())

    def test_a_dry_or_noop_run_leaves_the_state_of_a_cluster(self) -> None:
        """Fuel: behaviour 55."""
        self._begun('changes')
        self._end()
        for mode in ('dry_run', 'noop_run'):
            with self.subTest(mode):
                self._put(f'changes?{mode}=1')

                self.assertEqual('ready', self._status())
