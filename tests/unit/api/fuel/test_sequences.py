"""Sequences, as Fuel's clients keep and execute them."""

from typing import Any

import httpx

from trailmark.tests.unit.api import served

MORE = '- {id: late, type: noop, roles: [db]}'


class SequencesTest(served.ApiTestCase):
    def setUp(self) -> None:
        super().setUp()
        files = {
            'nodes.yaml': served.NODES,
            'release/default.yaml': served.TASKS,
            'release/more.yaml': MORE,
        }
        self.deploy(files=files, dry_run=True)
        found = self.client.get(f'clusters/{self.name}').json()
        self.cluster, self.release = found['id'], found['release_id']

    def _post(self, *types: str, **more: Any) -> httpx.Response:
        body = {
            'release': self.release,
            'name': 'all',
            'graphs': [{'type': kind} for kind in types or ('default',)],
            **more,
        }
        return self.client.post('sequences/', json=body)

    def _made(self, *types: str, **more: Any) -> int:
        answer = self._post(*types, **more)
        self.assertEqual(201, answer.status_code, answer.text)
        return int(answer.json()['id'])

    def _execute(self, sequence: int, **more: Any) -> httpx.Response:
        body = {'cluster': self.cluster, **more}
        return self.client.post(f'sequences/{sequence}/execute/', json=body)

    def test_one_is_shown_with_fuels_keys(self) -> None:
        made = self._made('more', 'default')

        self.assertEqual(
            {
                'id': made,
                'release_id': self.release,
                'release': self.name,
                'name': 'all',
                'graphs': [{'type': 'more'}, {'type': 'default'}],
            },
            self.client.get(f'sequences/{made}/').json(),
        )

    def test_what_was_downloaded_can_be_uploaded_again(self) -> None:
        made = self._made('more')
        kept = self.client.get(f'sequences/{made}/').json()
        self.client.delete(f'sequences/{made}/')

        answer = self.client.post(
            'sequences/', json={**kept, 'release': self.release}
        )

        self.assertEqual(201, answer.status_code, answer.text)
        self.assertEqual(kept['graphs'], answer.json()['graphs'])

    def test_a_name_is_taken_in_its_release_alone(self) -> None:
        """Fuel: behaviour 63."""
        self._made()
        body = {'name': f'{self.name}-other'}
        other = self.client.post('releases', json=body).json()['id']

        self.assert_refused(self._post(), 409, 'name_in_use')
        self._made(release=other)

    def test_what_no_run_could_have_is_refused(self) -> None:
        wrong: tuple[list[dict[str, Any]], ...] = (
            [],
            [{}],
            [{'type': 'default', 'mood': 'good'}],
            [{'type': 'default'}, {'type': 'default'}],
            [{'type': 'default', 'tasks': ['prepare']}, {'type': 'more'}],
        )
        for graphs in wrong:
            with self.subTest(graphs):
                self.assert_refused(
                    self._post(graphs=graphs), 400, 'invalid_input'
                )

    def test_an_unknown_release_is_404(self) -> None:
        self.assert_refused(self._post(release=987654321), 404, 'not_found')

    def test_they_are_listed_by_release_and_cluster(self) -> None:
        made = [self._made(), self._made(name='other')]

        for query in (f'release={self.release}', f'cluster={self.cluster}'):
            with self.subTest(query):
                found = self.client.get(f'sequences/?{query}').json()

                self.assertEqual(made, [each['id'] for each in found])

    def test_put_and_patch_change_what_they_name(self) -> None:
        made = self._made()
        graphs = [{'type': 'more'}]

        self.client.put(f'sequences/{made}/', json={'name': 'new'})
        told = self.client.patch(
            f'sequences/{made}/', json={'graphs': graphs}
        ).json()

        self.assertEqual(('new', graphs), (told['name'], told['graphs']))
        self.assert_refused(
            self.client.put(f'sequences/{made}/', json={}),
            *(400, 'invalid_input'),
        )

    def test_a_deleted_one_is_gone(self) -> None:
        made = self._made()

        gone = self.client.delete(f'sequences/{made}/').status_code

        self.assertEqual(204, gone)
        for answer in (
            self.client.get(f'sequences/{made}/'),
            self.client.delete(f'sequences/{made}/'),
            self._execute(made),
        ):
            self.assert_refused(answer, 404, 'not_found')

    def test_its_graphs_are_begun_in_their_order(self) -> None:
        """Fuel: behaviour 51."""
        answer = self._execute(
            self._made('more', 'default'),
            **{'dry_run': False, 'noop_run': True},
            **{'force': False, 'debug': False},
        )

        self.assertEqual(202, answer.status_code, answer.text)
        told = answer.json()
        self.assertEqual(
            (self.cluster, 'more,default', True),
            (told['cluster'], told['graph_type'], told['dry_run']),
        )
        self.assertEqual(told['id'], self.engine.executed[-1][0])

    def test_a_cluster_of_another_release_is_404(self) -> None:
        """Fuel: behaviour 63."""
        body = {'name': f'{self.name}-other'}
        other = self.client.post('releases', json=body).json()['id']

        answer = self._execute(self._made(release=other))

        error = self.assert_refused(answer, 404, 'not_found')
        self.assertIn(self.name, error['message'])

    def test_a_graph_that_the_cluster_has_not_is_refused(self) -> None:
        answer = self._execute(self._made('unheard'))

        self.assert_refused(answer, 400, 'invalid_input')
