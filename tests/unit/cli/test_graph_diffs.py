"""Tests of `trailmark graph diff`."""

import pathlib

import fixtures
import testtools

from trailmark.tests.unit.cli import double

_FOUND = {
    'before': {'name': 'level release', 'tasks': [{'id': 'a', 'type': 'x'}]},
    'after': {'name': 'all levels', 'tasks': [{'id': 'a', 'type': 'y'}]},
    'differences': [
        {
            'task': 'a',
            'change': 'changed',
            'field': 'type',
            'before': 'x',
            'after': 'y',
        }
    ],
}


class DiffTest(testtools.TestCase):
    def setUp(self) -> None:
        super().setUp()
        self.api = double.Api()
        self.api.answer('POST', 'graphs/diff', _FOUND)

    def _diff(self, *words: str) -> double.Said:
        return double.call(double.Link(self.api), 'graph', 'diff', *words)

    def _asked(self) -> dict[str, object]:
        [body] = self.api.asked('POST', 'graphs/diff')
        return dict(body)

    def test_two_levels_are_a_table(self) -> None:
        said = self._diff('--cluster', 'c', '--levels', 'release', 'all')

        self.assertRegex(said.out, r'a +\| changed \| type +\| "x" +\| "y"')
        asked = self._asked()
        self.assertEqual({'level': 'release'}, asked['before'])
        self.assertEqual({'level': 'all'}, asked['after'])

    def test_a_whole_task_has_no_field_in_the_table(self) -> None:
        added = {
            **dict.fromkeys(('field', 'before')),
            **{'task': 'b', 'change': 'added'},
            'after': {'id': 'b', 'type': 'stage'},
        }
        found = {**_FOUND, 'differences': [added]}
        self.api = double.Api()
        self.api.answer('POST', 'graphs/diff', found)

        said = self._diff('--cluster', 'c', '--levels', 'release', 'all')

        self.assertRegex(
            said.out, r'b +\| added +\| +\| +\| a task of type stage'
        )

    def test_one_revision_is_compared_with_what_is_stored(self) -> None:
        said = self._diff('--release', 'r', '--revisions', '3', '-f', 'json')

        self.assertEqual('type', said.json[0]['field'])
        self.assertEqual({'revision': 3}, self._asked()['before'])
        self.assertEqual({}, self._asked()['after'])

    def test_both_graphs_are_compared_line_by_line(self) -> None:
        said = self._diff(
            '--release', 'r', '--revisions', '1', '2', '--unified'
        )

        self.assertIn('--- level release\n+++ all levels\n', said.out)
        self.assertIn('-  type: x\n+  type: y\n', said.out)

    def test_the_order_of_tasks_in_levels_makes_no_lines(self) -> None:
        one, other = {'id': 'a', 'type': 'x'}, {'id': 'b', 'type': 'x'}
        new = {'id': 'c', 'type': 'x'}
        sides = {'before': {'name': 'r', 'tasks': [one, other]}}
        sides['after'] = {'name': 'all', 'tasks': [other, new, one]}
        self.api = double.Api()
        self.api.answer('POST', 'graphs/diff', {**sides, 'differences': []})

        said = self._diff(
            *('--cluster', 'c', '--levels', 'release', 'all', '--unified')
        )

        changed = [line for line in said.out.splitlines() if line[0] in '+-']
        self.assertEqual(
            ['--- r', '+++ all', '+- id: c', '+  type: x'], changed
        )

    def test_a_file_is_compared_with_what_is_stored(self) -> None:
        folder = pathlib.Path(self.useFixture(fixtures.TempDir()).path)
        file = folder / 'new.yaml'
        file.write_text('[]\n')

        self._diff('--plugin', 'p', '--file', str(file))

        asked = self._asked()
        self.assertEqual({}, asked['before'])
        self.assertEqual({'files': {'new.yaml': '[]\n'}}, asked['after'])

    def test_levels_of_what_is_no_cluster_are_refused(self) -> None:
        said = self._diff('--release', 'r', '--levels', 'release', 'all')

        self.assertEqual(2, said.code)
        self.assertIn('--levels needs --cluster', said.err)
