"""Tests of `trailmark run execute`."""

import testtools

from trailmark.tests.unit.cli import double


class ExecuteTest(testtools.TestCase):
    def setUp(self) -> None:
        super().setUp()
        self._begin()

    def _begin(self) -> None:
        self.api = double.Api()

    def _run_ends(self, status: str) -> None:
        run = double.run_document('running', graph_types=['fix'])
        answer = {'run': run, 'warnings': ['task x: odd']}
        self.api.answer('POST', 'runs', answer, status=201)
        self.api.answer('GET', 'runs/3/nodes', {'nodes': []})
        none: dict[str, object] = {'transitions': [], 'next': None}
        self.api.answer('GET', 'runs/3/transitions', none)
        ended = double.run_document(status, graph_types=['fix'])
        self.api.answer('GET', 'runs/3', {'run': ended})

    def _execute(self, line: str) -> double.Said:
        link = double.Link(self.api)
        return double.call(link, 'run', 'execute', *line.split())

    def test_graphs_and_selections_are_sent(self) -> None:
        self._run_ends('ready')
        line = '--cluster 2 --type fix check --nodes a,b --subgraph x:y'
        self._execute(f'{line} --tasks t --noop --strict')
        sent = {
            'cluster': '2',
            'graph_types': ['fix', 'check'],
            'nodes': ['a', 'b'],
            'tasks': ['t'],
            'subgraphs': ['x:y'],
            'dry_run': False,
            'noop': True,
            'ignore_conditions': False,
            'strict': True,
        }
        self.assertEqual([sent], self.api.asked('POST', 'runs'))

    def test_the_run_is_followed(self) -> None:
        self._run_ends('ready')
        said = self._execute('--cluster shop --type fix')
        self.assertTrue(said.out.startswith('Run 3 of cluster shop: fix, '))
        self.assertIn('Run 3 is ready', said.out)
        self.assertEqual('warning: task x: odd\n', said.err)

    def test_the_exit_code_tells_how_the_run_ended(self) -> None:
        for status, code in (('ready', 0), ('error', 1), ('stopped', 3)):
            with self.subTest(status):
                self._begin()
                self._run_ends(status)
                said = self._execute('--cluster shop --type fix')
                self.assertEqual(code, said.code)

    def test_an_unknown_type_is_refused(self) -> None:
        problem = {'message': 'there is no graph of type fxi'}
        refused = double.refusal('invalid_input', '1 problem', problem)
        self.api.answer('POST', 'runs', refused, status=400)
        said = self._execute('--cluster shop --type fxi')
        self.assertEqual((2, ''), (said.code, said.out))
        self.assertIn('there is no graph of type fxi', said.err)

    def test_a_cluster_and_a_type_are_needed(self) -> None:
        for line in ('--cluster c', '--type t', '--cluster c --type ,'):
            with self.subTest(line):
                said = double.call(None, 'run', 'execute', *line.split())
                self.assertEqual(2, said.code)
