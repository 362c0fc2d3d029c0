"""Graphs that are kept by hand: uploaded, merged, run, without a folder."""

import json
from pathlib import Path
from typing import Any

from trailmark.tests import databases
from trailmark.tests.functional import base


class _StoredGraphsTestCase(base.ProcessTestCase):
    """Commands on a database of their own."""

    dialect = 'sqlite'

    def setUp(self) -> None:
        super().setUp()
        reason = databases.why_not(self.dialect)
        if reason:
            self.skipTest(reason)
        self.engine = self.trailmark()
        if self.dialect != 'sqlite':
            self.engine = self.trailmark(databases.fresh_url(self.dialect))
            self._say('db upgrade')

    def _say(self, line: str, *words: object, code: int = 0) -> str:
        done = self.engine.run(*line.split(), *map(str, words))
        self.assertEqual(code, done.code, done)
        return done.out + done.err

    def _json(self, line: str) -> Any:
        return json.loads(self._say(f'{line} -f json'))

    def _generated(self, name: str, count: int, first: str = '') -> Path:
        """A file of tasks, each after the one before, `first` before all."""
        tasks = [
            base.shell(
                f'{name}{number}',
                'echo "$TRAILMARK_NODE" > done',
                requires=[f'{name}{number - 1}' if number else first],
            )
            for number in range(count)
        ]
        if not first:
            del tasks[0]['requires']
        return (
            base.write(self.folder, {f'{name}.yaml': tasks}) / f'{name}.yaml'
        )

    def _owners(self) -> None:
        """Clusters `one` and `two` of a release whose graph runs serve0-2."""
        self._say('release create shop')
        serve = self._generated('serve', 3)
        self._say('graph upload --release shop -f', serve)
        for cluster in ('one', 'two'):
            self._say(f'cluster create {cluster} --release shop')
            self._say(f'node create {cluster}-n1 --cluster {cluster} --role w')

    def _ran(self, cluster: str, kind: str = 'default') -> dict[str, str]:
        """Execute a graph: states of the tasks that the run had."""
        said = self._say(f'run execute --cluster {cluster} --type {kind}')
        number = said.split()[1]
        rows = self._json(f'tasks-history {number}')
        return {row['task_name']: row['status'] for row in rows}

    def _ready(self, *names: str) -> dict[str, str]:
        return dict.fromkeys(names, 'ready')


class SqliteTest(_StoredGraphsTestCase):
    """A custom graph, of one cluster or of one run."""

    def test_tasks_are_injected_into_one_cluster_alone(self) -> None:
        """Seed 002: tasks in the deployment graph of one cluster."""
        self._owners()
        patch = self._generated('patch', 2, first='serve2')

        said = self._say('graph upload --cluster one -f', patch)

        self.assertEqual('graph default added, 2 tasks\n', said)
        served = self._ready('serve0', 'serve1', 'serve2')
        patched = served | self._ready('patch0', 'patch1')
        self.assertEqual(patched, self._ran('one'))
        self.assertEqual(served, self._ran('two'))

    def test_a_graph_runs_once_beside_the_default_flow(self) -> None:
        """Seed 002: a one-shot run that the default flow knows nothing of."""
        self._owners()
        before = self._json('graph show --cluster one')
        fix = self._generated('fix', 3)

        self._say('graph upload --cluster one --type fix -f', fix)

        fixed = self._ready('fix0', 'fix1', 'fix2')
        served = self._ready('serve0', 'serve1', 'serve2')
        self.assertEqual(fixed, self._ran('one', 'fix'))
        self.assertEqual(before, self._json('graph show --cluster one'))
        self.assertEqual(served, self._ran('one'))
        self._say('run execute --cluster two --type fix', code=2)

    def test_a_graph_may_change_under_a_run_that_goes_on(self) -> None:
        """The run is what it was planned to be; the next one is new."""
        self._owners()
        waits = f'while [ ! -e {self.folder}/go ]; do sleep 0.05; done'
        old = [base.shell('a', waits), base.shell('b', 'true', requires=['a'])]
        new = [base.shell('a', 'true'), base.shell('c', 'true')]
        files = {'old.yaml': old, 'new.yaml': new}
        folder = base.write(self.folder, files)
        upload = 'graph upload --cluster one --type fix -f'
        self._say(upload, folder / 'old.yaml')
        execute = ('run', 'execute', '--cluster', 'one', '--type', 'fix')
        process = self.start(self.engine, *execute)
        self.until(lambda: 'a@one-n1 running' in base.said(process), 'a')

        said = self._say(upload, folder / 'new.yaml')

        self.assertIn('c', said)
        (self.folder / 'go').touch()
        self.assertEqual(0, self.end(process)[0])
        rows = self._json('tasks-history 1')
        self.assertEqual({'a', 'b'}, {row['task_name'] for row in rows})
        self.assertEqual(self._ready('a', 'c'), self._ran('one', 'fix'))

    def test_a_plugin_that_is_disabled_takes_its_tasks_along(self) -> None:
        self._owners()
        for name in ('mail', 'watch'):
            self._say(f'plugin create {name}')
            file = self._generated(name, 1, first='serve2')
            self._say(f'graph upload --plugin {name} -f', file)
            self._say(f'plugin enable {name} --cluster one')
        served = self._ready('serve0', 'serve1', 'serve2')
        both = served | self._ready('mail0', 'watch0')
        self.assertEqual(both, self._ran('one'))

        said = self._say('plugin disable mail --cluster one')

        self.assertEqual('Plugins of cluster one: watch\n', said)
        self.assertEqual(served | self._ready('watch0'), self._ran('one'))
        graphs = self._json('graph list --cluster one')
        owners = [(each['level'], each['owner']) for each in graphs]
        self.assertEqual([('release', 'shop'), ('plugin', 'watch')], owners)


class PostgresqlTest(SqliteTest):
    """The same on PostgreSQL."""

    dialect = 'postgresql'


class MariadbTest(SqliteTest):
    """The same on MariaDB."""

    dialect = 'mysql'


class FilesTest(_StoredGraphsTestCase):
    """What goes out to files and comes in from them."""

    def test_what_is_downloaded_can_be_uploaded_without_a_change(self) -> None:
        self._owners()
        for option, name in (('-f', 'graph.yaml'), ('-d', 'graph')):
            with self.subTest(option):
                target = self.folder / 'down' / name
                self._say(f'graph download --release shop {option}', target)

                said = self._say(
                    f'graph upload --release shop {option}', target
                )

                self.assertEqual('nothing changed\n', said)
        self.assertEqual(1, len(self._json('graph revisions --release shop')))

    def test_a_graph_that_is_wrong_is_told_and_nothing_is_stored(self) -> None:
        self._owners()
        wrong = [
            {'id': 'a', 'type': 'shlel', 'version': '2.0.0'},
            base.shell('b', 'true', requires='x'),
        ]
        base.write(self.folder, {'wrong.yaml': wrong})

        said = self._say(
            'graph upload --cluster one -f', self.folder / 'wrong.yaml', code=2
        )

        for word in ('wrong.yaml: task a', 'shlel', 'wrong.yaml: task b'):
            self.assertIn(word, said)
        self.assertEqual([], self._json('graph revisions --cluster one'))
        self.assertEqual(1, len(self._json('graph list --cluster one')))
