"""Names outside ASCII and of all sorts of signs, as commands name them."""

import json
from typing import Any

from trailmark.tests.functional import base, processes, serving

_CLUSTER = r'Über cl%2F?&#;:@,\ x'
#: The second may be the id of another one.
_NODES = ('日本', '1', '日' * 30)
_TASKS = ('ünïcode', 'emoji😀', 'a/b', 'c%2Fd?e#f&g;h i')


class NamesTest(serving.ServingTestCase):
    def setUp(self) -> None:
        super().setUp()
        files = {
            'deployment.yaml': {'name': _CLUSTER},
            'nodes.yaml': base.nodes(*_NODES),
            'release/default.yaml': [
                base.shell(task, 'pwd') for task in _TASKS
            ],
        }
        self.deployment = str(base.write(self.folder / 'names', files))

    def told(self, by: processes.Trailmark, *words: str) -> Any:
        """What a command says as JSON."""
        done = by.run(*words, '-f', 'json')
        self.assertEqual(0, done.code, done.err)
        return json.loads(done.out)

    def assert_found(self, by: processes.Trailmark) -> None:
        """Everything that was deployed is found by its name."""
        shown = self.told(by, 'cluster', 'show', _CLUSTER)
        self.assertEqual(_CLUSTER, shown['name'])
        for node in _NODES:
            shown = self.told(by, 'node', 'show', node, '--cluster', _CLUSTER)
            self.assertEqual(node, shown['name'])
            rows = self.told(by, 'tasks-history', '1', '--nodes', node)
            self.assertEqual(len(_TASKS), len(rows))
        for task in _TASKS:
            shown = self.told(by, 'task', 'show', '1', f'{task}@{_NODES[0]}')
            self.assertIn(task, shown.values())
        rows = self.told(by, 'tasks-history', '--cluster', _CLUSTER)
        self.assertEqual(len(_TASKS) * len(_NODES), len(rows))

    def test_embedded_commands_find_them(self) -> None:
        done = self.beside.run('deploy', self.deployment)

        self.assertEqual(0, done.code, done)
        self.assert_found(self.beside)

    def test_commands_that_ask_an_endpoint_find_them(self) -> None:
        _, url = self.serve()
        there = self.at(url)

        done = there.run('deploy', self.deployment)

        self.assertEqual(0, done.code, done)
        self.assert_found(there)

    def test_a_command_says_when_a_number_is_a_name_and_an_id(self) -> None:
        self.beside.run('deploy', self.deployment)

        done = self.beside.run('tasks-history', '1', '--nodes', '1', '2')

        self.assertEqual(0, done.code, done.err)
        said = 'warning: 1 is the name of a node and the id of another'
        self.assertEqual(1, done.err.count(said), done.err)
        self.assertNotIn('warning: 2', done.err)
