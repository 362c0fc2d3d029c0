"""What a dry run is told to be about to do."""

from typing import Any

from trailmark.tests.unit.api import served

TASKS = """
- {id: motd, type: upload_file, version: 2.1.0, roles: [web],
   secrets: [path], required_for: [ready],
   parameters: {path: /etc/hunter2, data: hello},
   test_post: {cmd: grep hello /etc/hunter2}}
- {id: ready, type: stage}
- {id: own, type: upload_files, version: 2.1.0, roles: [web],
   requires: [ready],
   parameters: {nodes: [{uid: n1, files: [{dst: /own, data: x}]}]}}
- {id: state, type: shell, version: 2.1.0, roles: [db], requires: [ready],
   parameters: {cmd: 'state of {CLUSTER_ID}'}}
- {id: 'never', type: shell, version: 2.1.0, roles: [db], condition: false,
   parameters: {cmd: 'true'}}
- {id: gone, type: shell, version: 2.1.0, roles: [nobody],
   parameters: {cmd: 'true'}}
"""


class DryRunTest(served.ApiTestCase):
    def plan(self, **more: Any) -> Any:
        files = {'nodes.yaml': served.NODES, 'release/default.yaml': TASKS}
        self.answer = self.deploy(files=files, dry_run=True, **more)
        return self.answer['plan']

    def test_equal_executions_of_a_task_are_one_entry(self) -> None:
        [found] = [each for each in self.plan() if each['task'] == 'motd']

        self.assertEqual(
            {
                'task': 'motd',
                'type': 'upload_file',
                'graph_type': 'default',
                'nodes': ['n1', 'n2'],
                'steps': [
                    'write ***: 5 bytes, mode 0644',
                    'test after: run grep hello ***',
                ],
            },
            found,
        )

    def test_executions_with_other_steps_are_apart(self) -> None:
        found = [
            (each['nodes'], each['steps'])
            for each in self.plan()
            if each['task'] == 'own'
        ]

        self.assertEqual(
            [
                (['n1'], ['write /own: 1 byte, mode 0644']),
                (['n2'], ['nothing: no files are for n2']),
            ],
            found,
        )

    def test_it_has_the_order_of_the_run_without_what_is_skipped(self) -> None:
        names = [each['task'] for each in self.plan()]

        self.assertEqual({'motd', 'own', 'state'}, set(names))
        self.assertEqual('motd', names[0])

    def test_a_selection_narrows_it(self) -> None:
        [found] = self.plan(tasks=['motd'], nodes=['n2'])

        self.assertEqual(('motd', ['n2']), (found['task'], found['nodes']))

    def test_parameters_name_the_stored_cluster(self) -> None:
        [found] = [each for each in self.plan() if each['task'] == 'state']

        number = self.answer['cluster']['id']
        self.assertEqual([f'run state of {number}'], found['steps'])

    def test_a_dry_run_of_stored_graphs_has_the_same(self) -> None:
        wanted = self.plan()

        answer = self.client.post(
            'runs',
            json={
                'cluster': self.name,
                'graph_types': ['default'],
                'dry_run': True,
            },
        )

        self.assertEqual(wanted, answer.json()['plan'])

    def test_a_run_that_is_not_dry_has_none(self) -> None:
        self.assertNotIn('plan', self.deploy())
