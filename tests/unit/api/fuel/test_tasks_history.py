"""The history as seed 000 shows it."""

from typing import Any

from trailmark.common import states
from trailmark.tests.unit.api import served
from trailmark.tests.unit.api.fuel import executed

#: The sample of the seed.
SUMMARY: dict[str, Any] = {
    'sender': '5',
    'statuscode': 0,
    'statusmsg': 'OK',
    'data': {
        'time': {
            'anchor': 0.00019831,
            'config_retrieval': 1.015772457,
            'file': 0.0012266030000000002,
            'filebucket': 8.4232e-05,
            'mysql_database': 0.018598403,
            'mysql_grant': 0.076972123,
            'mysql_user': 0.073092031,
            'package': 0.000257408,
            'schedule': 0.0005276500000000001,
            'total': 1.186729217,
            'last_run': 1456971170,
        },
        'resources': {
            'failed': 0,
            'changed': 7,
            'total': 19,
            'restarted': 0,
            'out_of_sync': 7,
            'failed_to_restart': 0,
            'scheduled': 0,
            'skipped': 0,
        },
        'changes': {'total': 7},
        'events': {'failure': 0, 'success': 7, 'total': 7},
        'version': {'config': 1456971167, 'puppet': '3.8.3'},
        'status': 'stopped',
        'running': 0,
        'enabled': 1,
        'idling': 0,
        'stopped': 1,
        'lastrun': 1456971170,
        'runtime': 0,
        'output': 'Currently stopped; last completed run 0 seconds ago',
    },
}
_CHANGED = [{'resource': 'File[/x]', 'changes': ['ensure: created']}]
#: What the driver leaves.
OF_PUPPET = {
    'driver': 'puppet',
    'time': {'last_run': 1456971170},
    'resources': {'changed': 1},
    'status': 'changed',
    'changed_resources': _CHANGED,
    'exit_code': 2,
}
TASKS = """
- {id: swift-keystone, type: noop, roles: [web]}
- {id: ready, type: stage}
- {id: on-master, type: noop, roles: master}
"""


class TasksHistoryTest(served.ApiTestCase):
    def setUp(self) -> None:
        super().setUp()
        files = {'nodes.yaml': served.NODES, 'release/default.yaml': TASKS}
        self.run_id = int(self.deploy(files=files)['run']['id'])

    def _rows(self, query: str = '') -> list[dict[str, Any]]:
        answer = self.client.get(f'tasks/{self.run_id}/tasks_history/{query}')
        self.assertEqual(200, answer.status_code, answer.text)
        rows: list[dict[str, Any]] = answer.json()
        return rows

    def test_a_row_is_the_sample_of_the_seed(self) -> None:
        """History: behaviours 1 and 12."""
        times = (1457362146, 1457362276)
        executed.finish(self, 'swift-keystone', 'n1', SUMMARY, times)

        [row] = self._rows('?statuses=ready')

        numbers = {key: row[key] for key in ('id', 'node_id', 'task_id')}
        self.assertEqual(
            {
                'deployment_task_id': self.run_id,
                'task_name': 'swift-keystone',
                'time_start': 1457362146,
                'time_end': 1457362276,
                'status': 'ready',
                'summary': SUMMARY,
                **numbers,
            },
            row,
        )
        self.assertEqual({int}, {type(each) for each in numbers.values()})

    def test_both_urls_of_the_seed_answer_alike_below_api(self) -> None:
        """History: behaviour 2."""
        answers = [
            self.client.get(f'http://trailmark/api/tasks/{self.run_id}/{end}')
            for end in ('deployment_tasks', 'tasks_history/', 'tasks_history')
        ]

        self.assertEqual(4, len(answers[0].json()))
        self.assertEqual(1, len({answer.text for answer in answers}))

    def test_filters_are_alone_or_together(self) -> None:
        """History: behaviours 5 to 8."""
        times = (1457362146, 1457362276)
        executed.finish(self, 'swift-keystone', 'n1', {}, times)
        one, two = (row['node_id'] for row in self._rows('?nodes=n1,n2'))

        for query, number in (
            (f'?nodes={one}', 1),
            (f'?nodes={one},{two}', 2),
            ('?nodes=master', 1),
            ('?statuses=ready', 1),
            ('?statuses=ready,pending', 4),
            (f'?statuses=ready&nodes={one}', 1),
            (f'?statuses=ready&nodes={two}', 0),
            ('?statuses=&nodes=', 4),
        ):
            with self.subTest(query):
                self.assertEqual(number, len(self._rows(query)))

    def test_a_node_is_its_number_or_master_and_a_stage_has_none(self) -> None:
        """History: behaviour 11."""
        nodes = {row['task_name']: row['node_id'] for row in self._rows()}

        self.assertIsInstance(nodes['swift-keystone'], int)
        self.assertEqual(
            ('master', None), (nodes['on-master'], nodes['ready'])
        )

    def test_what_did_not_run_has_no_times_and_an_empty_summary(self) -> None:
        """Fuel: behaviour 65."""
        row = self._rows('?nodes=n1')[0]

        self.assertEqual(
            (None, None, {}),
            (row['time_start'], row['time_end'], row['summary']),
        )

    def test_a_missing_task_is_404(self) -> None:
        """History: behaviour 3."""
        for end in ('deployment_tasks', 'tasks_history/'):
            with self.subTest(end):
                answer = self.client.get(f'tasks/987654321/{end}')

                self.assert_refused(answer, 404, 'not_found')

    def test_nothing_but_a_get_is_allowed(self) -> None:
        """History: behaviour 4."""
        for method in ('PUT', 'POST', 'PATCH', 'DELETE'):
            for end in ('deployment_tasks', 'tasks_history'):
                with self.subTest(method, end=end):
                    answer = self.client.request(
                        method, f'tasks/{self.run_id}/{end}'
                    )

                    self.assert_refused(answer, 405, 'method_not_allowed')
                    self.assertEqual('GET, HEAD', answer.headers['Allow'])

    def test_an_unknown_status_is_refused_with_those_there_are(self) -> None:
        """History: behaviour 9."""
        answer = self.client.get(
            f'tasks/{self.run_id}/tasks_history/?statuses=bogus'
        )

        error = self.assert_refused(answer, 400, 'invalid_input')
        for state in states.ExecutionState:
            self.assertIn(str(state), error['message'])

    def test_a_node_that_there_is_not_has_no_rows(self) -> None:
        """History: behaviour 10."""
        self.assertEqual([], self._rows('?nodes=987654321'))

    def test_what_puppet_left_is_in_the_shape_of_the_seed(self) -> None:
        executed.finish(self, 'swift-keystone', 'n1', OF_PUPPET, (1, 2))

        for url in (
            f'tasks/{self.run_id}/deployment_tasks?statuses=ready',
            f'clusters/{self.name}/tasks_history?statuses=ready',
            f'transactions/{self.run_id}/deployment_history'
            '?statuses=ready&include_summary=1',
        ):
            with self.subTest(url):
                [row] = self.client.get(url).json()
                summary = row['summary']
                data = summary['data']
                self.assertEqual(SUMMARY.keys(), summary.keys())
                self.assertEqual(str(row['node_id']), summary['sender'])
                self.assertLessEqual(SUMMARY['data'].keys(), data.keys())
                self.assertEqual(
                    ('stopped', 1456971170, 'changed', _CHANGED),
                    (
                        *(data['status'], data['lastrun']),
                        *(data['outcome'], data['changed_resources']),
                    ),
                )

    def test_a_failure_of_puppet_has_a_code_and_its_message(self) -> None:
        given = {'driver': 'puppet', 'status': 'failed', 'exit_code': 1}
        executed.finish(
            *(self, 'swift-keystone', 'n1', given, (1, 2)),
            state=states.ExecutionState.ERROR,
            message='failed: File[/x]',
        )

        [row] = self._rows('?statuses=error')

        summary = row['summary']
        self.assertEqual(
            (1, 'failed: File[/x]', 2),
            (
                *(summary['statuscode'], summary['statusmsg']),
                summary['data']['lastrun'],
            ),
        )

    def test_an_error_tells_what_puppet_said(self) -> None:
        """History: behaviour 16."""
        failed = {'data': {'resources': {'failed': 3}}}
        said = (failed, (1, 2), states.ExecutionState.ERROR)
        executed.finish(self, 'swift-keystone', 'n1', *said)

        [row] = self._rows('?statuses=error')
        url = f'runs/{self.run_id}/tasks/swift-keystone@n1'
        shown = self.client.get(url).json()['task']

        for summary in (row['summary'], shown['attempts'][-1]['summary']):
            self.assertEqual(3, summary['data']['resources']['failed'])

    def test_the_history_of_a_task_that_was_deleted_stays(self) -> None:
        """History: behaviour 21."""
        files = {'nodes.yaml': served.NODES, 'release/default.yaml': TASKS}
        other = self.deploy(files=files, name=f'{self.name}-2', dry_run=True)
        self.run_id = int(other['run']['id'])
        before = self._rows()

        gone = self.client.delete(f'tasks/{self.run_id}')

        self.assertEqual(204, gone.status_code, gone.text)
        self.assertEqual(
            404, self.client.get(f'tasks/{self.run_id}').status_code
        )
        self.assertEqual((4, before), (len(before), self._rows()))

    def test_a_page_that_is_asked_for_links_to_the_next(self) -> None:
        url = f'tasks/{self.run_id}/tasks_history?limit=3'

        first = self.client.get(url)
        second = self.client.get(first.links['next']['url'])

        self.assertEqual(self._rows(), [*first.json(), *second.json()])
        self.assertNotIn('next', second.links)
