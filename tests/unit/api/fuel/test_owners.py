"""Releases, plugins and clusters, as Fuel's clients read and make them."""

from typing import Any

from trailmark.tests.unit.api import served


class OwnersTest(served.ApiTestCase):
    def setUp(self) -> None:
        super().setUp()
        made = self.client.post('releases', json={'name': self.name})
        self.release = made.json()

    def _make(self, **more: Any) -> Any:
        """Make a cluster with the words of Fuel's client."""
        said = {
            'name': self.name,
            'nodes': [],
            'tasks': [],
            'net_segment_type': 'vlan',
            **more,
        }
        return self.client.post('clusters/', json=said)

    def test_a_release_is_available_and_its_version_is_its_name(self) -> None:
        self.assertEqual('available', self.release['state'])
        self.assertEqual(self.name, self.release['version'])
        self.assertIn('operating_system', self.release)

    def test_a_plugin_has_a_package_and_releases(self) -> None:
        made = self.client.post('plugins', json={'name': self.name}).json()

        self.assertEqual('5.0.0', made['package_version'])
        self.assertEqual([], made['releases'])
        self.assertIn('version', made)

    def test_a_cluster_is_made_of_a_release_by_its_id(self) -> None:
        made = self._make(release_id=self.release['id'])

        self.assertEqual(201, made.status_code, made.text)
        self.assertEqual(self.release['id'], made.json()['release_id'])
        self.assertEqual('new', made.json()['status'])
        self.assertEqual([], made.json()['changes'])

    def test_a_cluster_without_a_release_is_refused(self) -> None:
        error = self.assert_refused(self._make(), 400, 'invalid_input')

        self.assertEqual('release', error['problems'][0]['field'])

    def test_a_cluster_brings_neither_nodes_nor_tasks(self) -> None:
        answer = self._make(release_id=self.release['id'], nodes=[1])

        error = self.assert_refused(answer, 400, 'invalid_input')
        self.assertEqual('nodes', error['problems'][0]['field'])

    def test_the_version_has_what_fuel_shows_of_it(self) -> None:
        found = self.client.get('version/').json()

        shown = {'api', 'release', 'feature_groups', 'openstack_version'}
        self.assertLessEqual(shown, set(found))
        self.assertIs(False, found['auth_required'])
