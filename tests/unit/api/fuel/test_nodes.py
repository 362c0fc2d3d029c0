"""Nodes as Fuel's clients read, change and remove them."""

from typing import Any

from trailmark.tests.unit.api import served


class NodesTest(served.ApiTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.client.post('releases', json={'name': self.name})
        body = {'name': self.name, 'release': self.name}
        self.cluster = self.client.post('clusters', json=body).json()['id']
        self.node = self._make('n1', ip='10.0.0.1', meta={'cpus': 2})

    def _make(self, name: str, **attributes: Any) -> dict[str, Any]:
        body = {'name': name, 'cluster': self.cluster}
        known = {'roles': ['web'], 'attributes': attributes}
        answer = self.client.post('nodes', json={**body, **known})
        made: dict[str, Any] = answer.json()
        return made

    def _put(self, **body: Any) -> Any:
        return self.client.put(f'nodes/{self.node["id"]}/', json=body)

    def test_attributes_are_where_fuel_looks_for_them(self) -> None:
        self.assertEqual('10.0.0.1', self.node['ip'])
        self.assertEqual({'cpus': 2}, self.node['meta'])
        self.assertEqual('n1', self.node['hostname'])
        self.assertEqual(self.cluster, self.node['cluster'])
        self.assertIsNone(self.node['mac'])

    def test_attributes_of_another_form_are_left_alone(self) -> None:
        node = self._make('n2', labels='none', meta=[1])

        self.assertEqual(({}, {}), (node['labels'], node['meta']))

    def test_nodes_of_a_cluster_are_found_by_its_id(self) -> None:
        found = self.client.get(f'nodes/?cluster_id={self.cluster}').json()

        self.assertEqual(['n1'], [node['name'] for node in found])

    def test_labels_and_a_hostname_are_kept_beside_the_rest(self) -> None:
        self._put(labels={'rack': '7', 'old': None})
        changed = self._put(hostname='web-1').json()

        self.assertEqual({'rack': '7', 'old': None}, changed['labels'])
        self.assertEqual('web-1', changed['hostname'])
        self.assertEqual('10.0.0.1', changed['ip'])

    def test_labels_that_are_no_texts_are_refused(self) -> None:
        answer = self._put(labels={'rack': 7})

        error = self.assert_refused(answer, 400, 'invalid_input')
        self.assertEqual('labels.rack', error['problems'][0]['field'])

    def test_nodes_are_removed_by_their_ids(self) -> None:
        ids = f'{self.node["id"]},{self._make("n2")["id"]}'

        gone = self.client.delete(f'nodes/?ids={ids}').status_code

        listed = self.client.get(f'nodes?cluster={self.name}').json()
        self.assertEqual((204, []), (gone, listed))

    def test_none_is_removed_if_one_is_not_there(self) -> None:
        ids = f'{self.node["id"]},987654321'
        missing = self.client.delete(f'nodes/?ids={ids}')
        nothing = self.client.delete('nodes/')

        self.assert_refused(missing, 404, 'not_found')
        self.assert_refused(nothing, 400, 'invalid_input')
        listed = self.client.get(f'nodes?cluster={self.name}').json()
        self.assertEqual(1, len(listed))
