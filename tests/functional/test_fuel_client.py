"""Whole sessions of python-fuelclient 11.0.0, unmodified, from PyPI.

No shim is needed: constraints-fuel-clients.txt has it together with the last
PyYAML whose `load` it can call.
"""

import csv
import io
import json

import httpx
import testscenarios
import yaml

from trailmark.tests import forms
from trailmark.tests.functional import base, fuel

load_tests = testscenarios.load_tests_apply_scenarios

_ONE = base.shell('one', 'true')
_TWO = base.shell('two', 'true', requires=['one'])
_PLUGGED = base.shell('two', 'echo plugged', requires=['one'])
_OWN = base.shell('three', 'true', requires=['two'])


def _ids(text: str) -> list[str]:
    return [task['id'] for task in yaml.safe_load(text)]


class SessionTest(fuel.FuelTestCase):
    scenarios = [('noauth', fuel.NOAUTH), ('http_basic', fuel.HTTP_BASIC)]

    def test_graphs_go_from_files_to_a_history(self) -> None:
        base.write(
            self.folder,
            {'r.yaml': [_ONE, _TWO], 'p.yaml': [_PLUGGED], 'c.yaml': [_OWN]},
        )
        for owner in 'rpc':
            known = '-e' if owner == 'c' else f'-{owner}'
            self.fuel(
                *('graph', 'upload', known, 1, '-t', 'default'),
                *('-f', f'{owner}.yaml'),
            )
        self.fuel('graph', 'download', '-e', 1, '--all', '-f', 'all.yaml')
        task = self.execute('-t', 'default')
        self.assertEqual('ready', self.read('task', 'show', task)['status'])
        merged = set(_ids((self.folder / 'all.yaml').read_text()))
        self.assertEqual(
            {(name, node, 'ready') for name in merged for node in '12'},
            self.history(task),
        )
        self.fuel('graph', 'delete', '-e', 1, '-t', 'default')
        self.fuel('task', 'delete', task)
        self.assertEqual(2, len(self.read('graph', 'list', '-e', 1)))


class OwnersTest(fuel.FuelTestCase):
    scenarios = [('', fuel.HTTP_BASIC)]

    def test_releases_plugins_and_roles_are_listed(self) -> None:
        [release] = self.read('release', 'list')
        self.assertEqual('shop-1.0', release['name'])
        self.assertEqual('available', release['state'])
        [plugin] = self.read('plugins', 'list')
        self.assertEqual('5.0.0', plugin['package_version'])
        [of_release] = self.read('role', 'list', '--release', 1)
        [of_cluster] = self.read('role', 'list', '--env', 1)
        self.assertEqual(('w', 'w'), (of_release['name'], of_cluster['name']))
        needed = self.read('fuel-version')['auth_required']
        self.assertEqual(self.user is not None, needed)

    def test_environments_are_made_renamed_and_deleted(self) -> None:
        made = self.read('env', 'create', 'other', '--release', 1)
        self.assertEqual(('other', 'new'), (made['name'], made['status']))
        self.read('env', 'update', made['id'], '--name', 'another')
        names = [each['name'] for each in self.read('env', 'list')]
        self.assertEqual(['shop', 'another'], names)
        self.fuel('env', 'delete', made['id'])
        gone = self.says('env', 'show', made['id'])
        self.assertEqual(1, gone.code)
        self.assertIn('There is no cluster 2', gone.err)

    def test_an_environment_that_works_is_deleted_by_force_alone(self) -> None:
        self.graph([_ONE], 'releases/1')
        self.execute('-t', 'default')
        self.assertEqual('operational', self.read('env', 'show', 1)['status'])
        self.assertIn('Please use --force', self.fuel('env', 'delete', 1))
        self.fuel('env', 'delete', 1, '--force')
        self.assertEqual([], self.read('env', 'list'))

    def test_nodes_are_listed_and_shown_as_runs_leave_them(self) -> None:
        self.graph([_ONE, base.shell('bad', 'exit 3')], 'clusters/1')
        [before, _] = self.read('node', 'list', '--env', 1)
        self.execute('-t', 'default', '-n', 1, '-T', 'one')
        [ready, untouched] = self.read('node', 'list')
        self.execute('-t', 'default', '-n', 1)
        failed = self.read('node', 'show', 1)
        self.assertEqual(1, before['cluster'])
        self.assertEqual('discover', before['status'])
        self.assertEqual(('ready', True), (ready['status'], ready['online']))
        self.assertEqual('discover', untouched['status'])
        self.assertEqual('error', failed['status'])
        self.assertEqual('deploy', failed['error_type'])

    def test_nodes_are_renamed_labelled_and_removed(self) -> None:
        renamed = self.read('node', 'update', 1, '--name', 'web', '-H', 'w1')
        self.assertEqual(('web', 'w1'), (renamed['name'], renamed['hostname']))
        self.fuel('node', 'label', 'set', '-l', 'rack=7', '-n', 1)
        [labelled] = self.read('node', 'list', '-l', 'rack=7')
        self.assertEqual('web', labelled['name'])
        [label] = self.read('node', 'label', 'list')
        self.assertEqual('7', label['label_value'])
        refused = self.says('node', 'undiscover', '-n', 1)
        self.assertIn('because they are online', refused.err)
        self.fuel('node', 'undiscover', '-n', 1, '--force')
        names = [node['name'] for node in self.read('node', 'list')]
        self.assertEqual(['n2'], names)

    def test_plugins_are_disabled_and_enabled_by_settings(self) -> None:
        self.fuel('env', 'settings', 'download', 1, '-f', 'yaml')
        path = self.folder / 'environment_1' / 'settings.yaml'
        said = yaml.safe_load(path.read_text())
        for wanted in (False, True):
            said['editable']['audit']['metadata']['enabled'] = wanted
            path.write_text(yaml.safe_dump(said))
            self.fuel('env', 'settings', 'upload', 1, '-f', 'yaml')
            plugins = self.api.get('clusters/1').json()['plugins']
            self.assertEqual(['audit'] * wanted, plugins)


class GraphsTest(fuel.FuelTestCase):
    scenarios = [('', fuel.NOAUTH)]

    def _upload(self) -> None:
        base.write(
            self.folder,
            {
                'release.yaml': [_ONE, _TWO],
                'plugin/metadata.yaml': {'name': 'audited'},
                'plugin/a/tasks.yaml': [_PLUGGED],
                'own.yaml': {'name': 'mine', 'tasks': [_OWN]},
            },
        )
        for where in (
            '-r 1 -f release.yaml',
            '-p 1 -d plugin',
            '-e 1 -f own.yaml',
        ):
            line = ('graph', 'upload', '-t', 'default', *where.split())
            said = self.fuel(*line)
            self.assertIn('successfully uploaded', said)

    def test_graphs_of_every_level_are_uploaded_and_listed(self) -> None:
        self._upload()
        graphs = self.read('graph', 'list')
        self.assertEqual(graphs, self.read('graph', 'list', '-e', 1))
        self.assertEqual(
            [
                (None, 'one, two', 'as "default" to release(ID=1)'),
                ('audited', 'two', 'as "default" to plugin(ID=1)'),
                ('mine', 'three', 'as "default" to cluster(ID=1)'),
            ],
            [(row['name'], row['tasks'], row['relations']) for row in graphs],
        )
        for level, shown in zip(
            ('--release', '--plugins', '--cluster'), graphs, strict=True
        ):
            self.assertEqual([shown], self.read('graph', 'list', level))
            of_env = self.read('graph', 'list', '-e', 1, level)
            self.assertEqual([shown], of_env)

    def test_each_level_is_downloaded_and_all_merged(self) -> None:
        self._upload()
        for level, expected in (
            ('--release', {'one', 'two'}),
            ('--plugins', {'two'}),
            ('--cluster', {'three'}),
            ('--all', {'one', 'two', 'three'}),
        ):
            name = level.removeprefix('--')
            said = self.fuel('graph', 'download', '-e', 1, level)
            path = self.folder / f'{name}_graph_1.yaml'
            self.assertIn(str(path), said)
            self.assertEqual(expected, set(_ids(path.read_text())))
        merged = yaml.safe_load((self.folder / 'all_graph_1.yaml').read_text())
        [two] = [task for task in merged if task['id'] == 'two']
        self.assertEqual('echo plugged', two['parameters']['cmd'])

    def test_a_type_that_no_level_has_is_downloaded_as_nothing(self) -> None:
        self._upload()
        for level in ('-a', '-c', '-p', '-r'):
            self.fuel(
                *('graph', 'download', '-e', 1, level, '-t', 'fix'),
                *('--format', 'json', '-f', 'none.json'),
            )
            text = (self.folder / 'none.json').read_text()
            self.assertEqual([], json.loads(text))

    def test_what_was_downloaded_can_be_uploaded_again(self) -> None:
        self._upload()
        self.fuel('graph', 'download', '-e', 1, '-c', '-f', 'again.yaml')
        before = self.api.get('graphs/').json()
        line = ('graph', 'upload', '-e', 1, '-t', 'default')
        self.fuel(*line, '-f', 'again.yaml')
        after = self.api.get('graphs/').json()
        self.assertEqual(
            [each['tasks'] for each in before],
            [each['tasks'] for each in after],
        )
        self.assertEqual('mine', after[-1]['name'])

    def test_what_is_wrong_with_a_graph_is_said(self) -> None:
        twice = [{'id': 'one', 'type': 'stage'}] * 2
        base.write(self.folder, {'bad.yaml': twice})
        line = ('graph', 'upload', '-e', 1, '-t', 'x')
        said = self.says(*line, '-f', 'bad.yaml')
        self.assertEqual(1, said.code)
        self.assertIn('400 Client Error', said.err)
        self.assertIn('one', said.err)

    def test_a_graph_is_deleted_once(self) -> None:
        self._upload()
        for owner in ('-e', '-p', '-r'):
            line = ('graph', 'delete', owner, 1, '-t', 'default')
            self.assertIn('was deleted', self.fuel(*line))
            again = self.says(*line)
            self.assertIn('404', again.err)
        self.assertEqual([], self.read('graph', 'list'))


class ExecutionTest(fuel.FuelTestCase):
    scenarios = [('', fuel.NOAUTH)]

    def setUp(self) -> None:
        super().setUp()
        self.graph([_ONE, _TWO, _OWN], 'releases/1')

    def test_only_nodes_that_are_named_take_part(self) -> None:
        task = self.execute('-t', 'default', '-n', 2)
        self.assertEqual(
            {(name, '2', 'ready') for name in ('one', 'two', 'three')},
            self.history(task, '-t', 'ready'),
        )

    def test_only_tasks_that_are_named_run(self) -> None:
        task = self.execute('-t', 'default', '-T', 'one', 'three')
        ready = self.history(task, '-t', 'ready')
        self.assertEqual({'one', 'three'}, {row[0] for row in ready})
        self.assertEqual(4, len(ready))

    def test_only_subgraphs_that_are_named_run(self) -> None:
        for said, expected in (
            ('two', {'two@1', 'two@2', 'three@1', 'three@2'}),
            ('one/1-1:two/1', {'one@1', 'two@1'}),
            (':one', {'one@1', 'one@2'}),
        ):
            with self.subTest(said):
                task = self.execute('-t', 'default', '-S', said)
                ready = self.history(task, '-t', 'ready')
                self.assertEqual(expected, {f'{t}@{n}' for t, n, _ in ready})

    def test_a_dry_run_starts_nothing(self) -> None:
        task = self.execute('-t', 'default', '--dry-run')
        shown = self.read('task', 'show', task)
        self.assertEqual(('ready', True), (shown['status'], shown['dry_run']))
        self.assertEqual('new', self.read('env', 'show', 1)['status'])
        self.assertEqual(set(), self.history(task, '-t', 'ready'))

    def test_a_noop_run_leaves_the_environment_as_it_was(self) -> None:
        task = self.execute('-t', 'default', '--noop')
        self.assertEqual('ready', self.read('task', 'show', task)['status'])
        self.assertEqual('new', self.read('env', 'show', 1)['status'])
        self.assertEqual('discover', self.read('node', 'list')[0]['status'])

    def test_force_runs_what_depends_on_changes(self) -> None:
        changed = {'yaql_exp': 'changed($.x)'}
        self.graph([{**_ONE, 'condition': changed}], 'clusters/1')
        line = ('-t', 'default')
        refused = self.says('graph', 'execute', '-e', 1, *line)
        task = self.execute(*line, '--force', '--trace')
        self.assertEqual(1, refused.code)
        ready = self.history(task, '-d', 'one')
        self.assertEqual({'ready'}, {row[2] for row in ready})

    def test_what_is_started_is_told_as_data_too(self) -> None:
        for form, read in (('json', json.loads), ('yaml', yaml.safe_load)):
            line = ('graph', 'execute', '-e', 1, '-t', 'default')
            told = read(self.fuel(*line, '--format', form))
            self.assertEqual(1, told['cluster'])
            self.assertEqual('default', told['graph_type'])
            self.assertEqual('ready', self.ended_as(told['id']))

    def test_what_can_not_be_executed_is_refused(self) -> None:
        for arguments, said in (
            (('-e', 1, '-t', 'nothing'), 'nothing'),
            (('-e', 9, '-t', 'default'), 'There is no cluster 9'),
            (('-e', 1, '-t', 'default', '-n', 7), '7'),
        ):
            with self.subTest(arguments):
                done = self.says('graph', 'execute', *arguments)
                self.assertEqual(1, done.code)
                self.assertIn(said, done.err)


class TasksTest(fuel.FuelTestCase):
    scenarios = [('', fuel.HTTP_BASIC)]

    def setUp(self) -> None:
        super().setUp()
        bad = base.shell('bad', 'echo why >&2; exit 3', requires=['one'])
        self.graph([_ONE, bad], 'releases/1')
        self.task = self.execute('-t', 'default')

    def test_tasks_are_listed_shown_and_deleted(self) -> None:
        [listed] = self.read('task', 'list')
        self.assertEqual('error', listed['status'])
        self.assertEqual(100, listed['progress'])
        for said in (('-e', 1), ('-t', 'error'), ('-n', 'deployment')):
            self.assertEqual([listed], self.read('task', 'list', *said))
        for said in (('-e', 9), ('-t', 'ready'), ('-n', 'provision')):
            self.assertEqual([], self.read('task', 'list', *said))
        shown = self.read('task', 'show', self.task)
        self.assertIn('fault tolerance', shown['message'])
        self.fuel('task', 'delete', self.task)
        self.assertEqual([], self.read('task', 'list'))

    def test_a_history_is_shown_by_every_filter(self) -> None:
        rows = {
            (task, node, status)
            for task, status in (('one', 'ready'), ('bad', 'error'))
            for node in ('1', '2')
        }
        for said, column, values in (
            ((), 0, {'one', 'bad'}),
            (('-n', 2), 1, {'2'}),
            (('-n', 1, 2), 1, {'1', '2'}),
            (('-t', 'ready'), 2, {'ready'}),
            (('-t', 'ready', 'error'), 2, {'ready', 'error'}),
            (('-d', 'one'), 0, {'one'}),
            (('-d', 'nothing'), 0, set()),
        ):
            with self.subTest(said):
                expected = {row for row in rows if row[column] in values}
                self.assertEqual(expected, self.history(self.task, *said))

    def test_a_history_is_shown_in_every_format(self) -> None:
        line = ('task', 'history', 'show', self.task, '-t', 'error')
        table = self.fuel(*line)
        self.assertEqual(2, table.count('| bad '), table)
        for row in (
            self.read(*line)[0],
            yaml.safe_load(self.fuel(*line, '-f', 'yaml'))[0],
            next(csv.DictReader(io.StringIO(self.fuel(*line, '-f', 'csv')))),
        ):
            self.assertEqual('bad', row['task_name'])
            self.assertEqual('1', str(row['node_id']))
            self.assertRegex(row['time_start'], r'^\d{4}-\d\d-\d\dT\d\d:')

    def test_summaries_and_parameters_are_shown_when_asked_for(self) -> None:
        line = ('task', 'history', 'show', self.task, '-d', 'bad')
        [first, _] = self.read(*line, '--include-summary')
        self.assertIn('why', json.dumps(first['summary']))
        self.assertNotIn('summary', self.read(*line)[0])
        [shown] = self.read(*line, '--show-parameters')
        self.assertIn('cmd: echo why', shown['task_parameters'])
        self.assertRegex(
            shown['status_by_node'],
            r'^1 - error - \S+ - \S+\n2 - error - \S+ - \S+$',
        )


class UsersTest(fuel.FuelTestCase):
    """Users of http_basic, by tokens that they are given."""

    scenarios = [('', fuel.HTTP_BASIC)]

    def test_a_wrong_password_lets_nobody_in(self) -> None:
        said = self.says('env', 'list', user=('maria', 'wrong'))
        self.assertEqual(1, said.code)
        self.assertNotIn('shop', said.out)
        self.assertIn('401', said.err)

    def test_a_reader_may_look_and_no_more(self) -> None:
        rita = ('rita', 'r-secret')
        listed = self.says('env', 'list', user=rita)
        refused = self.says('env', 'create', 'x', '--release', 1, user=rita)
        self.assertIn('shop', listed.out)
        self.assertEqual(1, refused.code)
        self.assertIn('User rita may not do this', refused.err)

    def test_a_password_and_a_token_are_in_no_log(self) -> None:
        said = {'username': 'maria', 'password': 'm-secret'}
        answer = self.api.post(
            f'{self.url}/keystone/v2.0/tokens',
            json={'auth': {'passwordCredentials': said}},
        )
        token = answer.json()['access']['token']['id']
        known = httpx.Headers({'X-Auth-Token': token})
        asked = httpx.get(
            f'{self.url}/api/v1/runs?status={token}', headers=known
        )
        self.assertEqual(400, asked.status_code)
        state = self.folder / 'state'
        kept = [each for each in state.rglob('*') if each.is_file()]
        for secret in (token, 'm-secret'):
            found = [
                each for each in kept if secret.encode() in each.read_bytes()
            ]
            self.assertEqual([], found)


if not forms.WHOLE:
    # A session and its users are the short form.
    del OwnersTest, GraphsTest, ExecutionTest, TasksTest
