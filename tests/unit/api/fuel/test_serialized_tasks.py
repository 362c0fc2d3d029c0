"""Executions of a graph, as Fuel's executor gets them."""

from typing import Any

from trailmark.tests.unit.api import served

TASKS = """
- {id: prepare, type: shell, version: 2.0.0, roles: [web],
   required_for: [ready], secrets: [key], fail_on_error: false,
   parameters: {cmd: 'true', timeout: 5, key: 'pass-9'}}
- {id: ready, type: stage}
- {id: serve, type: noop, version: 2.0.0, roles: [db, web],
   cross-depends: [{name: prepare}]}
- {id: db, type: group, roles: [db], fault_tolerance: 1}
- {id: home, type: noop, roles: master, requires: [ready]}
"""


class SerializedTasksTest(served.ApiTestCase):
    def setUp(self) -> None:
        super().setUp()
        files = {'nodes.yaml': served.NODES, 'release/default.yaml': TASKS}
        self.deploy(files=files, dry_run=True)
        found = self.client.get(f'clusters/{self.name}').json()
        self.ids = {node['name']: str(node['id']) for node in found['nodes']}
        self.url = f'clusters/{found["id"]}/serialized_tasks/'

    def _told(self, query: str = '') -> dict[str, Any]:
        answer = self.client.get(f'{self.url}{query}')
        self.assertEqual(200, answer.status_code, answer.text)
        told: dict[str, Any] = answer.json()
        return told

    def _graph(self, query: str = '') -> dict[str, dict[str, Any]]:
        return {
            uid: {each['id']: each for each in executions}
            for uid, executions in self._told(query)['tasks_graph'].items()
        }

    def test_executions_stand_below_the_ids_of_their_nodes(self) -> None:
        """Fuel: behaviour 36."""
        found = self._graph()

        self.assertEqual(
            {
                'null': {'ready'},
                'master': {'home'},
                self.ids['n1']: {'prepare', 'serve'},
                self.ids['n2']: {'prepare', 'serve'},
            },
            {uid: set(tasks) for uid, tasks in found.items()},
        )

    def test_an_execution_is_told_as_fuel_tells_it(self) -> None:
        one, two = self.ids['n1'], self.ids['n2']

        told = self._graph()[one]['prepare']

        following = {
            (each['name'], each['node_id']) for each in told['required_for']
        }
        self.assertEqual(
            {('ready', None), ('serve', one), ('serve', two)}, following
        )
        self.assertEqual(
            {
                'id': 'prepare',
                'type': 'shell',
                'parameters': {'cmd': 'true', 'timeout': 5, 'key': '***'},
                'fail_on_error': False,
                'requires': [],
            },
            {key: told[key] for key in told if key != 'required_for'},
        )

    def test_what_an_execution_requires_is_named_with_its_node(self) -> None:
        wanted = [
            {'name': 'prepare', 'node_id': self.ids[name]}
            for name in ('n1', 'n2')
        ]

        told = self._graph()[self.ids['n2']]['serve']['requires']

        self.assertCountEqual(wanted, told)

    def test_tolerance_and_the_states_of_nodes_are_told(self) -> None:
        told = self._told()['tasks_metadata']

        self.assertIn(
            {
                'name': 'db',
                'node_ids': [self.ids['n2']],
                'fault_tolerance': 1,
            },
            told['fault_tolerance_groups'],
        )
        self.assertEqual(
            {
                'successful': {'status': 'ready'},
                'failed': {'status': 'error'},
                'stopped': {'status': 'stopped'},
            },
            told['node_statuses_transitions'],
        )

    def test_tasks_that_are_not_chosen_are_skipped(self) -> None:
        """Fuel: behaviour 56."""
        told = self._graph('?tasks=serve')[self.ids['n1']]['prepare']

        self.assertEqual(
            ('skipped', False, False),
            (told['type'], told['fail_on_error'], 'parameters' in told),
        )

    def test_nodes_that_are_not_chosen_are_left_out(self) -> None:
        """Fuel: behaviour 57."""
        node = self.ids['n2']

        found = self._graph(f'?nodes={node}')

        self.assertEqual({'null', 'master', node}, found.keys())
        ends = {
            each['node_id']
            for tasks in found.values()
            for task in tasks.values()
            for each in (*task['requires'], *task['required_for'])
        }
        self.assertEqual({None, 'master', node}, ends)

    def test_what_can_not_be_told_is_refused(self) -> None:
        """Fuel: behaviour 59."""
        for query in (
            *('nodes=987654321', 'nodes=n1', 'tasks=unheard'),
            *('graph_type=unheard', 'graph_type=!'),
        ):
            with self.subTest(query):
                answer = self.client.get(f'{self.url}?{query}')

                self.assert_refused(answer, 400, 'invalid_input')

    def test_an_unknown_cluster_is_404(self) -> None:
        answer = self.client.get('clusters/987654321/serialized_tasks/')

        self.assert_refused(answer, 404, 'not_found')
