"""The history of several deployments, as the command line lists it."""

import json
import tempfile
import time
from pathlib import Path
from typing import Any

from trailmark.tests.functional import base, processes

_KEYS = [
    'id',
    'deployment_task_id',
    'node_id',
    'node_name',
    'task_id',
    'task_name',
    'time_start',
    'time_end',
    'status',
    'attempt',
]
_RUN_KEYS = [
    'id',
    'status',
    'cluster',
    'graph_types',
    'counts',
    'time_start',
    'time_end',
    'message',
]


class HistoryTest(base.EmbeddedTestCase):
    """What every deployment did is listed by run, by cluster and by node."""

    root: Path
    engine: processes.Trailmark
    began: int
    #: What each deployment said.
    said: list[str]

    @classmethod
    def setUpClass(cls) -> None:
        """Four runs: two graph types, a later one, noop, another cluster."""
        holder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(holder.cleanup)
        cls.root = Path(holder.name)
        cls.engine = cls.made(cls.root / 'state', None, cls.addClassCleanup)
        cls.began = int(time.time())
        web, store = (_folder(cls.root, name) for name in ('web', 'store'))
        deployed = (
            (web, '--graph-type', 'provision', 'default'),
            (web, '--nodes', 'n1'),
            (web, '--noop'),
            (store, '--dry-run'),
        )
        cls.said = [cls._deploy(*arguments) for arguments in deployed]

    @classmethod
    def _deploy(cls, *arguments: str) -> str:
        done = cls.engine.run('deploy', *arguments)
        if done.code:
            raise AssertionError(done)
        return done.out

    def _rows(self, *options: str) -> list[dict[str, Any]]:
        done = self.engine.run('tasks-history', *options, '-f', 'json')
        self.assertEqual(0, done.code, done)
        rows: list[dict[str, Any]] = json.loads(done.out)
        return rows

    def _cells(self, *options: str) -> list[tuple[Any, ...]]:
        return [
            (
                row['deployment_task_id'],
                row['task_name'],
                row['node_name'],
                row['status'],
            )
            for row in self._rows(*options)
        ]

    def test_rows_have_the_keys_of_the_history(self) -> None:
        rows = self._rows('1')

        for row in rows:
            self.assertEqual(_KEYS, list(row))
        boot = rows[0]
        self.assertIsInstance(boot['node_id'], int)
        for key in ('time_start', 'time_end'):
            self.assertIsInstance(boot[key], int)
            self.assertLessEqual(self.began, boot[key])
            self.assertLessEqual(boot[key], time.time())
        self.assertEqual(len(rows), len({row['id'] for row in rows}))

    def test_a_run_lists_its_graph_types_one_after_the_other(self) -> None:
        rows = self._cells('--task-id', '1')

        self.assertEqual(
            [
                (1, 'boot', 'n1', 'ready'),
                (1, 'boot', 'n2', 'ready'),
                (1, 'deployed', None, 'ready'),
                (1, 'serve', 'n1', 'ready'),
                (1, 'serve', 'n2', 'ready'),
            ],
            sorted(rows, key=lambda row: (row[1], row[2] or '')),
        )
        moved = self._rows('1', '--transitions')
        order = [move['task'] for move in moved if move['new'] == 'ready']
        self.assertEqual(['boot', 'boot', 'serve', 'serve', 'deployed'], order)

    def test_a_node_lists_what_ran_on_it_in_all_runs(self) -> None:
        ids = {
            row['node_name']: str(row['node_id'])
            for row in self._rows('1')
            if row['node_name']
        }

        by_id = self._cells('--node-id', ids['n1'])

        self.assertEqual(
            [
                (3, 'serve', 'n1', 'ready'),
                (2, 'serve', 'n1', 'ready'),
                (1, 'boot', 'n1', 'ready'),
                (1, 'serve', 'n1', 'ready'),
            ],
            by_id,
        )
        both = ','.join((ids['n1'], ids['n2']))
        self.assertEqual(
            4, len(self._rows('--task-id', '1', '--node-id', both))
        )

    def test_a_node_lists_its_transitions_in_all_runs(self) -> None:
        """With the type of each graph, the newest run first."""
        moved = self._rows('--nodes', 'n1', '--transitions')

        ended = [
            (move['deployment_task_id'], move['graph_type'], move['task'])
            for move in moved
            if move['new'] == 'ready'
        ]
        self.assertEqual({'n1'}, {move['node'] for move in moved})
        self.assertEqual(
            [
                (3, 'default', 'serve'),
                (2, 'default', 'serve'),
                (1, 'provision', 'boot'),
                (1, 'default', 'serve'),
            ],
            ended,
        )

    def test_a_cluster_lists_the_transitions_of_a_type(self) -> None:
        """Of whichever runs had such a graph."""
        moved = self._rows(
            *('--cluster', 'web', '--graph-type', 'provision'),
            '--transitions',
        )

        self.assertEqual(
            {(1, 'provision', 'boot')},
            {
                (move['deployment_task_id'], move['graph_type'], move['task'])
                for move in moved
            },
        )

    def test_a_cluster_lists_its_runs_and_no_others(self) -> None:
        web = self._cells('--cluster', 'web')
        store = self._cells('--cluster', 'store')

        self.assertEqual([3, 2, 1], list(dict.fromkeys(r[0] for r in web)))
        self.assertEqual({(4, 'skipped')}, {(row[0], row[3]) for row in store})

    def test_rows_are_chosen_by_status_and_task(self) -> None:
        which = ('--nodes', 'n2', '--tasks', 'serve', 'boot')

        skipped = self._cells(*which, '--statuses', 'skipped')

        self.assertEqual(
            [(4, 'serve', 'n2', 'skipped'), (2, 'serve', 'n2', 'skipped')],
            skipped,
        )

    def test_a_summary_holds_what_the_task_said(self) -> None:
        rows = self._rows('1', '--tasks', 'serve', '--summary')

        for row in rows:
            self.assertEqual([*_KEYS, 'summary'], list(row))
            self.assertEqual(0, row['summary']['exit_code'])
            self.assertEqual('web\n', row['summary']['stdout'])

    def test_noop_and_dry_runs_do_nothing_and_are_listed(self) -> None:
        done = self.engine.run('run', 'list', '-f', 'json')
        runs = {run['id']: run for run in json.loads(done.out)}

        for run in runs.values():
            self.assertEqual(_RUN_KEYS, list(run))
            self.assertEqual('ready', run['status'])
        self.assertEqual([4, 3, 2, 1], list(runs))
        self.assertEqual(['provision', 'default'], runs[1]['graph_types'])
        self.assertEqual({'ready': 3, 'total': 3}, runs[3]['counts'])
        self.assertEqual({'skipped': 3, 'total': 3}, runs[4]['counts'])
        self.assertEqual('1\n1\n2\n', (self.root / 'web-log').read_text())
        self.assertFalse((self.root / 'store-log').exists())
        self.assertIn('noop', self.said[2].splitlines()[0])
        self.assertIn('dry run', self.said[3].splitlines()[0])


def _folder(root: Path, name: str) -> str:
    """A deployment whose tasks note the number of their run."""
    note = f'echo {name}; echo $TRAILMARK_RUN >> {root}/{name}-log'
    stage = {
        'id': 'deployed',
        'type': 'stage',
        'version': '2.0.0',
        'cross-depends': [{'name': 'serve', 'role': ['w']}],
    }
    files = {
        'nodes.yaml': base.nodes('n1', 'n2'),
        'release/provision.yaml': [base.shell('boot', 'true')],
        'release/default.yaml': [base.shell('serve', note), stage],
    }
    return str(base.write(root / name, files))
