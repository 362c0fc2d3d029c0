"""The history of a transaction, as Fuel's clients read it."""

import csv
from typing import Any

import httpx
import yaml

from trailmark.common.states import ExecutionState
from trailmark.tests.unit.api import served
from trailmark.tests.unit.api.fuel import executed

TASKS = """
- id: serve
  type: shell
  version: 2.0.0
  roles: [web]
  secrets: [key]
  parameters: {cmd: 'true', timeout: 5, key: 'pass-9'}
- {id: ready, type: stage}
- {id: elsewhere, type: noop, roles: [nobody]}
"""
TIMES = (1457362146, 1457362276)


class DeploymentHistoryTest(served.ApiTestCase):
    def setUp(self) -> None:
        super().setUp()
        files = {'nodes.yaml': served.NODES, 'release/default.yaml': TASKS}
        self.run_id = int(self.deploy(files=files)['run']['id'])
        self.url = f'transactions/{self.run_id}/deployment_history/'

    def _get(self, query: str = '', **headers: str) -> httpx.Response:
        answer = self.client.get(f'{self.url}{query}', headers=headers)
        self.assertEqual(200, answer.status_code, answer.text)
        return answer

    def _rows(self, query: str = '') -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self._get(query).json()
        return rows

    def test_a_record_has_iso_times_and_the_tasks_definition(self) -> None:
        executed.finish(self, 'serve', 'n1', {'said': 1}, TIMES)

        [row] = self._rows('?statuses=ready')

        self.assertIsInstance(row.pop('node_id'), int)
        self.assertEqual(
            {
                'task_name': 'serve',
                'status': 'ready',
                'time_start': '2016-03-07T14:49:06.000000',
                'time_end': '2016-03-07T14:51:16.000000',
                'graph_type': 'default',
                'id': 'serve',
                'type': 'shell',
                'version': '2.0.0',
                'roles': ['web'],
                'secrets': ['key'],
                'parameters': {'cmd': 'true', 'timeout': 5, 'key': '***'},
            },
            row,
        )

    def test_a_message_stands_at_the_root_of_its_record(self) -> None:
        """Fuel: behaviour 68."""
        error = ExecutionState.ERROR
        executed.finish(self, 'serve', 'n1', {}, TIMES, error, 'no pass-9')

        [row] = self._rows('?statuses=error')

        self.assertEqual('no ***', row['message'])

    def test_filters_are_alone_or_together(self) -> None:
        """Fuel: behaviour 69."""
        executed.finish(self, 'serve', 'n1', {}, TIMES)
        node = self._rows('?statuses=ready')[0]['node_id']

        for query, number in (
            ('', 4),
            ('?tasks_names=serve', 2),
            ('?tasks_names=serve,ready', 3),
            ('?tasks_names=unheard', 0),
            (f'?nodes={node}', 1),
            ('?statuses=pending', 2),
            (f'?statuses=ready&nodes={node}&tasks_names=serve', 1),
            ('?statuses=&nodes=&tasks_names=', 4),
        ):
            with self.subTest(query):
                self.assertEqual(number, len(self._rows(query)))

    def test_a_bad_status_is_refused_with_the_list(self) -> None:
        """Fuel: behaviour 69."""
        answer = self.client.get(f'{self.url}?statuses=done')

        error = self.assert_refused(answer, 400, 'invalid_input')
        self.assertIn(
            'Statuses parameter could be only: '
            'pending, ready, running, error, skipped',
            error['message'],
        )

    def test_a_task_that_is_executed_nowhere_is_skipped_there(self) -> None:
        """Fuel: behaviour 70. History: behaviour 18."""
        [row] = self._rows('?tasks_names=elsewhere')

        self.assertEqual(
            ('-', 'skipped', None, None, 'noop'),
            (
                *(row['node_id'], row['status']),
                *(row['time_start'], row['time_end'], row['type']),
            ),
        )

    def test_such_a_task_is_hidden_by_nodes_and_other_statuses(self) -> None:
        """Fuel: behaviour 70."""
        for query, there in (
            ('?statuses=skipped', True),
            ('?statuses=pending', False),
            ('?nodes=n1', False),
        ):
            with self.subTest(query):
                nodes = {row['node_id'] for row in self._rows(query)}

                self.assertEqual(there, '-' in nodes)

    def test_a_row_in_another_status_is_no_absent_task(self) -> None:
        names = [row['task_name'] for row in self._rows('?statuses=skipped')]

        self.assertEqual(['elsewhere'], names)

    def test_csv_has_fuels_columns_and_empty_nulls(self) -> None:
        """Fuel: behaviour 72. History: behaviour 20."""
        executed.finish(self, 'serve', 'n1', {}, TIMES)

        answer = self._get('?tasks_names=serve', Accept='text/csv')

        lines = list(csv.reader(answer.text.splitlines()))
        self.assertEqual(
            ['task_name,node_id,status,type,time_start,time_end'],
            answer.text.splitlines()[:1],
        )
        self.assertEqual(
            {
                (
                    *('ready', 'shell', '2016-03-07T14:49:06.000000'),
                    '2016-03-07T14:51:16.000000',
                ),
                ('pending', 'shell', '', ''),
            },
            {tuple(line[2:]) for line in lines[1:]},
        )
        self.assertTrue(answer.headers['Content-Type'].startswith('text/csv'))

    def test_yaml_says_the_same_as_json(self) -> None:
        answer = self._get(Accept='application/x-yaml')

        self.assertEqual(self._rows(), yaml.safe_load(answer.text))

    def test_another_format_is_415(self) -> None:
        answer = self.client.get(self.url, headers={'Accept': 'image/png'})

        self.assert_refused(answer, 415, 'unsupported_media_type')

    def test_a_summary_is_there_only_when_asked_for(self) -> None:
        """Fuel: behaviour 73. History: behaviour 19."""
        executed.finish(self, 'serve', 'n1', {'said': 'pass-9'}, TIMES)

        without = self._rows()
        summaries = [
            row['summary']
            for row in self._rows('?include_summary=1')
            if row['task_name'] == 'serve'
        ]

        self.assertFalse(any('summary' in row for row in without))
        self.assertCountEqual([{'said': '***'}, {}], summaries)

    def test_an_unknown_transaction_is_404(self) -> None:
        answer = self.client.get('transactions/987654321/deployment_history/')

        self.assert_refused(answer, 404, 'not_found')

    def test_states_that_fuel_has_not_are_told_as_they_are(self) -> None:
        state = ExecutionState.CANCELLED
        executed.finish(self, 'serve', 'n1', {}, TIMES, state)

        self.assertEqual(1, len(self._rows('?statuses=cancelled')))
