"""Graphs kept through the API, one by one."""

from typing import Any

from trailmark.tests.unit.api import served

A = {'id': 'a', 'type': 'noop', 'version': '2.0.0', 'role': '*'}
B = {**A, 'id': 'b', 'mood': {'deep': [1, None]}}


class OwnedGraphsTest(served.ApiTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.client.post('releases', json={'name': self.name})
        self.client.post(
            'clusters', json={'name': self.name, 'release': self.name}
        )
        self.url = f'releases/{self.name}/deployment_graphs/default'

    def _post(self, *tasks: Any, url: str | None = None) -> Any:
        return self.client.post(url or self.url, json={'tasks': tasks})

    def test_a_graph_is_made_once_and_gone_once(self) -> None:
        """Fuel: behaviour 11. Graphs: behaviours 1 to 3."""
        missing = self.client.get(self.url).status_code
        made, again = self._post(A), self._post(A)
        gone = [self.client.delete(self.url).status_code for _ in range(2)]

        self.assertEqual((404, 200), (missing, made.status_code))
        self.assert_refused(again, 409, 'graph_exists')
        self.assertEqual([204, 404], gone)

    def test_what_is_replaced_is_there(self) -> None:
        """Graphs: behaviour 4."""
        missing = self.client.put(self.url, json={'tasks': [A]})
        self._post(A)
        there = self.client.put(self.url, json={'tasks': [B]})

        self.assert_refused(missing, 404, 'graph_missing')
        self.assertEqual(200, there.status_code, there.text)

    def test_a_change_of_one_key_keeps_the_others(self) -> None:
        """Fuel: behaviour 12."""
        made = self._post(A).json()

        changed = self.client.patch(self.url, json={'name': 'n'}).json()

        self.assertEqual(
            (made['id'], 'n', made['tasks'], 2),
            (
                changed['id'],
                changed['name'],
                changed['tasks'],
                changed['revision'],
            ),
        )

    def test_tasks_come_in_both_spellings_or_as_written(self) -> None:
        """Fuel: behaviours 8 and 10."""
        self._post(B)

        both = self.client.get(self.url).json()['tasks'][0]
        written = self.client.get(f'{self.url}?as_written=1').json()

        self.assertEqual([B], written['tasks'])
        self.assertEqual(
            ('*', '*', 'b'), (both['role'], both['roles'], both['task_name'])
        )

    def test_what_came_in_both_spellings_is_stored_once(self) -> None:
        self._post(A)
        both = self.client.get(self.url).json()['tasks']

        self.client.put(self.url, json={'tasks': both})

        [kept] = self.client.get(f'{self.url}?as_written=1').json()['tasks']
        self.assertEqual({'id', 'type', 'version', 'roles'}, set(kept))

    def test_duplicates_are_refused_and_nothing_is_stored(self) -> None:
        """Fuel: behaviour 7. Graphs: behaviour 6."""
        error = self.assert_refused(
            self._post(A, A, B, B), 400, 'invalid_input'
        )

        self.assertIn('Tasks duplication found: a, b', str(error))
        self.assertEqual(404, self.client.get(self.url).status_code)

    def test_a_cycle_in_a_cluster_refuses_the_graph(self) -> None:
        """Graphs: behaviour 7; but as in Fuel, none waits for itself."""
        self.client.post('nodes', json={'name': 'n1', 'cluster': self.name})
        first = {**A, 'requires': ['b']}

        answer = self._post(first, {**B, 'requires': ['a']})

        error = self.assert_refused(answer, 400, 'invalid_input')
        self.assertIn(f'(in cluster {self.name})', str(error))
        alone = self._post({**A, 'requires': ['a']})
        self.assertEqual(200, alone.status_code, alone.text)

    def test_a_type_that_nobody_has_is_an_empty_list(self) -> None:
        """Fuel: behaviours 4 and 5."""
        self._post(A)
        url = f'clusters/{self.name}/deployment_tasks'

        none = self.client.get(f'{url}?graph_type=none').json()
        default = self.client.get(f'{url}?graph_type=').json()

        self.assertEqual(([], 1), (none, len(default)))

    def test_graphs_are_listed_by_owner_and_type(self) -> None:
        """Fuel: behaviour 14."""
        made = self._post(A).json()
        release = made['relations'][0]['model_id']
        query = f'graphs?releases_ids={release}&graph_types='

        found = self.client.get(f'{query}default').json()
        none = self.client.get(f'{query}other').json()

        self.assertEqual(([made['id']], []), ([g['id'] for g in found], none))

    def test_plugins_that_overlap_are_not_enabled_together(self) -> None:
        """Fuel: behaviour 2."""
        names = [f'{self.name}-p', f'{self.name}-q']
        for name in names:
            self.client.post('plugins', json={'name': name})
            self._post(A, url=f'plugins/{name}/deployment_graphs/default')
        url = f'clusters/{self.name}/plugins'

        first, second = (
            self.client.post(url, json={'plugin': name}) for name in names
        )

        self.assertEqual(200, first.status_code)
        error = self.assert_refused(second, 400, 'invalid_input')
        self.assertIn('is overlapping with plugin', str(error))

    def test_a_release_in_use_stays_and_a_cluster_frees_its_name(self) -> None:
        used = self.client.delete(f'releases/{self.name}')
        gone = self.client.delete(f'clusters/{self.name}')

        self.assert_refused(used, 409, 'owner_in_use')
        self.assertEqual(204, gone.status_code)
        self.assertEqual(
            404, self.client.get(f'clusters/{self.name}').status_code
        )
