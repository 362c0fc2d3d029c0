"""Tests of `trailmark deploy`."""

import pathlib
from typing import Any

import fixtures
import testtools

from trailmark.common import exceptions
from trailmark.tests.unit.cli import double

_MOVES = [
    {
        'id': 1,
        'task': 'start',
        'node': 'app1',
        'old': 'running',
        'new': 'ready',
        'attempt': 1,
        'time': '2024-01-01T12:00:01.000000',
        'message': None,
    }
]
_NODES = [{'node': None, 'counts': {}}, {'node': 'app1', 'counts': {}}]


class DeployTest(testtools.TestCase):
    def setUp(self) -> None:
        super().setUp()
        self.root = pathlib.Path(self.useFixture(fixtures.TempDir()).path)
        (self.root / 'nodes.yaml').write_text('[]\n')
        self._begin()

    def _begin(self) -> None:
        self.api = double.Api()
        self.link = double.Link(self.api)

    def _run_ends(self, status: str, **changed: Any) -> None:
        ended = double.run_document(status, **changed)
        answer = {
            'run': double.run_document('running'),
            'cluster': {'id': 1, 'name': 'shop'},
            'changes': ['node app1 added'],
            'warnings': ['default.yaml: task x: odd'],
        }
        self.api.answer('POST', 'deployments', answer, status=201)
        self.api.answer('GET', 'runs/3/nodes', {'nodes': _NODES})
        self.api.answer(
            'GET',
            'runs/3/transitions',
            {'transitions': _MOVES, 'next': None},
            {'transitions': [], 'next': None},
        )
        self.api.answer('GET', 'runs/3', {'run': ended})

    def _deploy(self, *words: str) -> double.Said:
        return double.call(self.link, 'deploy', *words)

    def test_files_and_options_are_sent(self) -> None:
        self._run_ends('ready')
        self._deploy('--nodes', 'a,b', 'c', '--noop', str(self.root))
        [body] = self.api.asked('POST', 'deployments')
        self.assertEqual(
            {
                'source': str(self.root),
                'name': self.root.name,
                'files': {'nodes.yaml': '[]\n'},
                'cluster': None,
                'graph_types': None,
                'nodes': ['a', 'b', 'c'],
                'tasks': None,
                'subgraphs': None,
                'dry_run': False,
                'noop': True,
                'ignore_conditions': False,
                'strict': False,
            },
            body,
        )

    def test_the_folder_may_follow_a_list(self) -> None:
        self._run_ends('ready')
        self._deploy('--graph-type', 'provision', 'default', str(self.root))
        [body] = self.api.asked('POST', 'deployments')
        self.assertEqual(['provision', 'default'], body['graph_types'])

    def test_the_first_line_names_the_run(self) -> None:
        self._run_ends('ready')
        said = self._deploy(str(self.root))
        lines = said.out.splitlines()
        self.assertEqual(
            'Run 3 of cluster shop: default, 1 node, all of them this machine',
            lines[0],
        )
        self.assertEqual('  node app1 added', lines[1])
        self.assertEqual('warning: default.yaml: task x: odd\n', said.err)

    def test_a_transition_is_a_line(self) -> None:
        self._run_ends('ready')
        said = self._deploy(str(self.root))
        self.assertRegex(said.out, r'(?m)^\d\d:\d\d:01 start@app1 ready$')

    def test_the_exit_code_tells_how_the_run_ended(self) -> None:
        for status, code in (
            ('ready', 0),
            ('error', 1),
            ('stopped', 3),
            ('cancelled', 3),
        ):
            with self.subTest(status):
                self._begin()
                self._run_ends(status)
                said = self._deploy(str(self.root))
                self.assertEqual(code, said.code)
                hint = 'Go on with: trailmark run resume 3\n'
                self.assertEqual(code != 0, hint in said.out)

    def test_a_failed_task_is_told_with_its_last_lines(self) -> None:
        self._run_ends('error', counts={'error': 21, 'total': 21})
        summary = {'exit_code': 7, 'stderr': 'no\x1b[2Jslot\n'}
        row = double.history_row(summary=summary)
        rows = {'tasks_history': [row], 'next': None}
        self.api.answer('GET', 'runs/3/tasks_history', rows)
        said = self._deploy(str(self.root))
        self.assertIn('replica@db2 failed: attempt 2, exit code 7', said.out)
        self.assertIn('  | no\\x1b[2Jslot\n', said.out)
        more = 'and 1 more: trailmark tasks-history 3 --statuses error'
        self.assertIn(more, said.out)

    def test_a_failed_test_is_told_with_its_last_lines(self) -> None:
        self._run_ends('error', counts={'error': 1, 'total': 1})
        tests = {'test_pre': {'exit_code': 1, 'stderr': 'not there\n'}}
        row = double.history_row(summary={'tests': tests})
        rows = {'tasks_history': [row], 'next': None}
        self.api.answer('GET', 'runs/3/tasks_history', rows)
        said = self._deploy(str(self.root))
        self.assertIn('test_pre: exit code 1\n', said.out)
        self.assertIn('  | not there\n', said.out)

    def test_an_engine_that_cannot_go_on_is_exit_code_4(self) -> None:
        self._run_ends('running')
        self.link.failed = exceptions.DatabaseUnavailable(reason='disk full')
        said = self._deploy(str(self.root))
        self.assertEqual(4, said.code)
        self.assertIn("The database can't be used: disk full", said.err)
        self.assertIn('trailmark run resume 3', said.err)

    def test_a_database_that_is_gone_is_exit_code_4(self) -> None:
        gone = double.refusal('database_unavailable', "It can't be used")
        self.api.answer('POST', 'deployments', gone, status=503)
        said = self._deploy(str(self.root))
        self.assertEqual(4, said.code)
        self.assertEqual("trailmark: It can't be used\n", said.err)

    def test_everything_that_is_wrong_is_told(self) -> None:
        wrong = [
            {'message': 'is unknown', 'file': 'a.yaml', 'task': 't'},
            {'message': 'is missing', 'file': 'b.yaml', 'field': 'id'},
        ]
        refused = double.refusal('invalid_input', '2 problems', *wrong)
        self.api.answer('POST', 'deployments', refused, status=400)
        said = self._deploy(str(self.root))
        self.assertEqual(2, said.code)
        self.assertIn('a.yaml: task t: is unknown\n', said.err)
        self.assertIn('b.yaml: id: is missing\n', said.err)

    def test_a_missing_folder_never_connects(self) -> None:
        said = double.call(None, 'deploy', '/no/such/folder')
        self.assertEqual(2, said.code)
        self.assertIn('/no/such/folder: there is no such', said.err)

    def test_no_folder_is_a_usage_error(self) -> None:
        said = double.call(None, 'deploy', '--nodes', 'a')
        self.assertEqual(2, said.code)
        self.assertIn('required: DIR', said.err)
