"""Tests of `trailmark tasks-history` and `trailmark task show`."""

import testtools

from trailmark.tests.unit.cli import double

#: The keys that seed 000 shows, in its order.
_SEED = [
    'id',
    'deployment_task_id',
    'node_id',
    'task_id',
    'task_name',
    'time_start',
    'time_end',
    'status',
]


class TasksHistoryTest(testtools.TestCase):
    def setUp(self) -> None:
        super().setUp()
        self.api = double.Api()
        rows = [double.history_row(summary={'exit_code': 7})]
        page = {'tasks_history': rows, 'next': 13}
        last = {'tasks_history': [double.history_row(id=12)], 'next': None}
        self.api.answer('GET', 'tasks_history', page, last)

    def _history(self, *words: str) -> double.Said:
        return double.call(double.Link(self.api), 'tasks-history', *words)

    def _asked(self) -> dict[str, str]:
        query: dict[str, str] = self.api.asked('GET', 'tasks_history')[0]
        return {
            name: query[name]
            for name in (
                *('run', 'cluster', 'nodes', 'statuses', 'tasks'),
                'graph_type',
            )
            if name in query
        }

    def test_json_rows_have_the_keys_of_the_seed_and_two_more(self) -> None:
        said = self._history('3', '-f', 'json')
        keys = set(said.json[0])
        self.assertEqual({*_SEED, 'node_name', 'attempt'}, keys)
        self.assertEqual(1457362146, said.json[0]['time_start'])

    def test_all_pages_are_followed(self) -> None:
        said = self._history('3', '-f', 'json')
        self.assertEqual([13, 12], [row['id'] for row in said.json])
        second = self.api.asked('GET', 'tasks_history')[1]
        self.assertEqual('13', second['marker'])

    def test_summaries_come_when_they_are_asked_for(self) -> None:
        said = self._history('3', '--summary', '-f', 'json')
        self.assertEqual({'exit_code': 7}, said.json[0]['summary'])

    def test_a_table_shows_readable_times(self) -> None:
        self.assertRegex(self._history('3').out, r' 2016-03-0\d \d\d:')

    def test_the_options_of_both_clients_are_understood(self) -> None:
        """History: behaviour 24."""
        full = {'run': '1', 'nodes': '5,6', 'statuses': 'error,ready'}
        for line, query in (
            ('--task-id 1 --node-id 5,6 --statuses error,ready', full),
            ('1 --nodes 5 6 --statuses error ready', full),
            ('--statuses error ready 1 --nodes 5 6', full),
            ('--nodes 5 6 --statuses error ready 1', full),
            ('--cluster c --tasks a b', {'cluster': 'c', 'tasks': 'a,b'}),
            ('--nodes 5 6', {'nodes': '5,6'}),
            ('--graph-type a b 1', {'run': '1', 'graph_type': 'a,b'}),
        ):
            with self.subTest(line):
                self.api.requests.clear()
                said = self._history(*line.split())
                self.assertEqual((0, query), (said.code, self._asked()))

    def test_bad_questions_are_usage_errors(self) -> None:
        for line, reason in (
            ('', 'say at least one of RUN, --cluster and --nodes'),
            ('--statuses error', 'say at least one of RUN'),
            ('3 --statuses eror', "there is no status 'eror'"),
            ('--transitions', 'say at least one of RUN, --cluster'),
            ('3 --task-id 4', 'say RUN or --task-id, not both'),
        ):
            with self.subTest(line):
                said = double.call(None, 'tasks-history', *line.split())
                self.assertEqual(2, said.code)
                self.assertIn(reason, said.err)

    def test_transitions_are_asked_for_as_rows_are(self) -> None:
        moves = [
            {'id': id, 'deployment_task_id': 3, 'graph_type': 'default'}
            for id in (1, 2)
        ]
        first = {'transitions': moves[:1], 'next': '3-1'}
        last = {'transitions': moves[1:], 'next': None}
        self.api.answer('GET', 'transitions', first, last)

        said = self._history('--nodes', 'db2', '--transitions', '-f', 'json')

        self.assertEqual([1, 2], [row['id'] for row in said.json])
        self.assertEqual('default', said.json[0]['graph_type'])
        asked = self.api.asked('GET', 'transitions')
        self.assertEqual({'nodes': 'db2', 'limit': '1000'}, asked[0])
        self.assertEqual('3-1', asked[1]['marker'])


class TaskShowTest(testtools.TestCase):
    def setUp(self) -> None:
        super().setUp()
        self.api = double.Api()
        move = {
            'old': 'running',
            'new': 'error',
            'attempt': 2,
            'time': '2024-01-01T12:00:00.000000',
        }
        attempt = {
            'attempt': 2,
            'state': 'error',
            'fault': 'Failed',
            'summary': {'exit_code': 7, 'stderr': 'no\x1b[2J\nslot\n'},
        }
        task = double.history_row(
            attempts=[attempt], transitions=[move], checkpoint=None
        )
        self.api.answer('GET', 'runs/3/tasks/replica@db2', {'task': task})

    def _show(self, *words: str) -> double.Said:
        return double.call(
            double.Link(self.api), 'task', 'show', '3', 'replica@db2', *words
        )

    def test_a_table_shows_faults_and_output_without_escapes(self) -> None:
        said = self._show()
        self.assertIn('fault: Failed', said.out)
        self.assertIn('no\\x1b[2J', said.out)
        self.assertIn('running -> error (attempt 2)', said.out)

    def test_json_is_what_the_api_says(self) -> None:
        found = self._show('-f', 'json').json
        self.assertEqual(7, found['attempts'][0]['summary']['exit_code'])
        self.assertEqual('error', found['transitions'][0]['new'])
