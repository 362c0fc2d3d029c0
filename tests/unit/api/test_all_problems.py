"""Everything that is wrong with a request is said in one answer."""

from collections.abc import Mapping
from typing import Any

from trailmark.tests.unit.api import served

_FILES = {
    'nodes.yaml': served.NODES,
    'release/default/a.yaml': """
- {id: slow, type: shell, version: 2.0.0, roles: [web],
   parameters: {cmd: 'true', timeout: soon}}
""",
    'release/default/b.yaml': """
- {id: odd, type: shel, version: 2.0.0, roles: [web]}
- {id: first, type: noop, version: 2.0.0, roles: [db],
   cross-depends: [{name: second, role: master}]}
- {id: second, type: noop, version: 2.0.0, roles: master,
   cross-depends: [{name: first}]}
""",
    'release/default/c.yaml': '- {id: broken',
}
#: File, task, field and a part of the message of each.
_WRONG = (
    ('release/default/a.yaml', 'slow', 'parameters.timeout', 'number'),
    ('release/default/b.yaml', 'odd', 'type', 'did you mean shell?'),
    (
        'release/default/b.yaml',
        'first',
        None,
        'first@n2 -> second@master -> first@n2',
    ),
    ('release/default/c.yaml', None, None, 'broken YAML'),
    (None, None, 'nodes', "no node 'n9'"),
)


class AllProblemsTest(served.ApiTestCase):
    def _assert_all_are_named(self, found: list[dict[str, Any]]) -> None:
        places = [(one['file'], one['task'], one['field']) for one in found]
        self.assertEqual(len(places), len(set(places)), found)
        for file, task, field, part in _WRONG:
            with self.subTest(part):
                position = places.index((file, task, field))
                self.assertIn(part, found[position]['message'])

    def test_of_a_deployment_and_of_a_dry_run(self) -> None:
        for dry_run in (True, False):
            body = self.deployment(
                files=_FILES, nodes=['n1', 'n9'], dry_run=dry_run
            )

            answer = self.client.post('deployments', json=body)

            error = self.assert_refused(answer, 400, 'invalid_input')
            self._assert_all_are_named(error['problems'])

    def test_of_a_graph_that_is_expanded_or_drawn(self) -> None:
        for question in ('expand', 'plot'):
            answer = self.client.post(
                f'graphs/{question}', json=_graph(_FILES, nodes=['n9'])
            )

            error = self.assert_refused(answer, 400, 'invalid_input')
            self._assert_all_are_named(error['problems'])

    def test_of_a_graph_that_is_looked_through(self) -> None:
        answer = self.client.post(
            'graphs/lint', json=_graph(_FILES, nodes=['n9'])
        )

        self.assertEqual(200, answer.status_code)
        self._assert_all_are_named(answer.json()['problems'])

    def test_what_a_broken_file_may_hold_is_not_said_to_be_missing(
        self,
    ) -> None:
        files = {
            'nodes.yaml': '[{name: n1',
            'release/default/a.yaml': '- {id: a',
            'release/default/b.yaml': """
- {id: b, type: noop, version: 2.0.0, roles: [web], requires: [a]}
- {id: g, type: group, roles: [web], tasks: [a]}
""",
        }

        answer = self.client.post(
            'deployments',
            json=self.deployment(
                files=files, tasks=['a'], nodes=['n1'], subgraphs=['a/n1']
            ),
        )

        error = self.assert_refused(answer, 400, 'invalid_input')
        self.assertEqual(
            {'nodes.yaml', 'release/default/a.yaml'},
            {one['file'] for one in error['problems']},
        )

    def test_two_plugins_with_one_task_beside_another_mistake(self) -> None:
        task = '[{id: a, type: noop, version: 2.0.0, roles: [web]}]'
        files = {
            'nodes.yaml': served.NODES,
            'plugins/one/default.yaml': task,
            'plugins/two/default.yaml': task,
            'cluster/default.yaml': task.replace('noop', 'nop'),
        }

        answer = self.client.post(
            'deployments', json=self.deployment(files=files)
        )

        said = answer.json()['error']['message']
        self.assertIn('Plugin two is overlapping with plugin one', said)
        self.assertIn('did you mean noop?', said)

    def test_a_type_without_tasks_is_refused(self) -> None:
        """Fuel: behaviour 99."""
        removing = 'tasks: [{id: prepare, removed: true}]'
        table = (
            ({'release/default.yaml': '[]'}, 'have no tasks'),
            (
                {
                    'release/default.yaml': served.TASKS,
                    'cluster/other.yaml': '[]',
                },
                'the graph of type other has no tasks',
            ),
            (
                {
                    'release/other.yaml': (
                        '[{id: prepare, type: noop, version: 2.0.0}]'
                    ),
                    'cluster/other.yaml': removing,
                },
                'the graph of type other has no tasks',
            ),
        )
        for files, said in table:
            with self.subTest(said):
                answer = self.client.post(
                    'deployments',
                    json=self.deployment(
                        files={'nodes.yaml': served.NODES, **files},
                        graph_types=['other'],
                    ),
                )

                error = self.assert_refused(answer, 400, 'invalid_input')
                self.assertIn(said, error['message'])

    def test_a_type_that_no_layer_has_comes_with_the_likely_one(self) -> None:
        answer = self.client.post(
            'deployments', json=self.deployment(graph_types=['defualt'])
        )

        error = self.assert_refused(answer, 400, 'invalid_input')
        self.assertIn(
            'there is no graph of type defualt; did you mean default?',
            error['message'],
        )

    def test_a_type_without_a_name_is_the_default_one(self) -> None:
        """Fuel: behaviour 5."""
        for more in (
            {'graph_types': ['']},
            {
                'files': {
                    **self.deployment()['files'],
                    'deployment.yaml': "graph_types: ['']",
                }
            },
        ):
            with self.subTest(more.keys()):
                answer = self.client.post(
                    'deployments', json=self.deployment(dry_run=True, **more)
                )

                self.assertEqual(201, answer.status_code)
                run = answer.json()['run']
                self.assertEqual(['default'], run['graph_types'])

    def test_a_type_that_is_asked_for_twice_is_refused(self) -> None:
        answer = self.client.post(
            'deployments', json=self.deployment(graph_types=['default'] * 2)
        )

        error = self.assert_refused(answer, 400, 'invalid_input')
        self.assertEqual('default stands 2 times', _only(error)['message'])

    def test_a_role_that_is_a_typo_away_is_a_warning(self) -> None:
        tasks = served.TASKS.replace('roles: [db]', 'roles: [dbb, db, gone]')
        tasks += '- {id: x, type: noop, version: 2.0.0, roles: [webb]}'
        files = {'nodes.yaml': served.NODES, 'release/default.yaml': tasks}

        answer = self.deploy(files=files, dry_run=True)

        [said] = answer['warnings']
        self.assertIn('no node has webb; did you mean web?', said)


def _graph(files: Mapping[str, str], **more: Any) -> dict[str, Any]:
    return {'name': 'shop', 'files': files, **more}


def _only(error: Mapping[str, Any]) -> dict[str, Any]:
    [found] = error['problems']
    problem: dict[str, Any] = found
    return problem
