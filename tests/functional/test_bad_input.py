"""Input that is refused: what is said, and that nothing comes of it."""

import concurrent.futures
import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from trailmark.db import connection, tables
from trailmark.tests.functional import base, processes

_GRAPH = 'release/default.yaml'
_GOOD = base.shell('prepare', 'true')
_BOMB = 'a0: &a0 [x, x, x, x, x, x, x, x, x]\n' + ''.join(
    f'a{n}: &a{n} [{", ".join([f"*a{n - 1}"] * 9)}]\n' for n in range(1, 10)
)
_STORED = (
    tables.clusters,
    tables.nodes,
    tables.deployment_graphs,
    tables.deployment_graph_tasks,
    tables.runs,
    tables.tasks_history,
)


@dataclasses.dataclass(frozen=True)
class _Kind:
    """Files over a good deployment, options, and words of the answer.

    `files` None is no folder at all.
    """

    name: str
    words: tuple[str, ...]
    files: Mapping[str, object] | None = dataclasses.field(
        default_factory=dict
    )
    options: tuple[str, ...] = ()
    cluster: bool = True


def _graph(name: str, words: tuple[str, ...], *tasks: Any) -> _Kind:
    return _Kind(name, (_GRAPH, *words), {_GRAPH: tasks})


def _chosen(name: str, word: str, *options: str) -> _Kind:
    return _Kind(name, (word,), options=options)


def _across(name: str, on: str, after: str, there: str) -> dict[str, Any]:
    waits = [{'name': after, 'role': [there]}]
    return base.shell(name, 'true', roles=[on], **{'cross-depends': waits})


KINDS = (
    _Kind('broken YAML', (_GRAPH, 'broken YAML'), {_GRAPH: '- {id: a, ['}),
    _Kind('YAML bomb', (_GRAPH,), {_GRAPH: _BOMB}),
    _Kind('no list of tasks', (_GRAPH,), {_GRAPH: 'prepare'}),
    _Kind('no UTF-8', (_GRAPH, 'UTF-8'), {_GRAPH: b'- {id: \xff\xfe}'}),
    _Kind(
        'dangling link',
        ('cluster/default.yaml', 'No such file'),
        {'cluster/default.yaml': Path('/nowhere/at/all')},
    ),
    _graph(
        'unknown type',
        ('task a', 'type', "'shel'", 'did you mean shell?'),
        {**_GOOD, 'id': 'a', 'type': 'shel'},
    ),
    _graph(
        'type that is not allowed',
        ('task a', 'reboot', 'allowed_drivers'),
        {'id': 'a', 'type': 'reboot', 'version': '2.0.0', 'roles': ['w']},
    ),
    _graph(
        'cycle over two nodes',
        ('cycle', 'a@n1 -> b@n2 -> a@n1'),
        _across('a', 'w', 'b', 'v'),
        _across('b', 'v', 'a', 'w'),
    ),
    _graph(
        'missing parameter',
        ('task a', 'parameters.cmd', 'missing'),
        {**_GOOD, 'id': 'a', 'parameters': {'timeout': 3}},
    ),
    _graph(
        'mistyped parameter',
        ('task a', 'parameters.timeout', "'soon'"),
        {**_GOOD, 'id': 'a', 'parameters': {'cmd': 'x', 'timeout': 'soon'}},
    ),
    _graph('duplicate id', ('prepare',), _GOOD, _GOOD),
    _graph(
        'computed condition',
        ('task a', 'condition', '--ignore-conditions'),
        {**_GOOD, 'id': 'a', 'condition': {'yaql_exp': '$.x'}},
    ),
    _Kind(
        'two plugins with one id',
        ('plugins/q/default.yaml', 'plugin p', 'task a'),
        {
            'plugins/p/default.yaml': [{**_GOOD, 'id': 'a'}],
            'plugins/q/default.yaml': [{**_GOOD, 'id': 'a'}],
        },
    ),
    _Kind(
        'duplicate node',
        ('nodes.yaml', 'n1'),
        {'nodes.yaml': base.nodes('n1', 'n1')},
    ),
    _Kind(
        'unknown graph type stated',
        ('deployment.yaml', 'graph_types', 'nope'),
        {'deployment.yaml': {'name': 'web', 'graph_types': ['nope']}},
    ),
    _chosen('unknown node', "'n9'", '--nodes', 'n1', 'n9'),
    _chosen('unknown task', "'prepar'", '--tasks', 'prepar'),
    _chosen('unknown graph type', 'nope', '--graph-type', 'nope'),
    _chosen('unknown end', "'nope'", '--subgraph', 'prepare:nope'),
    _chosen('unknown option', 'unrecognized', '--frobnicate'),
    _chosen('two twins', 'not allowed', '--noop', '--dry-run'),
    _chosen('no file of options', '/nowhere', '--config-file', '/nowhere'),
    _Kind(
        'all at once',
        ('task a', "'shel'", 'task b', 'parameters.cmd', "'n9'"),
        {
            _GRAPH: [
                {**_GOOD, 'id': 'a', 'type': 'shel'},
                {**_GOOD, 'id': 'b', 'parameters': {}},
            ]
        },
        ('--nodes', 'n9'),
    ),
    _Kind('missing', ('missing', 'there is no such folder'), None),
    _Kind(
        'without tasks',
        ('no tasks were found', 'nodes.yaml', 'is missing'),
        {_GRAPH: None, 'nodes.yaml': None},
    ),
    _Kind('name of another folder', ('web', '--cluster'), cluster=False),
)


class BadInputTest(base.ProcessTestCase):
    """Refused with 2 and a message that says where; nothing is stored."""

    def setUp(self) -> None:
        super().setUp()
        self.engine = self.trailmark()
        self.good = self._folder('good', {})
        first = self.engine.run('deploy', str(self.good))
        self.assertEqual(0, first.code, first)
        self.db = self.database()
        self.before = _stored(self.db)

    def tearDown(self) -> None:
        self.assertEqual(self.before, _stored(self.db), 'it left something')
        again = self.engine.run('deploy', str(self.good))
        self.assertEqual(0, again.code, again)
        super().tearDown()

    def _folder(self, name: str, files: Mapping[str, object] | None) -> Path:
        folder = self.folder / name.replace(' ', '-')
        if files is None:
            return folder
        said = {
            'deployment.yaml': {'name': 'web'},
            'nodes.yaml': [*base.nodes('n1'), *base.nodes('n2', role='v')],
            _GRAPH: [_GOOD],
            **files,
        }
        links = {n: c for n, c in said.items() if isinstance(c, Path)}
        rest = {
            n: c for n, c in said.items() if n not in links and c is not None
        }
        base.write(folder, rest)
        for place, target in links.items():
            (folder / place).parent.mkdir(exist_ok=True)
            (folder / place).symlink_to(target)
        return folder

    def _deploy(self, kind: _Kind) -> processes.Result:
        folder = self._folder(kind.name, kind.files)
        named = ('--cluster', 'web') if kind.cluster else ()
        return self.engine.run('deploy', str(folder), *named, *kind.options)

    def _check(self, done: processes.Result, *words: str) -> None:
        self.assertEqual(2, done.code, done)
        self.assertEqual('', done.out)
        self.assertNotIn('Traceback', done.err)
        for word in words:
            self.assertIn(word, done.err)

    def test_each_kind_is_refused_and_leaves_nothing(self) -> None:
        with concurrent.futures.ThreadPoolExecutor(3) as pool:
            answers = list(pool.map(self._deploy, KINDS))

        for kind, done in zip(KINDS, answers, strict=True):
            with self.subTest(kind.name):
                self._check(done, *kind.words)


def _stored(db: connection.Database) -> dict[str, list[tuple[Any, ...]]]:
    """All rows that a deployment could change."""
    with db.reader() as opened:
        return {
            table.name: [
                tuple(row) for row in opened.execute(sa.select(table))
            ]
            for table in _STORED
        }
