"""Rows of the history, over the API."""

from typing import Any

from trailmark.common import notes, states
from trailmark.db import flushes
from trailmark.tests.unit.api import served


class TasksHistoryTest(served.ApiTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.run_id = self.dry_run()

    def _rows(self, query: str = '') -> list[dict[str, Any]]:
        answer = self.client.get(f'runs/{self.run_id}/tasks_history?{query}')
        self.assertEqual(200, answer.status_code, answer.text)
        rows: list[dict[str, Any]] = answer.json()['tasks_history']
        return rows

    def test_a_row_has_the_keys_of_the_seed(self) -> None:
        row = self._rows('tasks=serve')[0]

        self.assertLessEqual(
            {
                *('id', 'deployment_task_id', 'node_id', 'task_id'),
                *('task_name', 'time_start', 'time_end', 'status'),
                *('node_name', 'attempt'),
            },
            row.keys(),
        )
        self.assertEqual(
            (self.run_id, 'serve', 'n2', 'skipped'),
            (
                row['deployment_task_id'],
                row['task_name'],
                row['node_name'],
                row['status'],
            ),
        )
        self.assertIsInstance(row['node_id'], int)

    def test_filters_take_spaces_and_commas_names_and_ids(self) -> None:
        node = self._rows('nodes=n1')[0]['node_id']

        for query, rows in (
            ('nodes=n1,n2', 3),
            ('nodes=n1 n2', 3),
            ('nodes=n1&nodes=n2', 3),
            (f'nodes={node}', 1),
            ('tasks=prepare', 2),
            ('tasks=prepare&nodes=n1', 1),
            ('statuses=skipped', 4),
            ('statuses=ready', 0),
        ):
            with self.subTest(query):
                self.assertEqual(rows, len(self._rows(query)))

    def test_a_list_of_commas_is_refused(self) -> None:
        for query in ('statuses=,', 'nodes=, ,', 'tasks=%20', 'graph_type=,,'):
            for path in (
                f'runs/{self.run_id}/tasks_history',
                f'tasks/{self.run_id}/tasks_history',
                'transactions',
            ):
                with self.subTest(f'{path}?{query}'):
                    answer = self.client.get(f'{path}?{query}')
                    self.assert_refused(answer, 400, 'invalid_input')

    def test_an_empty_value_says_nothing(self) -> None:
        self.assertEqual(served.ROWS, len(self._rows('statuses=&nodes=')))

    def test_an_unknown_status_is_refused(self) -> None:
        answer = self.client.get(
            f'runs/{self.run_id}/tasks_history?statuses=done,ready'
        )

        error = self.assert_refused(answer, 400, 'invalid_input')
        self.assertIn("there is no 'done'; there are: ", error['message'])

    def test_pages_follow_one_another(self) -> None:
        whole = [row['id'] for row in self._rows()]
        found, marker = [], ''
        for _ in range(served.ROWS):
            answer = self.client.get(
                f'runs/{self.run_id}/tasks_history?limit=1{marker}'
            ).json()
            found += [row['id'] for row in answer['tasks_history']]
            marker = f'&marker={answer["next"]}'

        self.assertEqual(whole, found)

    def test_a_summary_is_there_only_when_asked_for(self) -> None:
        self.assertNotIn('summary', self._rows()[0])
        self.assertIn('summary', self._rows('summary=1')[0])

    def test_the_whole_history_needs_a_filter(self) -> None:
        answer = self.client.get('tasks_history')

        self.assert_refused(answer, 400, 'invalid_input')

    def test_the_history_of_a_cluster_has_all_its_runs(self) -> None:
        self.dry_run()

        rows = self.client.get(f'tasks_history?cluster={self.name}').json()

        self.assertEqual(2 * served.ROWS, len(rows['tasks_history']))

    def test_the_history_of_an_unknown_cluster_is_404(self) -> None:
        answer = self.client.get('tasks_history?cluster=nowhere')

        self.assert_refused(answer, 404, 'not_found')


class OverRunsTest(served.ApiTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.runs = [self.dry_run() for _ in range(2)][::-1]

    def _pages(self, url: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        following: str | None = url
        while following is not None:
            answer = self.client.get(following)
            self.assertEqual(200, answer.status_code, answer.text)
            found += answer.json()
            following = answer.links.get('next', {}).get('url')
        return found

    def test_a_cluster_has_the_rows_of_all_its_runs(self) -> None:
        """History: behaviour 22."""
        rows = self._pages(f'clusters/{self.name}/tasks_history/?limit=3')

        runs = [row['deployment_task_id'] for row in rows]
        self.assertEqual([r for r in self.runs for _ in range(4)], runs)
        self.assertEqual(8, len({row['id'] for row in rows}))
        self.assertEqual({}, rows[0]['summary'])

    def test_a_node_has_the_rows_of_all_its_runs(self) -> None:
        """History: behaviour 22."""
        cluster = self.client.get(f'clusters/{self.name}').json()
        node = {each['name']: each['id'] for each in cluster['nodes']}['n2']

        rows = self._pages(f'nodes/{node}/tasks_history/?limit=1')

        self.assertEqual(
            [(r, 'n2', t) for r in self.runs for t in ('prepare', 'serve')],
            [
                (row['deployment_task_id'], row['node_name'], row['task_name'])
                for row in rows
            ],
        )

    def test_filters_hold_together(self) -> None:
        for query, number in (
            ('statuses=skipped', 8),
            ('statuses=skipped&tasks=serve,ready', 4),
            ('graph_type=default&tasks=serve', 2),
            ('graph_type=other', 0),
            ('nodes=n1', 2),
        ):
            with self.subTest(query):
                rows = self._pages(
                    f'clusters/{self.name}/tasks_history?{query}'
                )
                self.assertEqual(number, len(rows))

    def test_what_is_not_there_is_404(self) -> None:
        for path in (
            'clusters/nowhere/tasks_history',
            'nodes/nowhere/tasks_history',
            f'nodes/{2**62}/tasks_history',
            'transitions?cluster=nowhere',
            'transitions?run=987654321',
        ):
            with self.subTest(path):
                answer = self.client.get(path)
                self.assert_refused(answer, 404, 'not_found')

    def test_transitions_follow_one_another_over_runs(self) -> None:
        made = [self._cancelled() for _ in range(2)][::-1]
        found: list[dict[str, Any]] = []
        following: str | None = ''
        while following is not None:
            url = f'transitions?cluster={self.name}&limit=3{following}'
            answer = self.client.get(url).json()
            found += answer['transitions']
            said = answer['next']
            following = None if said is None else f'&marker={said}'

        self.assertEqual(
            [(run, 'default', 'cancelled') for run in made for _ in range(4)],
            [
                (move['deployment_task_id'], move['graph_type'], move['new'])
                for move in found
            ],
        )

    def _cancelled(self) -> int:
        self.deploy()
        run, claim = self.engine.executed[-1]
        cancelled = states.ExecutionState.CANCELLED
        flushes.finish(
            self.db, claim, states.RunState.CANCELLED, None, cancelled
        )
        return run

    def test_transitions_need_a_run_a_cluster_or_nodes(self) -> None:
        for query in ('', 'statuses=ready', 'nodes=n1&marker=5'):
            with self.subTest(query):
                answer = self.client.get(f'transitions?{query}')
                self.assert_refused(answer, 400, 'invalid_input')


class TaskTest(served.ApiTestCase):
    def test_an_execution_is_found_by_task_and_node(self) -> None:
        """History: behaviour 25."""
        run = self.dry_run()

        task = self.client.get(f'runs/{run}/tasks/prepare@n1').json()['task']

        self.assertEqual(
            ('prepare', 'n1', 'skipped', []),
            (
                task['task_name'],
                task['node_name'],
                task['status'],
                task['attempts'],
            ),
        )

    def test_a_task_alone_is_enough_where_there_is_one(self) -> None:
        run = self.dry_run()

        for name in ('serve', 'ready'):
            with self.subTest(name):
                answer = self.client.get(f'runs/{run}/tasks/{name}')

                self.assertEqual(200, answer.status_code, answer.text)

    def test_a_task_on_several_nodes_has_to_be_named_with_one(self) -> None:
        run = self.dry_run()

        answer = self.client.get(f'runs/{run}/tasks/prepare')

        error = self.assert_refused(answer, 400, 'invalid_input')
        self.assertIn('prepare@n1, prepare@n2', error['message'])

    def test_an_execution_that_is_not_there_is_404(self) -> None:
        """History: behaviour 25."""
        run = self.dry_run()

        for name in ('perpare@n1', 'prepare@n9', 'nothing'):
            with self.subTest(name):
                answer = self.client.get(f'runs/{run}/tasks/{name}')

                self.assert_refused(answer, 404, 'not_found')


class NumberedNodesTest(served.ApiTestCase):
    """A node that is called by the id of another."""

    def setUp(self) -> None:
        super().setUp()
        self.dry_run()
        shown = self.client.get(f'clusters/{self.name}').json()
        self.number = str(shown['nodes'][0]['id'])
        self.name += '-other'
        nodes = f"[{{name: '{self.number}', roles: [db]}}]"
        self.run_id = self.dry_run_on(nodes)

    def dry_run_on(self, nodes: str) -> int:
        """The number of a run on these nodes."""
        body = self.deployment(dry_run=True)
        body['files']['nodes.yaml'] = nodes
        answer = self.client.post('deployments', json=body)
        return int(answer.json()['run']['id'])

    def test_its_name_is_meant_and_the_answer_says_so(self) -> None:
        for url in (
            f'tasks_history?nodes={self.number}',
            f'runs?node={self.number}',
        ):
            with self.subTest(url):
                answer = self.client.get(url)
                self.assertIn(str(self.run_id), answer.text)
                self.assertIn('the name is', answer.headers[notes.HEADER])

    def test_on_urls_of_fuel_its_id_is_meant(self) -> None:
        for url in (
            f'tasks/{self.run_id}/tasks_history',
            f'transactions/{self.run_id}/deployment_history',
        ):
            with self.subTest(url):
                answer = self.client.get(f'{url}?nodes={self.number}')
                self.assertEqual([], answer.json())
        rows = self.client.get(f'nodes/{self.number}/tasks_history').json()
        self.assertEqual({'n1'}, {row['node_name'] for row in rows})
