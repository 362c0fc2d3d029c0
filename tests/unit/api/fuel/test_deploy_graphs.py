"""Drawings of the graph of a cluster, as Fuel's clients get them."""

from trailmark.tests import drawings
from trailmark.tests.unit.api import served

TASKS = """
- {id: early, type: noop, roles: [web]}
- {id: ready, type: stage, requires: [early]}
- {id: serve, type: noop, roles: [db], requires: [ready, early],
   cross-depends: [{name: far}]}
- {id: far, type: noop, roles: [web]}
- {id: dull, type: skipped, roles: [web], required_for: [serve]}
- {id: db, type: group, roles: [db]}
"""


class DeployGraphsTest(served.ApiTestCase):
    def setUp(self) -> None:
        super().setUp()
        files = {
            'nodes.yaml': served.NODES,
            'release/default.yaml': TASKS,
            'release/more.yaml': '- {id: late, type: noop, roles: [db]}',
        }
        self.deploy(files=files, dry_run=True)
        found = self.client.get(f'clusters/{self.name}').json()
        self.url = f'clusters/{found["id"]}/deploy_tasks/graph.gv'

    def _drawn(self, query: str = '') -> str:
        answer = self.client.get(f'{self.url}{query}')
        self.assertEqual(200, answer.status_code, answer.text)
        self.assertIn('text/vnd.graphviz', answer.headers['Content-Type'])
        return answer.text

    def _names(self, query: str = '') -> set[str]:
        return set(drawings.nodes(self._drawn(query)))

    def test_every_task_is_drawn_with_its_edges(self) -> None:
        """Fuel: behaviour 75."""
        drawn = self._drawn('?tasks=&parents_for=')

        self.assertEqual(
            {
                ('early', 'ready'),
                *((each, 'serve') for each in ('early', 'ready', 'dull')),
                ('far', 'serve'),
            },
            drawings.edges(drawn),
        )

    def test_tasks_that_are_not_chosen_are_grey(self) -> None:
        """Fuel: behaviour 75."""
        drawn = self._drawn('?tasks=serve')

        colours = {
            name: attributes['fillcolor']
            for name, attributes in drawings.nodes(drawn).items()
        }
        self.assertEqual(
            {
                'early': 'gray95',
                'far': 'gray95',
                'dull': 'gray95',
                'ready': 'red',
                'serve': 'yellowgreen',
                'db': 'lightskyblue',
            },
            colours,
        )
        self.assertEqual(5, len(drawings.edges(drawn)))

    def test_parents_are_drawn_with_their_child_alone(self) -> None:
        """Fuel: behaviour 75."""
        self.assertEqual({'ready', 'early'}, self._names('?parents_for=ready'))

    def test_types_can_be_left_out(self) -> None:
        """Fuel: behaviour 75."""
        for query, left in (
            ('?remove=skipped,group,stage', {'early', 'far', 'serve'}),
            ('?tasks=serve&remove=skipped', {'ready', 'serve', 'db'}),
        ):
            with self.subTest(query):
                self.assertEqual(left, self._names(query))

    def test_another_type_of_graph_is_drawn(self) -> None:
        """Fuel: behaviour 75."""
        self.assertEqual({'late'}, self._names('?graph_type=more'))

    def test_what_is_not_there_is_refused(self) -> None:
        """Fuel: behaviour 75."""
        for query, said in (
            ('tasks=b,serve,a', 'Tasks a,b are not present in deployment'),
            ('parents_for=a', 'Task a is not present in graph'),
            ('remove=a,stage', 'Task types a do not exist'),
        ):
            with self.subTest(query):
                answer = self.client.get(f'{self.url}?{query}')

                error = self.assert_refused(answer, 400, 'invalid_input')
                self.assertIn(said, error['message'])

    def test_a_graph_or_cluster_that_is_not_there_is_404(self) -> None:
        for url, code in (
            (f'{self.url}?graph_type=unheard', 'graph_missing'),
            ('clusters/987654321/deploy_tasks/graph.gv', 'not_found'),
        ):
            with self.subTest(url):
                self.assert_refused(self.client.get(url), 404, code)
