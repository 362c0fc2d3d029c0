"""Tests of `trailmark graph`."""

import pathlib

import fixtures
import testtools

from trailmark.tests.unit.cli import double

_EXPANDED = {
    'vertices': [
        {
            'name': name,
            'task': name.partition('@')[0],
            'node': node,
            'kind': 'task' if node else 'sync',
            'skipped': False,
            'provenance': {
                'level': 'release',
                'owner': 'r',
                'file': 'a.yaml' if node else None,
                'replaced': None,
            },
        }
        for name, node in (('start', None), ('a@n1', 'n1'))
    ],
    'edges': [['start', 'a@n1']],
    'warnings': ['something odd'],
}


class GraphTest(testtools.TestCase):
    def setUp(self) -> None:
        super().setUp()
        self.api = double.Api()
        self.root = pathlib.Path(self.useFixture(fixtures.TempDir()).path)

    def _graph(self, *words: str) -> double.Said:
        return double.call(double.Link(self.api), 'graph', *words)

    def test_lint_of_a_clean_folder_says_so(self) -> None:
        self.api.answer('POST', 'graphs/lint', {'problems': []})
        said = self._graph('lint', str(self.root))
        self.assertEqual((0, 'No problems found\n'), (said.code, said.out))

    def test_lint_is_exit_code_2_only_for_errors(self) -> None:
        for severity, code in (('warning', 0), ('error', 2)):
            with self.subTest(severity):
                self.api = double.Api()
                problem = {
                    'message': 'is unknown',
                    'file': 'a.yaml',
                    'severity': severity,
                }
                answer = {'problems': [problem]}
                self.api.answer('POST', 'graphs/lint', answer)
                said = self._graph('lint', str(self.root))
                self.assertEqual(code, said.code)
                self.assertIn('a.yaml: is unknown\n', said.out)

    def test_expand_as_json_is_the_document_alone(self) -> None:
        self.api.answer('POST', 'graphs/expand', _EXPANDED)
        said = self._graph('expand', str(self.root), '-f', 'json')
        self.assertEqual(_EXPANDED, said.json)

    def test_expand_lists_what_waits_for_what(self) -> None:
        self.api.answer('POST', 'graphs/expand', _EXPANDED)
        said = self._graph('expand', str(self.root))
        heads, start, waiting, _counts = said.out.splitlines()
        self.assertEqual('Execution  Layer      File    After', heads)
        self.assertEqual('start      release r', start)
        self.assertEqual('a@n1       release r  a.yaml  start', waiting)
        self.assertIn('1 task executions, 1 sync points', said.out)
        self.assertEqual('warning: something odd\n', said.err)

    def test_plot_prints_the_drawing(self) -> None:
        self.api.answer('POST', 'graphs/plot', {'dot': 'digraph {}\n'})
        said = self._graph('plot', '--cluster', 'c', '--expanded')
        self.assertEqual('digraph {}\n', said.out)
        [body] = self.api.asked('POST', 'graphs/plot')
        self.assertEqual(('c', True), (body['cluster'], body['expanded']))

    def test_a_run_is_drawn_without_what_chooses_from_a_graph(self) -> None:
        self.api.answer('POST', 'graphs/plot', {'mermaid': 'flowchart TD\n'})
        said = self._graph('plot', '--run', '3', '--format', 'mermaid')
        self.assertEqual('flowchart TD\n', said.out)
        for line in ('--cluster c', '--nodes n1', '--type x', '--expanded'):
            with self.subTest(line):
                said = self._graph('plot', '--run', '3', *line.split())
                self.assertEqual(2, said.code)
                self.assertIn('--run', said.err)

    def test_options_are_sent(self) -> None:
        self.api.answer('POST', 'graphs/expand', _EXPANDED)
        line = '--type provision --nodes a b --strict --ignore-conditions'
        self._graph('expand', *line.split(), str(self.root))
        [body] = self.api.asked('POST', 'graphs/expand')
        self.assertEqual(
            {
                'name': self.root.name,
                'files': {},
                'type': 'provision',
                'nodes': ['a', 'b'],
                'ignore_conditions': True,
                'strict': True,
            },
            body,
        )

    def test_a_folder_or_a_cluster_is_needed_and_not_both(self) -> None:
        for line in ('lint', 'expand D --cluster c'):
            with self.subTest(line):
                said = double.call(None, 'graph', *line.split())
                self.assertEqual(2, said.code)
