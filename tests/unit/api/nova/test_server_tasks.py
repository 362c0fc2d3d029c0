"""Tasks of servers: asked for, followed, stopped and resumed."""

from trailmark.common import clock
from trailmark.db import runs, tasks_history
from trailmark.tests.unit.api.nova import instances

E, R = instances.E, instances.R
_KEYS = {
    *('id', 'server_id', 'action', 'state', 'status', 'control'),
    *('request_id', 'created_by', 'created_at', 'started_at'),
    *('finished_at', 'updated_at', 'progress', 'done', 'total'),
    *('error', 'checkpoint', '_links'),
}


class CreateTest(instances.InstancesTestCase):
    def test_a_task_runs_a_graph_on_this_server_alone(self) -> None:
        """Nova: behaviour 1."""
        self.deployed()

        answer = self.post('/tasks', {'action': 'reboot'})

        task = answer.json()['task']
        self.assertEqual(202, answer.status_code)
        self.assertEqual(_KEYS, task.keys())
        self.assertEqual(
            (self.nodes['n1'], 'reboot', 'RUNNING', 1),
            (
                *(task['server_id'], task['action']),
                *(task['state'], task['total']),
            ),
        )
        place = answer.headers['Location']
        self.assertEqual(place, task['_links']['self']['href'])
        shown = self.ask('GET', place).json()['task']
        self.assertEqual(task['id'], shown['id'])
        self.assertEqual(int(task['id']), self.engine.executed[-1][0])

    def test_what_is_no_graph_type_of_the_cluster_is_refused(self) -> None:
        """Nova: behaviour 2."""
        self.deployed()
        for body in (
            *({'action': 'CREATE'}, {'action': ''}, {'action': None}, {}),
            {'action': 'reboot', 'force': True},
        ):
            with self.subTest(body):
                answer = self.post('/tasks', body)

                self.refused(answer, 400, 'badRequest')
        self.assertEqual(1, len(self.tasks()))

    def test_an_unknown_server_or_task_is_not_found(self) -> None:
        """Nova: behaviours 3 and 5."""
        self.deployed()
        task = self.begin()

        for path in (
            f'servers/99999999/tasks/{task["id"]}',
            f'servers/{self.nodes["n1"]}/tasks/99999999',
            f'servers/{self.nodes["n1"]}/tasks/last',
            # The run is there, but not meant for this node.
            f'servers/{self.nodes["n2"]}/tasks/{task["id"]}',
        ):
            with self.subTest(path):
                self.refused(self.ask('GET', path), 404, 'itemNotFound')

    def test_an_action_of_old_is_a_task_and_says_where(self) -> None:
        """Nova: behaviour 4."""
        self.deployed()
        for body in ({'os-reboot': None}, {'reboot': {'type': 'SOFT'}}):
            with self.subTest(body):
                answer = self.post('/action', body)

                self.assertEqual(202, answer.status_code, answer.text)
                task = self.ask('GET', answer.headers['Location']).json()
                self.assertEqual('reboot', task['task']['action'])
                self.end(R.READY)

    def test_actions_that_there_are_not_are_refused(self) -> None:
        """Nova: behaviour 4."""
        self.deployed()
        for body in ({'os-stop': None}, {}, {'reboot': 1, 'default': 2}):
            with self.subTest(body):
                answer = self.post('/action', body)

                self.refused(answer, 400, 'badRequest')

    def test_one_at_a_time_is_run_on_a_cluster(self) -> None:
        """Nova: behaviour 37."""
        self.deployed()
        self.begin()

        answer = self.post('/tasks', {'action': 'reboot'})

        self.refused(answer, 409, 'conflictingRequest')
        self.assertEqual(2, len(self.tasks()))

    def test_nothing_is_run_on_a_server_that_is_gone(self) -> None:
        self.deployed()
        self.client.delete(f'nodes/{self.nodes["n1"]}')

        answer = self.post('/tasks', {'action': 'reboot'})

        self.refused(answer, 404, 'itemNotFound')
        self.assertEqual(1, len(self.tasks()))

    def test_readers_ask_for_nothing(self) -> None:
        self.deployed()

        answer = self.ask(
            'POST',
            f'servers/{self.nodes["n1"]}/tasks',
            user='rita',
            json={'action': 'reboot'},
        )

        self.refused(answer, 403, 'forbidden')


class ShowTest(instances.InstancesTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.deployed()

    def test_what_was_cancelled_or_failed_is_not_done(self) -> None:
        for other in (E.CANCELLED, E.ERROR, E.DEP_FAILED):
            with self.subTest(other):
                self.begin('default')
                self.attempt('a', 'n1', E.READY)
                self.attempt('b', 'n1', other)
                self.end(R.CANCELLED)

                task = self.tasks()[0]

                self.assertEqual((50, 1), (task['progress'], task['done']))

    def test_it_tells_how_far_it_is(self) -> None:
        self.begin('default')
        self.attempt('a', 'n1', E.READY, checkpoint='half')
        self.attempt('b', 'n1', None, checkpoint='more')

        task = self.tasks()[0]

        self.assertEqual(
            (50, 1, 2), (task['progress'], task['done'], task['total'])
        )
        left = task['checkpoint']
        self.assertEqual(
            (2, 'b', 'more'), (left['seq'], left['label'], left['data'])
        )
        self.assertEqual(
            (None, None, 'RUNNING'),
            (task['error'], task['finished_at'], task['state']),
        )

    def test_its_error_has_the_id_of_the_attempt(self) -> None:
        """Nova: behaviours 12 and 13."""
        task = self.begin()
        self.failed(number=3)
        row = tasks_history.get(self.db, int(task['id']), 'r', 'n1')

        admin, member = (
            self.tasks(user=user)[0]['error'] for user in ('ada', 'maria')
        )

        key = f'{row.graph}.{row.node_no}.{row.task_no}'
        self.assertEqual(f'{task["id"]}.{key}.3', admin['error_id'])
        self.assertEqual(instances.FOREIGN, admin['message'])
        self.assertEqual('Failed', member['message'])
        self.assertNotIn('traceback', member)

    def test_states_are_told_in_the_words_of_the_proposal(self) -> None:
        """Nova: behaviour 40."""
        for kind, end, state in (
            (None, R.READY, 'COMPLETED'),
            ('Failed', R.ERROR, 'ABORTED'),
            ('Timeout', R.ERROR, 'TIMED_OUT'),
            # Within tolerance: the run is ready, this server is not.
            ('Failed', R.READY, 'ABORTED'),
        ):
            with self.subTest(f'{kind} {end}'):
                self.begin()
                self.attempt(
                    *('r', 'n1', E.ERROR if kind else E.READY, 1),
                    (kind, 'timed out after 1 s') if kind else None,
                )
                self.end(end)

                task = self.tasks()[0]
                self.assertEqual(
                    (state, str(end)), (task['state'], task['status'])
                )

    def test_its_items_are_what_is_done_in_order(self) -> None:
        """Nova: behaviour 8."""
        task = self.begin('default')
        self.attempt('a', 'n1', E.READY)
        self.attempt('b', 'n1', None)

        items = self.get(f'/tasks/{task["id"]}/items').json()['items']

        self.assertEqual(
            [('a', 'COMPLETED'), ('b', 'RUNNING')],
            [(each['action'], each['state']) for each in items],
        )
        self.assertEqual(
            {
                *('id', 'task_id', 'action', 'state', 'created_at'),
                *('started_at', 'ended_at'),
            },
            items[0].keys(),
        )
        refused = self.post(f'/tasks/{task["id"]}/items')
        self.refused(refused, 405, 'badMethod')


class ListTest(instances.InstancesTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.deployed()
        for state in (E.READY, E.ERROR):
            self.begin()
            fault = ('Failed', 'no') if state == E.ERROR else None
            self.attempt('r', 'n1', state, 1, fault)
            self.end(R.ERROR if fault else R.READY)
        self.begin()

    def _states(self, query: str) -> list[str]:
        return [each['state'] for each in self.tasks(query)]

    def test_tasks_are_chosen_by_their_states(self) -> None:
        """Nova: behaviours 6 and 10."""
        for query, states in (
            ('', ['RUNNING', 'ABORTED', 'COMPLETED', 'COMPLETED']),
            ('?state=RUNNING&limit=1', ['RUNNING']),
            ('?state=completed', ['COMPLETED', 'COMPLETED']),
            ('?state=ABORTED', ['ABORTED']),
            ('?state=TIMED_OUT', []),
            ('?state=error', ['ABORTED']),
            ('?limit=0', []),
        ):
            with self.subTest(query):
                self.assertEqual(states, self._states(query))

    def test_pages_follow_their_links(self) -> None:
        """Nova: behaviour 6."""
        path = f'servers/{self.nodes["n1"]}/tasks?limit=3'
        first = self.ask('GET', path).json()

        [link] = first['links']
        second = self.ask('GET', link['href']).json()

        seen = [*first['tasks'], *second['tasks']]
        self.assertEqual(
            [each['id'] for each in self.tasks()],
            [each['id'] for each in seen],
        )
        self.assertNotIn('links', second)

    def test_bad_filters_are_refused(self) -> None:
        """Nova: behaviour 6."""
        for query in ('state=DONE', 'since=soon', 'limit=x', 'marker=x', 'a'):
            with self.subTest(query):
                answer = self.get(f'/tasks?{query}')

                self.refused(answer, 400, 'badRequest')

    def test_since_leaves_out_what_was_there(self) -> None:
        """Nova: behaviour 7."""
        newest, before, *_rest = (t['created_at'] for t in self.tasks())

        found = [t['created_at'] for t in self.tasks(f'?since={before}')]

        self.assertEqual([newest], found)

    def test_what_was_deleted_from_lists_is_in_none(self) -> None:
        self.end(R.READY)
        newest = self.tasks()[0]

        self.client.delete(f'runs/{newest["id"]}')

        self.assertEqual(3, len(self.tasks()))
        self.assertEqual(3, len(self.actions()))
        shown = self.get(f'/tasks/{newest["id"]}')
        self.assertEqual(200, shown.status_code)


class AskTest(instances.InstancesTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.deployed()
        self.task = self.begin('default')

    def _ask(self, what: str) -> dict[str, object]:
        answer = self.post(f'/tasks/{self.task["id"]}/{what}')
        self.assertEqual(202, answer.status_code, answer.text)
        task: dict[str, object] = answer.json()['task']
        return task

    def test_a_stop_is_asked_of_a_task_that_runs(self) -> None:
        """Nova: behaviour 24."""
        task = self._ask('stop')

        self.assertEqual(('stop', 'RUNNING'), (task['control'], task['state']))
        self.assertEqual('stop', runs.asked(self.db, int(self.task['id'])))

    def test_a_cancel_is_asked_of_a_task_that_runs(self) -> None:
        """Nova: behaviour 36."""
        task = self._ask('cancel')

        self.assertEqual('cancel', task['control'])

    def test_what_has_ended_is_not_stopped(self) -> None:
        """Nova: behaviour 25."""
        for state in (R.STOPPED, R.READY):
            with self.subTest(state):
                self.end(state)
                answer = self.post(f'/tasks/{self.task["id"]}/stop')

                self.refused(answer, 409, 'conflictingRequest')
                self.task = self.begin('default')

    def test_what_is_done_is_not_done_again_by_a_resume(self) -> None:
        """Nova: behaviour 26."""
        self.attempt('a', 'n1', E.READY)
        self._ask('stop')
        self.end(R.STOPPED)

        task = self._ask('resume')

        self.assertEqual(self.task['id'], task['id'])
        self.assertEqual(
            ('none', 'running', 1),
            (task['control'], task['status'], task['done']),
        )
        self.assertEqual(2, len(self.actions()))

    def test_what_runs_is_not_resumed(self) -> None:
        """Nova: behaviour 27."""
        answer = self.post(f'/tasks/{self.task["id"]}/resume')

        self.refused(answer, 409, 'conflictingRequest')

    def test_what_runs_on_other_servers_too_is_not_stopped_here(self) -> None:
        self.end(R.READY)
        run = self.client.post('runs', json={'cluster': self.name}).json()

        answer = self.post(f'/tasks/{run["run"]["id"]}/stop')

        error = self.refused(answer, 409, 'conflictingRequest')
        self.assertIn('trailmark run stop', error['message'])
        self.assertEqual('none', runs.asked(self.db, run['run']['id']))

    def test_a_resume_moves_what_changed_last(self) -> None:
        self.end(R.STOPPED)
        stopped = clock.iso(clock.now())

        self._ask('resume')

        found = self.actions(f'?changes-since={stopped}')
        self.assertEqual(
            [self.task['request_id']], [each['request_id'] for each in found]
        )
