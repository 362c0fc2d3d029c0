"""What a page of a run shows: progress, failures, permissions."""

from typing import Any

from trailmark.common.states import ExecutionState, RunState
from trailmark.db import claims, flushes, records
from trailmark.tests.unit.api import secured, served
from trailmark.tests.unit.db import base

_E = ExecutionState


class ProgressTest(served.ApiTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.run_id = int(self.deploy()['run']['id'])

    def test_nodes_come_in_pages_where_a_limit_is_said(self) -> None:
        first = self._get('nodes', limit=2)
        second = self._get('nodes', limit=2, marker=first['next'])

        pages = [first['nodes'], second['nodes']]
        names = [[each['node'] for each in page] for page in pages]
        self.assertEqual([[None, 'n1'], ['n2']], names)

    def test_tasks_are_counted_over_their_nodes(self) -> None:
        tasks = self._get('tasks')['tasks']

        totals = {each['task']: each['counts']['total'] for each in tasks}
        self.assertEqual({'prepare': 2, 'ready': 1, 'serve': 1}, totals)
        self.assertEqual({'default'}, {each['graph_type'] for each in tasks})

    def test_only_those_with_an_execution_in_a_state_are_listed(self) -> None:
        self.assertEqual([], self._get('nodes', statuses='error')['nodes'])
        self.assertEqual(
            3, len(self._get('tasks', statuses='pending')['tasks'])
        )

    def test_a_state_that_nobody_knows_is_refused(self) -> None:
        answer = self.client.get(
            f'runs/{self.run_id}/tasks', params={'statuses': 'lost'}
        )

        self.assert_refused(answer, 400, 'invalid_input')

    def test_a_run_that_is_not_there_is_404(self) -> None:
        for path in ('nodes', 'tasks', 'failures'):
            answer = self.client.get(f'runs/999999999/{path}')
            self.assert_refused(answer, 404, 'not_found')

    def test_events_after_the_last_transition_are_all_that_is_new(
        self,
    ) -> None:
        last = self._run()['last_transition']
        self.client.post(f'runs/{self.run_id}/cancel', json={})
        self._end()

        answer = self.client.get(
            f'runs/{self.run_id}/events', params={'after': last}
        )

        self.assertEqual(served.ROWS, answer.text.count('event: transition'))

    def test_who_asks_for_the_run_alone_hears_no_transition(self) -> None:
        self._end()

        answer = self.client.get(
            f'runs/{self.run_id}/events', params={'kinds': 'run'}
        )

        self.assertEqual(1, answer.text.count('event: '))
        self.assertIn('event: run', answer.text)

    def _get(self, what: str, **query: Any) -> dict[str, Any]:
        answer = self.client.get(f'runs/{self.run_id}/{what}', params=query)
        self.assertEqual(200, answer.status_code, answer.text)
        said: dict[str, Any] = answer.json()
        return said

    def _run(self) -> dict[str, Any]:
        run: dict[str, Any] = self._get('')['run']
        return run

    def _end(self) -> None:
        _number, claim = self.engine.executed[-1]
        assert claim is not None
        flushes.finish(self.db, claim, RunState.CANCELLED, None, _E.CANCELLED)


class FailuresTest(served.ApiTestCase):
    def test_a_failure_has_the_last_lines_of_what_it_printed(self) -> None:
        printed = ''.join(f'line {n}\n' for n in range(50))

        shown = self._failed(
            {'exit_code': 3, 'stdout': 'x', 'stderr': printed}
        )

        self.assertEqual(('serve', 'n2', 3), _named(shown))
        said = shown['output']
        self.assertEqual(('stderr', True), (said['from'], said['cut']))
        self.assertEqual('line 49', said['lines'][-1])
        self.assertEqual(12, len(said['lines']))

    def test_what_prints_no_errors_has_its_output(self) -> None:
        shown = self._failed({'exit_code': 1, 'stdout': 'no', 'stderr': ' \n'})

        self.assertEqual(
            {'from': 'stdout', 'lines': ['no'], 'cut': False}, shown['output']
        )

    def test_a_test_that_failed_speaks_for_its_task(self) -> None:
        tests = {'test_post': {'exit_code': 9, 'stderr': 'not up'}}

        shown = self._failed({'exit_code': 0, 'stdout': 'x', 'tests': tests})

        self.assertEqual(9, shown['exit_code'])
        self.assertEqual(['not up'], shown['output']['lines'])

    def test_what_printed_nothing_has_no_output(self) -> None:
        shown = self._failed({})

        self.assertEqual((None, None), (shown['exit_code'], shown['output']))
        self.assertEqual('broken', shown['message'])

    def _failed(self, summary: dict[str, Any]) -> dict[str, Any]:
        """What is shown of serve@n2, which has failed."""
        run = int(self.deploy()['run']['id'])
        _number, claim = self.engine.executed[-1]
        assert isinstance(claim, records.Claim)
        key = (0, 2, 2)
        failed = base.batch((key, _E.PENDING, _E.ERROR), message='broken')
        failed.summaries.append(records.Summary(key, 1, summary))
        flushes.flush(self.db, claim, failed)
        claims.release(self.db, claim)
        answer = self.client.get(f'runs/{run}/failures').json()
        [shown] = answer['failures']
        self.assertIsNone(answer['next'])
        return dict(shown)


class PermissionsTest(secured.SecuredTestCase):
    def test_users_are_told_what_they_may_do_to_runs(self) -> None:
        granted = {
            user: self.asks(user).get('/api/v1/permissions').json()['rules']
            for user in secured.ROLES
        }

        self.assertEqual({True}, set(granted['ada'].values()))
        self.assertEqual({False}, set(granted['rita'].values()))
        self.assertTrue(granted['maria']['runs:stop'])
        self.assertFalse(granted['maria']['runs:hide'])

    def test_nobody_is_told_nothing(self) -> None:
        answer = self.asks().get('/api/v1/permissions')

        self.assertEqual(401, answer.status_code)


def _named(shown: dict[str, Any]) -> tuple[str, str, int]:
    return shown['task'], shown['node'], shown['exit_code']
