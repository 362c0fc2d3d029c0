"""Tests of showing the plan of a dry run."""

import json
import pathlib
from typing import Any

import fixtures
import testtools

from trailmark.cli import plans
from trailmark.tests.unit.cli import double


def _entry(**changed: Any) -> dict[str, Any]:
    return {
        'task': 'motd',
        'type': 'upload_file',
        'graph_type': 'default',
        'nodes': ['n1', 'n2'],
        'steps': ['write /etc/motd'],
        **changed,
    }


class LinesTest(testtools.TestCase):
    def lines(self, *entries: dict[str, Any]) -> list[str]:
        return [*plans.lines({'plan': list(entries)})]

    def test_a_task_is_told_with_its_nodes_and_its_steps(self) -> None:
        self.assertEqual(
            ['  It would do:', '  motd on n1, n2', '    write /etc/motd'],
            self.lines(_entry()),
        )

    def test_a_run_that_is_not_dry_has_no_lines(self) -> None:
        self.assertEqual([], [*plans.lines({'run': {}})])

    def test_an_empty_plan_says_so(self) -> None:
        self.assertEqual(['  It would do nothing.'], self.lines())

    def test_a_task_that_does_nothing_says_so(self) -> None:
        self.assertEqual('    nothing', self.lines(_entry(steps=[]))[-1])

    def test_many_nodes_are_told_in_short(self) -> None:
        nodes = [f'n{number}' for number in range(1000)]
        line = self.lines(_entry(nodes=nodes))[1]
        self.assertEqual('  motd on n0, n1, n2, n3, n4 and 995 more', line)

    def test_a_step_takes_one_line_of_the_terminal(self) -> None:
        for step, line in (
            ('run a\nb', 'run a [and 1 more line]'),
            ('run a\nb\nc', 'run a [and 2 more lines]'),
            ('run \x1b[2J', 'run \\x1b[2J'),
            ('x' * 201, f'{"x" * 200}...'),
        ):
            with self.subTest(line):
                found = self.lines(_entry(steps=[step]))[-1]
                self.assertEqual(f'    {line}', found)

    def test_a_long_plan_is_cut_and_says_where_the_rest_is(self) -> None:
        lines = self.lines(*[_entry()] * 40)
        self.assertEqual(52, len(lines))
        said = '  and 30 more lines: --format json has all'
        self.assertEqual(said, lines[-1])


class WholeTest(testtools.TestCase):
    def setUp(self) -> None:
        super().setUp()
        self.root = pathlib.Path(self.useFixture(fixtures.TempDir()).path)
        (self.root / 'nodes.yaml').write_text('[]\n')
        self.api = double.Api()
        self.answer = {
            'run': double.run_document(dry_run=True),
            'cluster': {'id': 1, 'name': 'shop'},
            'changes': [],
            'warnings': ['odd'],
            'plan': [_entry()] * 40,
        }
        self.api.answer('POST', 'deployments', self.answer, status=201)

    def deploy(self, *words: str) -> double.Said:
        link = double.Link(self.api)
        return double.call(link, 'deploy', str(self.root), *words)

    def test_json_has_the_whole_plan_alone_on_standard_output(self) -> None:
        said = self.deploy('--dry-run', '--format', 'json')
        self.assertEqual(0, said.code)
        self.assertEqual(self.answer, json.loads(said.out))
        self.assertEqual('warning: odd\n', said.err)

    def test_a_run_of_stored_graphs_is_told_the_same(self) -> None:
        self.api.answer('POST', 'runs', self.answer, status=201)
        words = ('--cluster', 'shop', '--type', 'default', '--dry-run')
        said = double.call(
            double.Link(self.api), 'run', 'execute', *words, '--format', 'json'
        )
        self.assertEqual(0, said.code, said.err)
        self.assertEqual(self.answer, json.loads(said.out))

    def test_json_is_refused_of_what_is_run(self) -> None:
        said = self.deploy('--format', 'json')
        self.assertEqual(2, said.code)
        self.assertIn('--format json is for --dry-run', said.err)
        self.assertEqual([], self.api.asked('POST', 'deployments'))
