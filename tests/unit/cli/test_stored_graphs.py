"""Tests of `trailmark graph list`, `show`, `revisions` and `delete`."""

from typing import Any

import testtools

from trailmark.tests.unit.cli import double

_TASKS: list[dict[str, Any]] = [
    {
        'id': 'schema',
        'type': 'shell',
        'roles': ['db'],
        'parameters': {'cmd': 'a\nb\n'},
    },
    {
        'id': 'web',
        'type': 'shell',
        'tags': ['front'],
        'requires': ['schema', 'x'],
        'cross-depends': [
            {'name': 'schema', 'role': ['db', 'master']},
            {'name': {'yaql_exp': '$.x'}},
        ],
    },
]


def _graph(**changed: Any) -> dict[str, Any]:
    return {
        'id': 4,
        'name': None,
        'type': 'default',
        'level': 'release',
        'owner': 'shop-1.0',
        'revision': 3,
        'updated_at': '2024-01-01T12:00:00',
        'tasks': _TASKS,
        'relations': [],
        **changed,
    }


class _OnDouble(testtools.TestCase):
    def setUp(self) -> None:
        super().setUp()
        self.api = double.Api()

    def _graph(self, line: str) -> double.Said:
        return double.call(double.Link(self.api), 'graph', *line.split())


class ListTest(_OnDouble):
    def test_graphs_of_everybody_are_listed_with_their_size(self) -> None:
        first = double.Page([_graph()])
        self.api.answer('GET', 'graphs', first, [_graph(id=5)])
        said = self._graph('list -f json')
        self.assertEqual([4, 5], [row['id'] for row in said.json])
        self.assertEqual(2, said.json[0]['tasks'])

    def test_a_cluster_consists_of_release_plugins_and_its_own(self) -> None:
        cluster = {'release': 'r', 'plugins': ['z', 'a']}
        self.api.answer('GET', 'clusters/c', cluster)
        of = ('releases/r', 'plugins/z', 'plugins/a', 'clusters/c')
        for number, owner in enumerate(of):
            found = [_graph(id=number)]
            self.api.answer('GET', f'{owner}/deployment_graphs', found)
        said = self._graph('list --cluster c -f value -c id')
        self.assertEqual('0\n1\n2\n3\n', said.out)

    def test_a_plugin_has_its_own(self) -> None:
        self.api.answer('GET', 'plugins/2/deployment_graphs', [_graph()])
        said = self._graph('list --plugin 2 -f json')
        self.assertEqual(1, len(said.json))

    def test_one_owner_at_most(self) -> None:
        said = double.call(
            None, *['graph', 'list', '--plugin', 'p', '--release', 'r']
        )
        self.assertEqual(2, said.code)


class ShowTest(_OnDouble):
    def _merged(self, tasks: list[Any], *level: str) -> str:
        path = '/'.join(('clusters/c/deployment_tasks', *level))
        self.api.answer('GET', path, tasks)
        return path

    def test_a_table_tells_where_tasks_run_and_after_what(self) -> None:
        path = self._merged(_TASKS)
        said = self._graph('show --cluster c --type fix')
        for cell in (
            ' roles: db ',
            ' tags: front ',
            ' schema, x ',
            ' schema (db, master), $.x ',
        ):
            self.assertIn(cell, said.out)
        self.assertNotIn('None', said.out)
        asked = {'graph_type': 'fix', 'as_written': '1'}
        self.assertEqual([asked], self.api.asked('GET', path))

    def test_a_long_list_takes_lines_instead_of_width(self) -> None:
        names = [f'task-{number}' for number in range(30)]
        self._merged([{**_TASKS[0], 'requires': names}])
        said = self._graph('show --cluster c -c id -c requires')
        self.assertLess(max(map(len, said.out.splitlines())), 60)
        for name in names:
            self.assertRegex(said.out, rf'\b{name}\b')

    def test_json_and_yaml_are_the_tasks_themselves(self) -> None:
        self._merged(_TASKS)
        said = self._graph('show --cluster c -f json')
        self.assertEqual(_TASKS, said.json)
        said = self._graph('show --cluster c -f yaml')
        self.assertIn('    cmd: |\n      a\n      b\n', said.out)

    def test_a_level_alone(self) -> None:
        for level, word in (('cluster', 'own'), ('plugins', 'plugins')):
            with self.subTest(level):
                self._merged(_TASKS[:1], word)
                said = self._graph(f'show --cluster c --level {level} -f json')
                self.assertEqual(_TASKS[:1], said.json)

    def test_provenance_names_layer_file_and_what_was_replaced(self) -> None:
        replaced = {'level': 'release', 'owner': 'r', 'file': 'release/d.yaml'}
        origin = {
            'level': 'plugin',
            'owner': 'monitor',
            'file': 'tasks.yaml',
            'revision': 3,
            'replaced': replaced,
        }
        tasks = [
            {**_TASKS[0], 'provenance': origin},
            {**_TASKS[1], 'provenance': {**origin, 'replaced': None}},
        ]
        path = self._merged(tasks)
        said = self._graph('show --cluster c --provenance')
        self.assertRegex(said.out, r' plugin +\| monitor +\| tasks.yaml ')
        self.assertIn(' release r: release/d.yaml ', said.out)
        self.assertEqual('1', self.api.asked('GET', path)[0]['provenance'])

    def test_an_owner_has_a_graph_of_its_own(self) -> None:
        path = 'releases/r/deployment_graphs/default'
        self.api.answer('GET', path, _graph())
        said = self._graph('show --release r -f json')
        self.assertEqual(_TASKS, said.json)

    def test_a_type_that_nobody_has_is_refused(self) -> None:
        self._merged([])
        said = self._graph('show --cluster c --type nix -f json')
        self.assertEqual((2, ''), (said.code, said.out))
        self.assertIn('There is no graph of type nix', said.err)

    def test_what_needs_a_cluster_says_so(self) -> None:
        for option in ('--level all', '--provenance'):
            with self.subTest(option):
                said = self._graph(f'show --release r {option}')
                self.assertEqual(2, said.code)
                self.assertIn('needs --cluster', said.err)


class RevisionsTest(_OnDouble):
    def setUp(self) -> None:
        super().setUp()
        gone: dict[str, Any] = {
            'revision': 2,
            'created_at': '2024-01-01T12:00:00',
            'actor': 'ann',
            'tasks': None,
            'changes': ['deleted'],
        }
        made = {**gone, 'revision': 1, 'tasks': 7, 'changes': ['a', 'b']}
        self.api.answer('GET', 'graphs/revisions', [gone, made])

    def test_a_table_is_readable(self) -> None:
        said = self._graph('revisions --plugin p --type fix')
        self.assertRegex(said.out, r' ann +\| deleted +\| deleted ')
        self.assertRegex(said.out, r' ann +\| 7 +\| a ')
        [asked] = self.api.asked('GET', 'graphs/revisions')
        self.assertEqual(('p', 'fix'), (asked['plugin'], asked['type']))

    def test_json_has_the_sentences(self) -> None:
        said = self._graph('revisions --plugin p -f json')
        self.assertEqual(['a', 'b'], said.json[1]['changes'])
        self.assertIsNone(said.json[0]['tasks'])


class DeleteTest(_OnDouble):
    def test_a_sentence_says_that_it_is_gone(self) -> None:
        path = 'clusters/c/deployment_graphs/fix'
        self.api.answer('DELETE', path, None, status=204)
        said = self._graph('delete --cluster c --type fix')
        self.assertEqual('Graph fix of cluster c is deleted\n', said.out)

    def test_an_owner_is_needed(self) -> None:
        for verb in ('delete', 'revisions', 'show', 'download'):
            with self.subTest(verb):
                self.assertEqual(2, double.call(None, 'graph', verb).code)
