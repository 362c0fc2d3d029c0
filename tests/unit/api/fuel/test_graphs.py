"""Graphs as Fuel's clients send them, and what is wrong with them."""

from typing import Any

from trailmark.tests.unit.api import served

_A = {'id': 'a', 'type': 'noop', 'version': '2.0.0', 'role': '*'}
_YAQL = {'yaql_exp': '$.nodes.len()'}


class GraphsTest(served.ApiTestCase):
    def setUp(self) -> None:
        super().setUp()
        release = self.client.post('releases', json={'name': self.name})
        self.release = release.json()['id']
        body = {'name': self.name, 'release': self.name}
        self.cluster = self.client.post('clusters', json=body).json()['id']
        self.url = f'releases/{self.release}/deployment_graphs/default/'

    def upload(self, *tasks: Any) -> Any:
        """Send tasks as the release's graph."""
        return self.client.post(self.url, json={'tasks': tasks})

    def test_a_task_that_does_not_fit_is_refused(self) -> None:
        """Fuel: behaviours 9 and 104."""
        for task, said in (
            ({'id': 'a'}, 'type'),
            ({**_A, 'type': 'shel'}, 'did you mean shell?'),
            ({**_A, 'cross-depends': [{'role': 'x'}]}, 'name'),
            ({**_A, 'parameters': {'strategy': {'amount': 1}}}, 'strategy'),
        ):
            with self.subTest(said):
                answer = self.upload(task)

                error = self.assert_refused(answer, 400, 'invalid_input')
                self.assertIn(said, str(error))

    def test_every_form_of_relation_is_kept(self) -> None:
        """Fuel: behaviours 9 and 15."""
        for field in (
            {'cross-depends': [{'name': 'b', 'policy': 'any'}]},
            {'cross-depends': _YAQL},
            {'cross-depended-by': [{'name': _YAQL, 'role': _YAQL}]},
            {'condition': _YAQL},
            {'parameters': {'strategy': {'type': 'parallel', 'amount': 2}}},
            {'parameters': {'strategy': {'type': 'parallel', **_AMOUNT}}},
        ):
            with self.subTest(field):
                self.upload({**_A, **field})

                [task] = self.client.get(self.url).json()['tasks']
                self.client.delete(self.url)
                self.assertEqual({**task, **field}, task)

    def test_related_graphs_are_those_of_release_and_plugins(self) -> None:
        """Fuel: behaviour 14."""
        names = {'cluster': self.cluster, 'release': self.release}
        for name in (self.name, f'{self.name}-off'):
            made = self.client.post('plugins', json={'name': name}).json()
            names.setdefault('plugin', made['id'])
            url = f'plugins/{made["id"]}/deployment_graphs/default'
            self.client.post(url, json={'tasks': [{**_A, 'id': 'p'}]})
        enabled = {'plugin': names['plugin']}
        self.client.post(f'clusters/{self.cluster}/plugins', json=enabled)
        self.upload(_A)
        url = f'clusters/{self.cluster}/deployment_graphs/'
        self.client.post(url, json={'tasks': [{**_A, 'id': 'c'}]})

        query = f'graphs/?clusters_ids={self.cluster}'
        own = self.client.get(query).json()
        related = self.client.get(f'{query}&fetch_related=1').json()

        self.assertEqual(1, len(own))
        owners = {each['model']: each['model_id'] for each in _owners(related)}
        self.assertEqual(names, owners)

    def test_a_part_of_a_list_of_tasks_is_refused(self) -> None:
        self.upload(_A)
        for owner in (f'releases/{self.release}', f'clusters/{self.cluster}'):
            for name in ('start', 'end', 'include'):
                url = f'{owner}/deployment_tasks?{name}=a'
                answer = self.client.get(url)
                error = self.assert_refused(answer, 400, 'invalid_input')
                self.assertEqual(name, error['problems'][0]['field'])

    def test_ids_that_are_no_numbers_are_refused(self) -> None:
        answer = self.client.get('graphs/?clusters_ids=1,x')

        error = self.assert_refused(answer, 400, 'invalid_input')
        self.assertIn('Comma-separated numbers list expected', str(error))

    def test_a_folder_is_metadata_and_all_its_tasks(self) -> None:
        """Fuel: behaviour 106."""
        files = {
            'metadata.yaml': 'name: whole',
            'a/tasks.yaml': '[{id: a, type: stage}]',
            'b/c/tasks.yaml': '[{id: b, type: stage}]',
        }

        body = {'release': self.release, 'files': files}
        graph = self.client.post('graphs/upload', json=body).json()['graph']

        self.assertEqual('whole', graph['name'])
        self.assertEqual(['a', 'b'], [task['id'] for task in graph['tasks']])

    def test_a_folder_without_tasks_is_refused(self) -> None:
        """Fuel: behaviour 106."""
        body = {'release': self.release, 'files': {'readme.txt': 'none'}}

        answer = self.client.post('graphs/upload', json=body)

        self.assert_refused(answer, 400, 'invalid_input')

    def test_a_file_is_a_list_or_a_mapping(self) -> None:
        """Fuel: behaviour 106."""
        listed = '[{id: a, type: stage}]'
        for text in (listed, f'{{name: n, tasks: {listed}}}'):
            body = {'release': self.release, 'files': {'g.yaml': text}}

            graph = self.client.post('graphs/upload', json=body).json()

            self.assertEqual('a', graph['graph']['tasks'][0]['id'])


class LintTest(served.ApiTestCase):
    def test_what_the_linter_of_fuel_finds_is_found(self) -> None:
        """Fuel: behaviour 105."""
        for tasks, said in (
            ('[{id: a, type: shel}]', "no type 'shel'"),
            ('[{id: "", type: stage}]', 'a name'),
            (_TWICE, 'Tasks duplication found: a'),
            (_CYCLE, 'a -> b -> a'),
            ('[{id: a, type: stage, requires: [z]}]', 'no task z'),
            ('[{id: a, type: stage}, {id: b, type: stage}]', 'links a'),
        ):
            with self.subTest(tasks):
                files = {'nodes.yaml': '[{name: n}]'}
                body = {'files': {**files, 'release/default.yaml': tasks}}

                answer = self.client.post('graphs/lint', json=body)

                self.assertIn(said, answer.text)


_AMOUNT = {'amount': _YAQL}
_TWICE = '[{id: a, type: stage}, {id: a, type: stage}]'
_CYCLE = (
    '[{id: a, type: stage, requires: [b]}, {id: b, type: stage, '
    'requires: [a]}]'
)


def _owners(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [relation for each in found for relation in each['relations']]
