"""Differences of stored graphs over the API."""

from typing import Any

from trailmark.tests.unit.api import served

_NEW = """
- {id: prepare, type: shell, version: 2.0.0, roles: [web],
   required_for: [ready], secrets: [token],
   parameters: {cmd: 'false', timeout: 5, token: s3cret}}
- {id: ready, type: stage}
"""


class GraphDiffsTest(served.ApiTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.dry_run()

    def _diff(self, **body: Any) -> Any:
        answer = self.client.post('graphs/diff', json=body)
        self.assertEqual(200, answer.status_code, answer.text)
        return answer.json()

    def _marks(self, said: Any) -> list[tuple[Any, ...]]:
        return [
            (one['task'], one['change'], one['field'])
            for one in said['differences']
        ]

    def test_files_are_compared_with_what_is_stored(self) -> None:
        said = self._diff(
            release=self.name, after={'files': {'new.yaml': _NEW}}
        )

        self.assertEqual(
            [
                ('prepare', 'changed', 'parameters.cmd'),
                ('prepare', 'added', 'secrets'),
                ('prepare', 'added', 'parameters.token'),
                ('serve', 'removed', None),
            ],
            self._marks(said),
        )

    def test_no_secret_is_told(self) -> None:
        said = self._diff(
            release=self.name, after={'files': {'new.yaml': _NEW}}
        )

        self.assertNotIn('s3cret', str(said))

    def test_a_secret_number_is_not_told(self) -> None:
        said = self._diff(
            release=self.name,
            after={'files': {'new.yaml': _NEW.replace('s3cret', '987654')}},
        )

        self.assertNotIn('987654', str(said))
        self.assertIn(('prepare', 'added', 'secrets'), self._marks(said))

    def test_what_only_one_side_calls_secret_is_not_told(self) -> None:
        files = {'files': {'new.yaml': _NEW}, 'release': self.name}
        self.client.post('graphs/upload', json=files).raise_for_status()
        open_now = _NEW.replace('secrets: [token],', '')

        said = self._diff(
            release=self.name,
            after={'files': {'n.yaml': open_now.replace('s3cret', 'n3w')}},
        )

        self.assertIn(
            ('prepare', 'changed', 'parameters.token'), self._marks(said)
        )
        self.assertNotRegex(str(said), 's3cret|n3w')

    def test_levels_of_a_cluster_are_compared(self) -> None:
        self.client.post(
            f'clusters/{self.name}/deployment_graphs/default',
            json={'tasks': [{'id': 'more', 'type': 'stage'}]},
        )

        said = self._diff(
            cluster=self.name,
            before={'level': 'release'},
            after={'level': 'all'},
        )

        self.assertEqual([('more', 'added', None)], self._marks(said))

    def test_revisions_are_compared(self) -> None:
        graph = f'releases/{self.name}/deployment_graphs/default'
        self.client.put(graph, json={'tasks': [{'id': 'z', 'type': 'stage'}]})

        said = self._diff(release=self.name, before={'revision': 1})

        self.assertIn(('z', 'added', None), self._marks(said))
        self.assertIn(('serve', 'removed', None), self._marks(said))

    def test_what_can_not_be_compared_is_refused(self) -> None:
        for body in (
            {},
            {'release': self.name, 'before': {'level': 'all'}},
            {'release': self.name, 'before': {'files': {'x.yaml': '[{'}}},
            {'release': self.name, 'before': {'level': 'a', 'revision': 1}},
        ):
            answer = self.client.post('graphs/diff', json=body)
            self.assertEqual(400, answer.status_code, body)
        answer = self.client.post(
            'graphs/diff',
            json={'release': self.name, 'before': {'revision': 9}},
        )
        self.assertEqual(404, answer.status_code)

    def test_a_type_that_no_level_has_is_not_found(self) -> None:
        sides = {'before': {'level': 'release'}, 'after': {'level': 'all'}}
        body = {'cluster': self.name, 'type': 'typo', **sides}

        answer = self.client.post('graphs/diff', json=body)

        self.assert_refused(answer, 404, 'graph_missing')
