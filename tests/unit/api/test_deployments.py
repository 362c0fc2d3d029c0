"""Deployments: what is stored, what is refused, what is begun."""

from trailmark.common import exceptions
from trailmark.tests import databases
from trailmark.tests.unit.api import served

SECRET = """
- {id: login, type: shell, version: 2.0.0, roles: [web],
   secrets: [cmd], parameters: {cmd: hunter2, timeout: hunter2}}
"""


class DeploymentsTest(served.ApiTestCase):
    def test_a_deployment_begins_a_run_that_this_process_holds(self) -> None:
        answer = self.deploy()

        run = answer['run']
        [(executed, claim)] = self.engine.executed
        self.assertEqual('running', run['status'])
        self.assertEqual(
            {'pending': served.ROWS, 'total': served.ROWS}, run['counts']
        )
        self.assertEqual((run['id'], run['id']), (executed, claim.run))
        self.assertEqual(self.name, answer['cluster']['name'])

    def test_a_dry_run_ends_at_once_and_skips_everything(self) -> None:
        """Fuel: behaviour 97."""
        run = self.deploy(dry_run=True)['run']

        self.assertEqual('ready', run['status'])
        self.assertEqual(
            {'skipped': served.ROWS, 'total': served.ROWS}, run['counts']
        )
        self.assertEqual([], self.engine.executed)

    def test_a_dry_run_finds_all_that_a_run_would(self) -> None:
        """Fuel: behaviour 97; there, a dry run of a loop ended `ready`."""
        tasks = """
- {id: a, type: stage, requires: [b]}
- {id: b, type: stage, requires: [a]}
"""
        files = {'nodes.yaml': served.NODES, 'release/default.yaml': tasks}

        answer = self.client.post(
            'deployments', json=self.deployment(files=files, dry_run=True)
        )

        error = self.assert_refused(answer, 400, 'invalid_input')
        self.assertIn('a -> b -> a', error['message'])
        self._assert_nothing_is_stored()

    def test_a_dry_run_does_not_wait_for_an_active_run(self) -> None:
        active = self.deploy()['run']['id']
        tasks = served.TASKS.replace('id: serve', 'id: offer')
        files = {'nodes.yaml': served.NODES, 'release/default.yaml': tasks}

        answer = self.deploy(files=files, dry_run=True)

        self.assertEqual('ready', answer['run']['status'])
        self.assertEqual(2, len(answer['changes']))
        rows = self.client.get(f'runs/{active}/tasks_history').json()
        names = {row['task_name'] for row in rows['tasks_history']}
        self.assertEqual({'prepare', 'ready', 'serve'}, names)
        run = self.client.get(f'runs/{active}').json()['run']
        self.assertEqual('running', run['status'])
        self.assertEqual([active], [run for run, _ in self.engine.executed])

    def test_dry_runs_do_not_hold_their_cluster(self) -> None:
        runs = [self.dry_run(), self.dry_run(), self.deploy()['run']['id']]

        self.assertEqual(sorted(runs), runs)

    def test_a_dry_run_needs_no_engine(self) -> None:
        self.engine.refusal = exceptions.JournalUnavailable(
            path='j', reason='full'
        )

        self.assertEqual('ready', self.deploy(dry_run=True)['run']['status'])

    def test_nothing_is_stored_when_the_engine_can_not_start(self) -> None:
        self.engine.refusal = exceptions.JournalUnavailable(
            path='j', reason='full'
        )

        with self.assertLogs('trailmark'):
            answer = self.client.post('deployments', json=self.deployment())

        self.assert_refused(answer, 503, 'journal_unavailable')
        self._assert_nothing_is_stored()

    def test_nothing_is_stored_of_what_is_refused(self) -> None:
        files = {
            'nodes.yaml': served.NODES,
            'release/default.yaml': served.TASKS.replace('shell', 'shel'),
        }

        answer = self.client.post(
            'deployments', json=self.deployment(files=files)
        )

        error = self.assert_refused(answer, 400, 'invalid_input')
        self.assertEqual(
            {'prepare', 'serve'},
            {problem['task'] for problem in error['problems']},
        )
        self._assert_nothing_is_stored()

    def test_a_selection_that_matches_nothing_is_refused(self) -> None:
        for key, value in (
            ('nodes', 'n9'),
            ('tasks', 'perpare'),
            ('graph_types', 'other'),
            ('subgraphs', 'nowhere:'),
        ):
            with self.subTest(key):
                answer = self.client.post(
                    'deployments', json=self.deployment(**{key: [value]})
                )

                self.assert_refused(answer, 400, 'invalid_input')
        self._assert_nothing_is_stored()

    def test_a_cluster_with_an_active_run_is_busy(self) -> None:
        first = self.deploy()['run']['id']

        answer = self.client.post('deployments', json=self.deployment())

        error = self.assert_refused(answer, 409, 'cluster_busy')
        self.assertIn(f'Run {first} ', error['message'])

    def test_another_folder_may_not_take_a_name(self) -> None:
        self.dry_run()

        answer = self.client.post(
            'deployments', json=self.deployment(source='/elsewhere')
        )

        error = self.assert_refused(answer, 409, 'name_taken')
        self.assertIn(f'--cluster {self.name}', error['message'])

    def test_another_folder_may_be_deployed_to_a_named_cluster(self) -> None:
        self.dry_run()

        answer = self.deploy(
            source='/elsewhere', name='other', cluster=self.name, dry_run=True
        )

        self.assertEqual(self.name, answer['cluster']['name'])

    def test_the_same_folder_again_says_what_changed(self) -> None:
        self.dry_run()

        same = self.deploy(dry_run=True)
        tasks = served.TASKS.replace("'true'", "'false'", 1)
        files = {'nodes.yaml': served.NODES, 'release/default.yaml': tasks}
        changed = self.deploy(files=files, dry_run=True)

        self.assertEqual([], same['changes'])
        self.assertEqual(1, len(changed['changes']))
        self.assertIn('prepare', changed['changes'][0])

    def test_a_shared_release_that_changed_is_a_warning(self) -> None:
        release = databases.fresh_name('r')
        files = {
            'deployment.yaml': f'release: {release}',
            'nodes.yaml': served.NODES,
            'release/default.yaml': served.TASKS,
        }
        self.deploy(files=files, dry_run=True)
        files['release/default.yaml'] += '- {id: more, type: stage}\n'

        other = databases.fresh_name()
        answer = self.deploy(
            name=other, source=f'/{other}', files=files, dry_run=True
        )

        [said] = [one for one in answer['warnings'] if 'shared' in one]
        self.assertIn(release, said)
        self.assertIn(self.name, said)

    def test_values_of_secret_parameters_are_not_answered(self) -> None:
        files = {'nodes.yaml': served.NODES, 'release/default.yaml': SECRET}

        answer = self.client.post(
            'deployments', json=self.deployment(files=files)
        )

        self.assert_refused(answer, 400, 'invalid_input')
        self.assertNotIn('hunter2', answer.text)

    def _assert_nothing_is_stored(self) -> None:
        answer = self.client.get(f'clusters/{self.name}')

        self.assert_refused(answer, 404, 'not_found')
