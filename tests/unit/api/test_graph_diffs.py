"""Differences of stored graphs over the API."""

import json
from typing import Any

from trailmark.tests.unit.api import served

A = {'id': 'a', 'type': 'noop', 'version': '2.0.0', 'roles': ['web']}
B = {**A, 'id': 'b'}
PIN = {
    'id': 'pin',
    'type': 'shell',
    'version': '2.0.0',
    'roles': ['web'],
    'secrets': ['password', 'pin'],
    'parameters': {
        'cmd': 'echo hunter2',
        'password': 'hunter2',
        'pin': 471100815,
    },
}


class GraphDiffsTest(served.ApiTestCase):
    def setUp(self) -> None:
        super().setUp()
        for kind, more in (
            ('releases', {}),
            ('plugins', {}),
            ('clusters', {'release': self.name}),
        ):
            self.client.post(kind, json={'name': self.name, **more})

    def _put(self, level: str, *tasks: Any, kind: str = 'default') -> None:
        url = f'{level}s/{self.name}/deployment_graphs/{kind}'
        call = self.client.put
        if self.client.get(url).status_code == 404:
            call = self.client.post
        answer = call(url, json={'tasks': tasks})
        self.assertEqual(200, answer.status_code, answer.text)

    def _diff(self, level: str, before: Any, after: Any, **more: Any) -> Any:
        body = {level: self.name, 'before': before, 'after': after, **more}
        return self.client.post('graphs/diff', json=body)

    def _rows(self, *asked: Any, **more: Any) -> list[tuple[Any, ...]]:
        """Task, change and field of each difference."""
        told = self._diff(*asked, **more).json()['differences']
        return [(row['task'], row['change'], row['field']) for row in told]

    def test_levels_of_a_cluster_are_told_apart(self) -> None:
        self._put('release', A, B)
        self._put('cluster', {**A, 'roles': ['db']})
        levels = [{'level': level} for level in ('release', 'cluster', 'all')]
        release, cluster, whole = levels

        changed, gone = ('a', 'changed', 'roles'), ('b', 'removed', None)
        self.assertEqual([changed], self._rows('cluster', release, whole))
        self.assertEqual(
            [changed, gone], self._rows('cluster', release, cluster)
        )
        self.assertEqual([], self._rows('cluster', whole, whole))

    def test_a_difference_tells_where_both_sides_come_from(self) -> None:
        self._put('release', A)
        self._put('plugin', {**A, 'roles': ['db']})
        enabled = {'plugin': self.name}
        self.client.post(f'clusters/{self.name}/plugins', json=enabled)

        sides = {'level': 'release'}, {'level': 'all'}
        [row] = self._diff('cluster', *sides).json()['differences']

        origin = row['provenance']['after']
        self.assertEqual(
            ('plugin', self.name), (origin['level'], origin['owner'])
        )
        self.assertEqual('release', origin['replaced']['level'])
        self.assertEqual('release', row['provenance']['before']['level'])

    def test_an_earlier_revision_is_compared_with_what_is_there(self) -> None:
        self._put('release', A, B)
        self._put('release', B, {**A, 'requires': ['b']})
        self._put('release', B)

        rows = self._rows('release', {'revision': 2}, {})
        self.assertEqual([('a', 'removed', None)], rows)
        self.assertEqual(
            [
                ('a', 'added', 'requires'),
                (None, 'changed', 'order of tasks'),
            ],
            self._rows('release', {'revision': 1}, {'revision': 2}),
        )

    def test_a_revision_that_removed_the_graph_has_no_tasks(self) -> None:
        self._put('release', A)
        self.client.delete(f'releases/{self.name}/deployment_graphs/default')

        rows = self._rows('release', {'revision': 1}, {'revision': 2})

        self.assertEqual([('a', 'removed', None)], rows)

    def test_files_are_compared_with_what_is_stored(self) -> None:
        self._put('release', A)
        text = json.dumps([{**A, 'moment': '2024-01-01'}, B])
        # YAML of a date is none of JSON; both are stored as text.
        text = text.replace('"2024-01-01"', '2024-01-01')

        files = {'files': {'x.yaml': text}}
        told = self._diff('release', {}, files).json()

        first, second = told['differences']
        self.assertEqual(
            ('moment', '2024-01-01'), (first['field'], first['after'])
        )
        self.assertEqual(('b', 'added'), (second['task'], second['change']))
        self.assertEqual('x.yaml', told['after']['name'])

    def test_files_that_are_wrong_are_refused_without_a_secret(self) -> None:
        self._put('release', A)
        wrong = {**PIN, 'secrets': ['timeout']}
        wrong['parameters'] = {'cmd': 'x', 'timeout': 'hunter2'}

        files = {'files': {'x.yaml': json.dumps([wrong])}}
        answer = self._diff('release', {}, files)

        error = self.assert_refused(answer, 400, 'invalid_input')
        self.assertEqual('x.yaml', error['problems'][0]['file'])
        self.assertNotIn('hunter2', answer.text)

    def test_a_secret_is_masked_but_its_change_is_seen(self) -> None:
        self._put('release', PIN)
        parameters = {
            'cmd': 'echo 12',
            'password': 'swordfish',
            'pin': 815004711,
        }
        self._put('release', {**PIN, 'parameters': parameters})

        answer = self._diff('release', {'revision': 1}, {}, whole=True)

        for secret in ('hunter2', 'swordfish', '471100815', '815004711'):
            self.assertNotIn(secret, answer.text)
        found = {row['field']: row for row in answer.json()['differences']}
        for name in ('password', 'pin'):
            row = found[f'parameters.{name}']
            told = (row['before'], row['after'])
            self.assertEqual(('***', '*** (changed)'), told)
        [task] = answer.json()['after']['graph']['tasks']
        self.assertEqual('*** (changed)', task['parameters']['pin'])

    def test_what_one_side_calls_secret_is_so_on_both(self) -> None:
        before = {key: said for key, said in PIN.items() if key != 'secrets'}
        self._put('release', before)
        self._put('release', PIN)

        answer = self._diff('release', {'revision': 1}, {}, whole=True)

        self.assertNotIn('hunter2', answer.text)
        [row] = answer.json()['differences']
        self.assertEqual(('secrets', 'added'), (row['field'], row['change']))

    def test_whole_graphs_have_common_tasks_in_one_order(self) -> None:
        self._put('release', A, B)
        self._put('cluster', {**B, 'roles': ['db']})
        sides = {'level': 'release'}, {'level': 'all'}

        told = self._diff('cluster', *sides, whole=True).json()

        for side in ('before', 'after'):
            tasks = told[side]['graph']['tasks']
            self.assertEqual(['a', 'b'], [task['id'] for task in tasks])

    def test_what_can_not_be_compared_is_refused(self) -> None:
        self._put('release', A)
        for before, word in (
            ({'level': 'all'}, 'only a cluster has levels'),
            ({'revision': 1, 'files': {'x': ''}}, 'before'),
            ({'level': 'own'}, 'own'),
            ({'files': {}}, 'files'),
        ):
            with self.subTest(before):
                answer = self._diff('release', before, {})

                error = self.assert_refused(answer, 400, 'invalid_input')
                self.assertIn(word, str(error))

    def test_what_is_not_there_is_not_found(self) -> None:
        self._put('release', A)
        for level, before, code in (
            ('release', {'revision': 9}, 'not_found'),
            ('plugin', {}, 'graph_missing'),
        ):
            with self.subTest(level):
                answer = self._diff(level, before, {})

                self.assert_refused(answer, 404, code)
        sides = {'level': 'release'}, {'level': 'all'}
        answer = self._diff('cluster', *sides, type='nix')
        self.assert_refused(answer, 404, 'graph_missing')
