"""Tests of `trailmark graph upload` and `download`."""

import io
import os
import pathlib
from typing import Any

import fixtures
import testtools
import yaml

from trailmark.tests.unit.cli import double

_TASKS: list[Any] = [{'id': 'a', 'type': 'shell', 'version': '2.0.0'}]
_FILTER: dict[str, Any] = {'node_filter': {'yaql_exp': '$.x'}}
_PATH = 'releases/r/deployment_graphs/default'


class _InFolder(testtools.TestCase):
    def setUp(self) -> None:
        super().setUp()
        self.api = double.Api()
        self.root = pathlib.Path(self.useFixture(fixtures.TempDir()).path)

    def _graph(self, line: str, *words: object) -> double.Said:
        link = double.Link(self.api)
        return double.call(link, 'graph', *line.split(), *map(str, words))


class UploadTest(_InFolder):
    def _answer(self, *changes: str, **more: Any) -> None:
        answer = {'graph': {}, 'changes': changes, 'warnings': [], **more}
        self.api.answer('POST', 'graphs/upload', answer)

    def test_a_file_is_sent_with_the_folder_that_it_lies_in(self) -> None:
        file = self.root / 'fix.yaml'
        file.write_text('[]\n')
        self._answer('task a added')
        said = self._graph('upload --plugin p --type fix --strict -f', file)
        self.assertEqual((0, 'task a added\n'), (said.code, said.out))
        sent = {
            'plugin': 'p',
            'type': 'fix',
            'files': {'fix.yaml': '[]\n'},
            'source': os.path.realpath(self.root),
            'strict': True,
        }
        self.assertEqual([sent], self.api.asked('POST', 'graphs/upload'))

    def test_a_folder_is_sent_with_all_its_yaml(self) -> None:
        (self.root / 'sub').mkdir()
        (self.root / 'sub' / 'tasks.yaml').write_text('[]\n')
        (self.root / 'metadata.yaml').write_text('{}\n')
        self._answer()
        said = self._graph('upload --release r -d', self.root)
        self.assertEqual('nothing changed\n', said.out)
        [body] = self.api.asked('POST', 'graphs/upload')
        files = {'metadata.yaml': '{}\n', 'sub/tasks.yaml': '[]\n'}
        self.assertEqual(files, body['files'])
        self.assertEqual(os.path.realpath(self.root), body['source'])

    def test_standard_input_is_a_file_too(self) -> None:
        text = io.TextIOWrapper(io.BytesIO('- {id: ä}\n'.encode()))
        self.useFixture(fixtures.MonkeyPatch('sys.stdin', text))
        self._answer()
        self._graph('upload --cluster c -f -')
        [body] = self.api.asked('POST', 'graphs/upload')
        self.assertEqual({'stdin.yaml': '- {id: ä}\n'}, body['files'])
        self.assertEqual(os.getcwd(), body['source'])

    def test_warnings_stand_apart(self) -> None:
        self._answer('task a added', warnings=['a.yaml: odd'])
        said = self._graph('upload --cluster c -d', self.root)
        self.assertEqual('task a added\n', said.out)
        self.assertEqual('warning: a.yaml: odd\n', said.err)

    def test_everything_that_is_wrong_is_told(self) -> None:
        wrong = [
            {'message': 'is unknown', 'file': 'a.yaml', 'task': 't'},
            {'message': 'is missing', 'file': 'b.yaml', 'field': 'id'},
        ]
        refused = double.refusal('invalid_input', '2 problems', *wrong)
        self.api.answer('POST', 'graphs/upload', refused, status=400)
        said = self._graph('upload --cluster c -d', self.root)
        self.assertEqual((2, ''), (said.code, said.out))
        self.assertIn('a.yaml: task t: is unknown\n', said.err)
        self.assertIn('b.yaml: id: is missing\n', said.err)

    def test_what_cannot_be_read_never_connects(self) -> None:
        for option in ('-f', '-d'):
            line = f'graph upload --release r {option} /no/such'
            said = double.call(None, *line.split())
            self.assertEqual(2, said.code)
            self.assertIn('/no/such: ', said.err)

    def test_an_owner_and_a_source_are_needed(self) -> None:
        for line in ('-d .', '--release r', '--release r -d . -f x'):
            with self.subTest(line):
                said = double.call(None, 'graph', 'upload', *line.split())
                self.assertEqual(2, said.code)


class DownloadTest(_InFolder):
    def _answer(self, path: str = _PATH, **said: Any) -> None:
        graph = {
            'id': 4,
            'name': None,
            'type': 'default',
            'level': 'release',
            'owner': 'r',
            'revision': 3,
            'tasks': _TASKS,
            'relations': [],
            **said,
        }
        self.api.answer('GET', path, graph)

    def test_tasks_alone_are_a_list(self) -> None:
        self._answer()
        said = self._graph('download --release r')
        self.assertEqual(_TASKS, yaml.safe_load(said.out))
        [asked] = self.api.asked('GET', _PATH)
        self.assertEqual({'as_written': '1'}, asked)

    def test_metadata_makes_it_a_mapping(self) -> None:
        self._answer(**_FILTER)
        said = self._graph('download --release r --format json')
        self.assertEqual({**_FILTER, 'tasks': _TASKS}, said.json)

    def test_a_folder_holds_metadata_and_tasks(self) -> None:
        self._answer(**_FILTER)
        target = self.root / 'new' / 'graph'
        said = self._graph('download --release r -d', target)
        self.assertEqual((0, '', ''), (said.code, said.out, said.err))
        read = {
            path.name: yaml.safe_load(path.read_text())
            for path in target.iterdir()
        }
        expected = {'metadata.yaml': _FILTER, 'tasks.yaml': _TASKS}
        self.assertEqual(expected, read)

    def test_a_folder_with_other_files_is_warned_of(self) -> None:
        self._answer()
        (self.root / 'more.yaml').write_text('[]\n')
        said = self._graph('download --release r -d', self.root)
        self.assertIn('would take its other files too: more.yaml', said.err)

    def test_files_that_are_there_are_kept_without_force(self) -> None:
        self._answer()
        file = self.root / 'tasks.yaml'
        file.write_text('mine\n')
        for option, path in (('-f', file), ('-d', self.root)):
            with self.subTest(option):
                said = self._graph(f'download --release r {option}', path)
                self.assertEqual(2, said.code)
                self.assertIn('tasks.yaml: is there already', said.err)
                self.assertEqual([file], list(self.root.iterdir()))
                self.assertEqual('mine\n', file.read_text())

    def test_force_overwrites(self) -> None:
        self._answer()
        file = self.root / 'tasks.yaml'
        file.write_text('mine\n')
        said = self._graph('download --release r --force -f', file)
        self.assertEqual(0, said.code, said.err)
        self.assertEqual(_TASKS, yaml.safe_load(file.read_text()))

    def test_a_level_of_a_cluster_is_its_tasks(self) -> None:
        path = 'clusters/c/deployment_tasks/plugins'
        self.api.answer('GET', path, _TASKS)
        said = self._graph('download --cluster c --level plugins')
        self.assertEqual(_TASKS, yaml.safe_load(said.out))

    def test_a_revision_is_what_the_graph_was(self) -> None:
        self._answer('graphs/revisions/2')
        said = self._graph('download --release r --revision 2')
        self.assertEqual(_TASKS, yaml.safe_load(said.out))
        [asked] = self.api.asked('GET', 'graphs/revisions/2')
        self.assertEqual({'release': 'r', 'type': 'default'}, asked)

    def test_what_does_not_go_together_is_a_usage_error(self) -> None:
        for line in (
            '--release r --level all',
            '--cluster c --level all --revision 2',
            '--release r -d x --format json',
            '--release r -d x -f y',
        ):
            with self.subTest(line):
                said = double.call(None, 'graph', 'download', *line.split())
                self.assertEqual(2, said.code)
