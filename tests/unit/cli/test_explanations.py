"""Tests of `trailmark graph explain`."""

from typing import Any

import testtools

from trailmark.tests.unit.cli import double

_ORIGIN = {
    'level': 'release',
    'owner': 'r',
    'file': 'a.yaml',
    'replaced': None,
}
_TOLD: dict[str, Any] = {
    'execution': 'web@n1',
    'type': 'shell',
    'provenance': {**_ORIGIN, 'replaced': {**_ORIGIN, 'file': 'b.yaml'}},
    'skipped': None,
    'condition': None,
    'placements': [
        {
            'task': 'web',
            'field': 'roles',
            'written': '/web/',
            'tag': 'primary-web',
            'roles': ['front'],
            'provenance': _ORIGIN,
            'is_group': False,
        }
    ],
    'before': [
        {
            'task': 'db',
            'count': 1000,
            'executions': ['db@n1', 'db@n2', 'db@n3'],
            'skipped': 0,
            'origins': [
                {
                    'task': 'web',
                    'field': 'cross-depends[0]',
                    'written': {'name': 'db'},
                    'provenance': _ORIGIN,
                }
            ],
        }
    ],
    'after': [],
    'path': {
        'seconds': 61.0,
        'unknown': 1,
        'steps': [
            {'execution': 'db@n1', 'seconds': 61.0},
            {'execution': 'web@n1', 'seconds': None},
        ],
    },
}


class ExplainTest(testtools.TestCase):
    def setUp(self) -> None:
        super().setUp()
        self.api = double.Api()
        answer = {'explanation': _TOLD, 'warnings': ['odd']}
        self.api.answer('POST', 'graphs/explain', answer)

    def _explain(self, *words: str) -> double.Said:
        return double.call(double.Link(self.api), 'graph', 'explain', *words)

    def test_it_is_told_in_lines_for_people(self) -> None:
        said = self._explain('--cluster', 'c', 'web@n1')

        self.assertEqual((0, 'warning: odd\n'), (said.code, said.err))
        for line in (
            'in place of that from release r, b.yaml',
            '/web/ matches primary-web, the first node with web, by its role',
            'db@n1 and 999 more',
            'by cross-depends[0] of web: {name: db} (a.yaml)',
            'Nothing waits for it.',
            'took 1 min 01 s when they last ran without 1 that never ran:',
        ):
            self.assertIn(line, said.out)

    def test_the_api_is_asked_for_the_execution(self) -> None:
        self._explain('web@n1', '--cluster', 'c', '--nodes', 'n1')

        [asked] = self.api.asked('POST', 'graphs/explain')
        self.assertEqual('web@n1', asked['execution'])
        self.assertEqual(('c', ['n1']), (asked['cluster'], asked['nodes']))

    def test_json_is_the_answer_alone(self) -> None:
        said = self._explain('--cluster', 'c', 'web@n1', '-f', 'json')

        self.assertEqual(_TOLD, said.json['explanation'])

    def test_without_an_execution_it_is_refused(self) -> None:
        said = self._explain('--cluster', 'c')

        self.assertEqual(2, said.code)
        self.assertIn('say which TASK@NODE', said.err)
