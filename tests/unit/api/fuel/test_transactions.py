"""Runs as Fuel's transactions and tasks."""

import uuid
from typing import Any

from trailmark.db import runs
from trailmark.tests.unit.api import served


class TransactionsTest(served.ApiTestCase):
    def test_a_run_is_a_transaction_with_fuels_keys(self) -> None:
        run = self.deploy()['run']

        told = self.client.get(f'transactions/{run["id"]}/').json()

        self.assertEqual(
            {
                *('id', 'cluster', 'uuid', 'name', 'result', 'message'),
                *('status', 'progress', 'parent_id', 'dry_run'),
                *('graph_type', 'time_start', 'time_end'),
            },
            told.keys(),
        )
        self.assertEqual(
            (run['id'], 'deployment', 'running', 0, False, 'default'),
            (
                *(told['id'], told['name'], told['status']),
                *(told['progress'], told['dry_run'], told['graph_type']),
            ),
        )
        self.assertIsInstance(told['cluster'], int)
        uuid.UUID(told['uuid'])

    def test_a_transaction_is_below_both_roots(self) -> None:
        run = self.dry_run()

        found = [
            self.client.get(f'http://trailmark/{root}/transactions/{run}{end}')
            for root in ('api', 'api/v1')
            for end in ('', '/')
        ]

        self.assertEqual([200] * 4, [answer.status_code for answer in found])
        self.assertEqual(1, len({answer.text for answer in found}))

    def test_lists_are_filtered_by_cluster_status_and_name(self) -> None:
        """Fuel: behaviour 64."""
        ended, active = self.dry_run(), self.deploy()['run']['id']
        cluster = self._show(active)['cluster']

        for query, numbers in (
            ('', {ended, active}),
            ('&statuses=ready', {ended}),
            ('&statuses=ready,running', {ended, active}),
            ('&statuses=error', set()),
            ('&transaction_types=deployment', {ended, active}),
            ('&transaction_types=provision', set()),
        ):
            with self.subTest(query):
                url = f'transactions/?cluster_id={cluster}{query}'
                found = self.client.get(url).json()

                self.assertEqual(numbers, {each['id'] for each in found})

    def test_bad_filters_are_refused(self) -> None:
        """Fuel: behaviour 64."""
        for query in ('statuses=done', 'transaction_types=dance'):
            with self.subTest(query):
                answer = self.client.get(f'transactions/?{query}')

                self.assert_refused(answer, 400, 'invalid_input')

    def test_an_error_says_its_message_where_fuels_clients_look(self) -> None:
        answer = self.client.get('transactions/987654321/')

        error = self.assert_refused(answer, 404, 'not_found')
        self.assertEqual(
            (error['message'], []),
            (answer.json()['message'], answer.json()['errors']),
        )

    def test_a_deleted_transaction_leaves_lists_and_keeps_its_history(
        self,
    ) -> None:
        """Fuel: behaviour 62, but nobody erases history."""
        run = self.dry_run()

        gone = self.client.delete(f'transactions/{run}/').status_code

        self.assertEqual(204, gone)
        listed = [e['id'] for e in self.client.get('transactions/').json()]
        self.assertNotIn(run, listed)
        for url in (
            f'transactions/{run}/',
            f'transactions/{run}/deployment_history/',
            f'runs/{run}',
        ):
            with self.subTest(url):
                self.assertEqual(200, self.client.get(url).status_code)

    def test_an_active_transaction_is_deleted_by_force_alone(self) -> None:
        """Fuel: behaviour 62."""
        run = self.deploy()['run']['id']

        refused = self.client.delete(f'transactions/{run}/?force=0')
        forced = self.client.delete(f'transactions/{run}/?force=1')

        self.assert_refused(refused, 400, 'transaction_running')
        self.assertEqual(204, forced.status_code)
        self.assertEqual('cancel', str(runs.asked(self.db, run)))
        self.assertEqual(404, self.client.get(f'tasks/{run}/').status_code)

    def test_a_deleted_task_is_a_transaction_still(self) -> None:
        run = self.dry_run()

        gone = self.client.delete(f'tasks/{run}/').status_code
        listed = [each['id'] for each in self.client.get('tasks/').json()]

        self.assertEqual(204, gone)
        self.assertNotIn(run, listed)
        self.assertEqual(404, self.client.get(f'tasks/{run}/').status_code)
        self.assertEqual(run, self._show(run)['id'])

    def test_types_of_a_run_are_joined_by_commas(self) -> None:
        files = {
            'nodes.yaml': served.NODES,
            'release/default.yaml': served.TASKS,
            'release/more.yaml': '- {id: a, type: noop, roles: [web]}',
        }

        run = self.deploy(
            files=files, graph_types=['default', 'more'], dry_run=True
        )['run']['id']

        self.assertEqual('default,more', self._show(run)['graph_type'])

    def _show(self, run: int) -> dict[str, Any]:
        told: dict[str, Any] = self.client.get(f'transactions/{run}/').json()
        return told
