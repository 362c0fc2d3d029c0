"""Runs: shown, listed, stopped, resumed, hidden."""

from typing import Any

from trailmark.common import states
from trailmark.db import flushes
from trailmark.drivers import catalog, settings
from trailmark.tests.unit.api import served


class RunsTest(served.ApiTestCase):
    def _begin(self, **more: Any) -> int:
        return int(self.deploy(**more)['run']['id'])

    def _end(self, state: states.RunState) -> None:
        _run, claim = self.engine.executed[-1]
        if state == states.RunState.STOPPED:
            claim = flushes.set_state(self.db, claim, states.RunState.STOPPING)
            flushes.finish(self.db, claim, state, None, None)
        else:
            rest = states.ExecutionState.CANCELLED
            flushes.finish(self.db, claim, state, None, rest)

    def _run(self, run: int) -> dict[str, Any]:
        shown: dict[str, Any] = self.client.get(f'runs/{run}').json()['run']
        return shown

    def test_a_run_says_who_drives_it(self) -> None:
        run = self._run(self._begin())

        self.assertEqual({'host', 'pid'}, run['driven_by'].keys())
        self.assertFalse(run['resumable'])
        self.assertFalse(run['interrupted'])

    def _listed(self, **query: Any) -> list[int]:
        found = self.client.get('runs', params={'cluster': self.name, **query})
        return [run['id'] for run in found.json()['runs']]

    def test_runs_are_listed_by_what_is_asked_for(self) -> None:
        run = self._begin()

        for query in (
            {},
            {'status': 'running,ready'},
            {'type': 'default'},
            {'node': 'n2'},
            {'since': '1h'},
            {'until': '2999-01-01'},
        ):
            self.assertEqual([run], self._listed(**query), query)
        for query in (
            {'status': 'ready'},
            {'type': 'other'},
            {'node': 'n3'},
            {'since': '2999-01-01'},
            {'until': '1h'},
        ):
            self.assertEqual([], self._listed(**query), query)

    def test_filters_that_mean_nothing_are_refused(self) -> None:
        for query, said in (
            ({'status': 'done'}, "there is no 'done'; there are: "),
            ({'since': 'soon'}, 'is no time'),
            ({'all': 'maybe'}, 'say 0 or 1'),
        ):
            answer = self.client.get('runs', params=query)
            self.assertEqual(400, answer.status_code)
            self.assertIn(said, answer.text)

    def test_a_run_that_is_not_there_is_404(self) -> None:
        for method, path in (
            ('GET', ''),
            ('DELETE', ''),
            ('POST', '/stop'),
            ('POST', '/cancel'),
            ('POST', '/resume'),
            ('GET', '/nodes'),
            ('GET', '/transitions'),
            ('GET', '/tasks_history'),
            ('GET', '/tasks/prepare'),
        ):
            with self.subTest(path):
                answer = self.client.request(method, f'runs/99999999{path}')

                self.assert_refused(answer, 404, 'not_found')

    def test_lists_are_paged_the_newest_first(self) -> None:
        wanted = [self.dry_run() for _ in range(3)][::-1]
        url = f'runs?cluster={self.name}&limit=2'

        first = self.client.get(url).json()
        second = self.client.get(f'{url}&marker={first["next"]}').json()

        found = [run['id'] for run in first['runs'] + second['runs']]
        self.assertEqual(wanted, found)
        self.assertIsNone(second['next'])

    def test_pages_of_nonsense_are_refused(self) -> None:
        for query in ('limit=0', 'limit=-1', 'marker=x', f'limit={10**30}'):
            with self.subTest(query):
                answer = self.client.get(f'runs?{query}')

                self.assert_refused(answer, 400, 'invalid_input')

    def test_runs_of_an_unknown_cluster_are_404(self) -> None:
        answer = self.client.get('runs?cluster=nowhere')

        self.assert_refused(answer, 404, 'not_found')

    def test_a_stop_is_written_down_and_the_engine_told(self) -> None:
        run = self._begin()

        answer = self.client.post(f'runs/{run}/stop', json={})

        self.assertEqual(202, answer.status_code)
        self.assertEqual('stop', answer.json()['run']['asked'])
        self.assertEqual([run], self.engine.looked_at)
        self.assertIn('stop', self._run(run)['reasons']['run'])

    def test_a_run_that_has_ended_can_not_be_stopped(self) -> None:
        answer = self.client.post(f'runs/{self.dry_run()}/stop')

        self.assert_refused(answer, 409, 'run_ended')

    def test_an_active_run_can_not_be_deleted(self) -> None:
        answer = self.client.delete(f'runs/{self._begin()}')

        self.assert_refused(answer, 409, 'run_active')

    def test_a_deleted_run_is_left_out_of_lists_but_not_lost(self) -> None:
        run = self.dry_run()

        answer = self.client.delete(f'runs/{run}')

        listed = self.client.get(f'runs?cluster={self.name}').json()['runs']
        history = self.client.get(f'runs/{run}/tasks_history').json()
        self.assertEqual((204, []), (answer.status_code, listed))
        self.assertEqual(served.ROWS, len(history['tasks_history']))

    def test_a_live_run_can_not_be_resumed(self) -> None:
        answer = self.client.post(f'runs/{self._begin()}/resume')

        self.assert_refused(answer, 409, 'run_alive')

    def test_a_stopped_run_is_resumed_under_a_new_claim(self) -> None:
        run = self._begin()
        self._end(states.RunState.STOPPED)
        self.assertTrue(self._run(run)['resumable'])

        answer = self.client.post(f'runs/{run}/resume', json={})

        self.assertEqual(202, answer.status_code, answer.text)
        self.assertEqual('running', answer.json()['run']['status'])
        self.assertEqual([], answer.json()['changed_tasks'])
        self.assertEqual(2, self.engine.executed[-1][1].epoch)

    def test_a_superseded_run_is_not_resumable(self) -> None:
        run = self._begin()
        self._end(states.RunState.ERROR)
        self._begin()

        answer = self.client.post(f'runs/{run}/resume')

        self.assertFalse(self._run(run)['resumable'])
        self.assert_refused(answer, 409, 'run_superseded')

    def test_a_resume_names_the_tasks_that_changed_since(self) -> None:
        run = self._begin()
        self._end(states.RunState.STOPPED)
        tasks = served.TASKS.replace("'true'", "'false'", 1)
        self.deploy(
            files={
                'nodes.yaml': served.NODES,
                'release/default.yaml': tasks,
            },
            dry_run=True,
        )

        answer = self.client.post(f'runs/{run}/resume')

        self.assertEqual(['prepare'], answer.json()['changed_tasks'])

    def test_a_resume_skips_what_it_is_told(self) -> None:
        run = self._begin()
        self._end(states.RunState.STOPPED)

        answer = self.client.post(
            f'runs/{run}/resume', json={'skip': ['prepare@n1', 'serve']}
        )

        self.assertEqual(202, answer.status_code, answer.text)
        counts = answer.json()['run']['counts']
        self.assertEqual({'pending': 2, 'skipped': 2, 'total': 4}, counts)

    def test_names_that_a_run_does_not_have_are_all_listed(self) -> None:
        run = self._begin()
        self._end(states.RunState.STOPPED)

        answer = self.client.post(
            f'runs/{run}/resume',
            json={'skip': ['prepare@n9', 'serve', 'perpare']},
        )

        error = self.assert_refused(answer, 400, 'invalid_input')
        self.assertEqual(2, len(error['problems']))
        self.assertEqual('stopped', self._run(run)['status'])

    def test_a_run_whose_process_is_gone_is_interrupted(self) -> None:
        run = self._begin()
        with self.db.writer() as connection:
            connection.exec_driver_sql(
                f'UPDATE runs SET process_started = 1 WHERE id = {run}'
            )

        shown = self._run(run)

        self.assertEqual('running', shown['status'])
        self.assertTrue(shown['interrupted'])
        self.assertTrue(shown['resumable'])
        self.assertIsNone(shown['driven_by'])
        self.assertIn('resume it', shown['reasons']['run'])

    def test_reasons_name_what_pending_executions_wait_for(self) -> None:
        shown = self._run(self._begin())

        self.assertEqual(
            {'prepare@n1', 'prepare@n2', 'ready', 'serve@n2'},
            shown['reasons'].keys(),
        )
        self.assertEqual('waits for ready', shown['reasons']['serve@n2'])

    def test_a_run_of_what_is_not_allowed_here_is_shown(self) -> None:
        run = self._begin()
        refused = settings.Settings(allowed_drivers=())
        self.client = self.client_of(catalog.catalog(refused))

        reasons = self._run(run)['reasons']

        self.assertEqual({'prepare', 'serve'}, reasons.keys())
        self.assertIn('allowed_drivers', reasons['serve'])

    def test_counts_are_shown_for_each_node(self) -> None:
        run = self._begin()

        nodes = self.client.get(f'runs/{run}/nodes').json()['nodes']

        totals = {node['node']: node['counts']['total'] for node in nodes}
        self.assertEqual({None: 1, 'n1': 1, 'n2': 2}, totals)
