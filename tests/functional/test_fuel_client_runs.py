"""Runs, stops, resets and sequences by python-fuelclient 11.0.0."""

from typing import ClassVar

import testscenarios

from trailmark.tests.functional import base, fuel

load_tests = testscenarios.load_tests_apply_scenarios


class RunsTest(fuel.FuelTestCase):
    scenarios: ClassVar = [('', fuel.HTTP_BASIC)]

    def setUp(self) -> None:
        super().setUp()
        self.graph([base.shell('one', 'true')], 'releases/1')

    def _started(self, *arguments: object) -> int:
        """The task that a command has started, once it has ended."""
        said = self.fuel(*arguments)
        task = int(said.split('with id ')[1].split()[0])
        self.assertEqual('ready', self.ended_as(task))
        return task

    def test_an_environment_is_deployed_and_deployed_again(self) -> None:
        for line in (
            'env deploy 1',
            'env redeploy 1',
            'env deploy 1 --dry-run',
            'env redeploy 1 --noop',
        ):
            task = self._started(*line.split())
            self.assertEqual(2, len(self.history(task)), line)
        self.assertEqual('operational', self.read('env', 'show', 1)['status'])

    def test_chosen_nodes_are_deployed(self) -> None:
        task = self._started(*['env', 'nodes', 'deploy', '-e', '1', '-n', '2'])
        ready = self.history(task, '-t', 'ready')
        self.assertEqual({('one', '2', 'ready')}, ready)

    def test_a_deployment_is_stopped(self) -> None:
        gate = self.folder / 'gate'
        wait = f'until test -e {gate}; do sleep 0.1; done'
        self.graph([base.shell('wait', wait)], 'clusters/1')
        after = base.shell('after', 'true', requires=['wait'])
        self.api.patch(
            'releases/1/deployment_graphs/default', json={'tasks': [after]}
        )
        self.fuel('graph', 'execute', '-e', 1, '-t', 'default')
        self.until(lambda: self.history(1, '-t', 'running'), 'it runs')
        said = self.fuel('env', 'stop-deployment', 1)
        self.assertIn('Stop deployment task with id 1', said)
        gate.touch()
        self.assertEqual('error', self.ended_as(1))
        self.assertEqual('stopped', self.read('env', 'show', 1)['status'])
        pending = self.history(1, '-t', 'pending')
        self.assertEqual({'after'}, {row[0] for row in pending})

    def test_an_environment_that_runs_nothing_is_not_stopped(self) -> None:
        said = self.says('env', 'stop-deployment', 1)
        self.assertEqual(1, said.code)
        self.assertIn('no run of cluster shop is active', said.err)

    def test_an_environment_that_is_reset_is_new(self) -> None:
        task = self._started('env', 'deploy', 1)
        said = self.fuel('env', 'reset', 1, '--force')
        self.assertIn(f'Reset task with id {task}', said)
        self.assertEqual('new', self.read('env', 'show', 1)['status'])
        statuses = {node['status'] for node in self.read('node', 'list')}
        self.assertEqual({'discover'}, statuses)
        self.assertEqual(2, len(self.history(task)))


class SequencesTest(fuel.FuelTestCase):
    scenarios: ClassVar = [('', fuel.NOAUTH)]

    def setUp(self) -> None:
        super().setUp()
        for kind in ('first', 'second'):
            self.post(
                f'releases/1/deployment_graphs/{kind}',
                {'tasks': [base.shell(kind, 'true')]},
            )
        line = 'sequence create -r 1 -n both -t first second'
        self.assertIn('both', self.fuel(*line.split()))

    def test_a_sequence_is_listed_changed_and_deleted(self) -> None:
        for owner in ('-r', '-e'):
            [listed] = self.read('sequence', 'list', owner, 1)
            self.assertEqual('both', listed['name'])
        shown = self.read('sequence', 'show', 1)
        self.assertEqual('first, second', shown['graphs'])
        self.fuel(*['sequence', 'update', '1', '-n', 'one', '-t', 'second'])
        changed = self.read('sequence', 'show', 1)
        self.assertEqual(
            ('one', 'second'), (changed['name'], changed['graphs'])
        )
        self.fuel('sequence', 'delete', 1)
        self.assertEqual([], self.read('sequence', 'list', '-r', 1))

    def test_a_sequence_goes_to_another_release_by_a_file(self) -> None:
        self.post('releases', {'name': 'shop-2.0'})
        self.fuel(*['sequence', 'download', '1', '--file', 's.yaml'])
        self.fuel(*['sequence', 'upload', '-r', '2', '--file', 's.yaml'])
        [listed] = self.read('sequence', 'list', '-r', 2)
        self.assertEqual('both', listed['name'])

    def test_the_graphs_of_a_sequence_run_in_its_order(self) -> None:
        self.fuel(*['sequence', 'execute', '1', '-e', '1'])
        self.assertEqual('ready', self.ended_as(1))
        rows = self.read('task', 'history', 'show', 1)
        ends = {row['task_name']: row['time_end'] for row in rows}
        starts = {row['task_name']: row['time_start'] for row in rows}
        self.assertLessEqual(ends['first'], starts['second'])
        self.assertEqual(4, len(rows))
