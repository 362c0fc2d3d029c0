"""Tests of `trailmark graph diff`."""

import pathlib
from typing import Any

import fixtures
import testtools

from trailmark.tests.unit.cli import double

_RELEASE = {
    'level': 'release',
    'owner': 'r',
    'file': 'a.yaml',
    'replaced': None,
}
_PLUGIN = {**_RELEASE, 'level': 'plugin', 'owner': 'p', 'replaced': _RELEASE}


def _row(**changed: Any) -> dict[str, Any]:
    return {
        'task': 'web',
        'change': 'changed',
        'field': 'parameters.cmd',
        'before': 'old',
        'after': 'new',
        'provenance': {'before': _RELEASE, 'after': _PLUGIN},
        **changed,
    }


def _graph(command: str) -> dict[str, Any]:
    return {'tasks': [{'id': 'web', 'parameters': {'cmd': command}}]}


class _OnDouble(testtools.TestCase):
    def setUp(self) -> None:
        super().setUp()
        self.api = double.Api()
        self.root = pathlib.Path(self.useFixture(fixtures.TempDir()).path)

    def _diff(
        self, line: str, *rows: dict[str, Any], **more: Any
    ) -> double.Said:
        told = {
            'before': {'name': 'release r', 'graph': _graph('old\nx')},
            'after': {'name': 'cluster c', 'graph': _graph('new\nx')},
            'differences': list(rows),
            'warnings': [],
            **more,
        }
        self.api.answer('POST', 'graphs/diff', told)
        return double.call(
            double.Link(self.api), 'graph', 'diff', *line.split()
        )

    def _asked(self) -> tuple[Any, Any]:
        """What was to be compared."""
        [body] = self.api.asked('POST', 'graphs/diff')
        return body['before'], body['after']


class SidesTest(_OnDouble):
    def test_words_say_what_is_compared_with_what(self) -> None:
        release, whole = {'level': 'release'}, {'level': 'all'}
        for line, sides in (
            ('--cluster c', (release, whole)),
            ('--cluster c --levels all release', (whole, release)),
            ('--plugin p --revisions 3', ({'revision': 3}, {})),
            (
                '--release r --revisions 3 1',
                ({'revision': 3}, {'revision': 1}),
            ),
        ):
            with self.subTest(line):
                self.api = double.Api()
                self._diff(line)

                self.assertEqual(sides, self._asked())

    def test_a_file_is_what_comes_after_what_is_stored(self) -> None:
        file = self.root / 'x.yaml'
        file.write_text('[]')
        for source in (f'--file {file}', f'-d {self.root}'):
            with self.subTest(source):
                self.api = double.Api()
                self._diff(f'--cluster c {source}')

                sides: tuple[Any, Any] = {}, {'files': {'x.yaml': '[]'}}
                self.assertEqual(sides, self._asked())

    def test_what_can_not_be_compared_is_refused(self) -> None:
        for line, word in (
            ('--release r', 'say --revisions, --file or --dir'),
            ('--release r --levels all release', '--levels needs --cluster'),
            ('--cluster c --levels all all --revisions 1', 'not allowed'),
            ('--cluster c --levels all', 'expected 2'),
            ('--cluster c --levels own all', 'invalid choice'),
            ('--plugin p --revisions 1 2 3', 'one number or two'),
            ('--plugin p --revisions 0', 'from 1 up'),
            ('--cluster c --file x -d y', 'not allowed'),
        ):
            with self.subTest(line):
                said = self._diff(line)

                self.assertEqual(2, said.code)
                self.assertIn(word, said.err)


class TableTest(_OnDouble):
    def test_a_field_is_told_with_the_layer_it_comes_from_now(self) -> None:
        said = self._diff('--cluster c', _row())

        self.assertRegex(
            said.out,
            r' web +\| changed +\| parameters.cmd +\| old +\| new +'
            r'\| plugin p: a.yaml ',
        )

    def test_a_task_is_told_by_its_type_and_its_nodes(self) -> None:
        task = {'id': 'web', 'type': 'shell', 'roles': ['w'], 'x': 'hidden'}
        origins = {'before': _RELEASE, 'after': None}
        gone = _row(
            change='removed',
            field=None,
            before=task,
            after=None,
            provenance=origins,
        )
        said = self._diff('--cluster c', gone)

        self.assertRegex(said.out, r' removed .* type: shell .* a.yaml ')
        self.assertIn(' roles: ["w"] ', said.out)
        self.assertNotIn('hidden', said.out)

    def test_long_values_are_cut_and_control_characters_shown(self) -> None:
        lines = '\n'.join(f'line {number}' for number in range(20))
        said = self._diff('--cluster c', _row(before=lines, after='\x1b[2J'))

        self.assertIn(' [and 15 more lines] ', said.out)
        self.assertIn(' \\x1b[2J ', said.out)

    def test_json_has_everything_alone_on_standard_output(self) -> None:
        said = self._diff('--cluster c -f json', _row(), warnings=['odd'])

        [row] = said.json
        self.assertEqual(_PLUGIN, row['from'])
        self.assertEqual('parameters.cmd', row['field'])
        self.assertEqual('warning: odd\n', said.err)

    def test_nothing_is_a_sentence_or_an_empty_list(self) -> None:
        self.assertEqual('No differences\n', self._diff('--cluster c').out)
        self.assertEqual([], self._diff('--cluster c -f json').json)


class UnifiedTest(_OnDouble):
    def test_graphs_in_yaml_are_compared_line_by_line(self) -> None:
        said = self._diff('--cluster c --unified', _row())

        wanted = (
            '--- release r\n'
            '+++ cluster c\n'
            '@@ -2,5 +2,5 @@\n'
            ' - id: web\n'
            '   parameters:\n'
            '     cmd: |-\n'
            '-      old\n'
            '+      new\n'
            '       x\n'
        )
        self.assertEqual(wanted, said.out)
        self.assertTrue(self.api.asked('POST', 'graphs/diff')[0]['whole'])

    def test_graphs_that_are_the_same_print_nothing(self) -> None:
        same = {'name': 'x', 'graph': _graph('x')}
        said = self._diff('--cluster c --unified', before=same, after=same)

        self.assertEqual((0, '', ''), (said.code, said.out, said.err))
