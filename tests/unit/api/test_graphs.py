"""Graphs over the API: lint, expand, plot."""

from typing import Any

from trailmark.common import states
from trailmark.db import flushes
from trailmark.tests import drawings
from trailmark.tests.unit.api import served


class GraphsTest(served.ApiTestCase):
    def _files(self, tasks: str = served.TASKS) -> dict[str, Any]:
        return {
            'files': {
                'nodes.yaml': served.NODES,
                'release/default.yaml': tasks,
            },
            'name': self.name,
        }

    def test_a_graph_in_order_has_no_problems(self) -> None:
        answer = self.client.post('graphs/lint', json=self._files())

        self.assertEqual([], answer.json()['problems'])

    def test_problems_name_task_and_severity_and_no_secret(self) -> None:
        tasks = """
- {id: login, type: shell, version: 2.0.0, roles: [web],
   secrets: [cmd], parameters: {cmd: hunter2, timeout: hunter2}}
"""
        answer = self.client.post('graphs/lint', json=self._files(tasks))

        self.assertEqual(200, answer.status_code)
        found = answer.json()['problems']
        self.assertIn(('login', 'error'), _marks(found))
        self.assertNotIn('hunter2', answer.text)

    def test_a_graph_expands_to_the_document_of_the_command(self) -> None:
        answer = self.client.post('graphs/expand', json=self._files()).json()

        vertices = {each['name']: each for each in answer['vertices']}
        self.assertEqual(
            {
                'name': 'serve@n2',
                'task': 'serve',
                'node': 'n2',
                'kind': 'task',
                'skipped': False,
                'provenance': {
                    'level': 'release',
                    'owner': self.name,
                    'file': 'release/default.yaml',
                    'replaced': None,
                },
            },
            vertices['serve@n2'],
        )
        self.assertEqual(('sync', None), _kind(vertices['ready']))
        self.assertIn(['ready', 'serve@n2'], answer['edges'])
        self.assertEqual([], answer['warnings'])

    def test_a_stored_cluster_can_be_named_instead_of_files(self) -> None:
        self.dry_run()

        stored = self.client.post('graphs/expand', json={'cluster': self.name})

        given = self.client.post('graphs/expand', json=self._files())
        self.assertEqual(given.json(), stored.json())

    def test_a_graph_is_drawn_as_written_and_expanded(self) -> None:
        written = self.client.post('graphs/plot', json=self._files())
        expanded = self.client.post(
            'graphs/plot', json={**self._files(), 'expanded': True}
        )

        self.assertIn('digraph', written.json()['dot'])
        self.assertNotIn('serve@n2', written.json()['dot'])
        self.assertIn('serve@n2', expanded.json()['dot'])

    def test_either_files_or_a_cluster_have_to_be_given(self) -> None:
        for body in ({}, {**self._files(), 'cluster': self.name}):
            with self.subTest(body.keys()):
                answer = self.client.post('graphs/expand', json=body)

                self.assert_refused(answer, 400, 'invalid_input')

    def test_an_unknown_type_is_refused_with_those_there_are(self) -> None:
        answer = self.client.post(
            'graphs/plot', json={**self._files(), 'type': 'other'}
        )

        error = self.assert_refused(answer, 400, 'invalid_input')
        self.assertIn('there are: default', error['message'])


def _marks(found: list[dict[str, Any]]) -> set[tuple[str, str]]:
    return {(each['task'], each['severity']) for each in found}


def _kind(vertex: dict[str, Any]) -> tuple[str, str | None]:
    return vertex['kind'], vertex['node']


class PlotsTest(served.ApiTestCase):
    """Drawings of runs, and in Mermaid."""

    def _plot(self, **body: Any) -> dict[str, str]:
        answer = self.client.post('graphs/plot', json=body)
        self.assertEqual(200, answer.status_code, answer.text)
        found: dict[str, str] = answer.json()
        return found

    def test_a_run_is_drawn_with_the_states_of_its_executions(self) -> None:
        run = self.deploy()['run']['id']
        _, claim = self.engine.executed[-1]
        stopping = states.RunState.STOPPING
        claim = flushes.set_state(self.db, claim, stopping)
        rest = states.ExecutionState.CANCELLED
        cancelled = states.RunState.CANCELLED
        flushes.finish(self.db, claim, cancelled, None, rest)

        said = self._plot(run=run)

        node = drawings.nodes(said['dot'])['prepare@n1']
        self.assertEqual('"gray"', node['fillcolor'])
        file = f'release {self.name}: release/default.yaml'
        self.assertEqual(f'"cancelled\\n{file}"', node['tooltip'])

    def test_a_stored_graph_is_drawn_in_mermaid(self) -> None:
        self.dry_run()

        said = self._plot(cluster=self.name, format='mermaid')

        self.assertTrue(said['mermaid'].startswith('flowchart TD\n'))
        self.assertIn('["prepare"]', said['mermaid'])
        whole = self._plot(cluster=self.name, format='mermaid', expanded=True)
        self.assertIn('["prepare@n1"]', whole['mermaid'])

    def test_a_run_that_is_not_there_is_404(self) -> None:
        answer = self.client.post('graphs/plot', json={'run': 10**9})

        self.assertEqual(404, answer.status_code)
