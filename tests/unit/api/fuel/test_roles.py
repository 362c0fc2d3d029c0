"""Roles of releases and clusters, as Fuel's clients read them."""

from trailmark.tests.unit.api import served

_ROLES = {
    'roles': {'web': ['web', 'cache'], 'db': ['db']},
    'tags': {'db': {'has_primary': True}},
}


class RolesTest(served.ApiTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.client.post('releases', json={'name': self.name, 'roles': _ROLES})
        body = {'name': self.name, 'release': self.name}
        self.client.post('clusters', json=body)

    def test_a_role_has_its_tags_and_what_fuel_looks_for(self) -> None:
        listed = self.client.get(f'releases/{self.name}/roles/').json()

        self.assertEqual(['db', 'web'], [role['name'] for role in listed])
        meta = listed[1]['meta']
        self.assertEqual(['web', 'cache'], meta['tags'])
        self.assertLessEqual({'group', 'conflicts', 'description'}, set(meta))
        self.assertEqual(
            [True, False], [role['meta']['has_primary'] for role in listed]
        )

    def test_a_cluster_has_the_roles_of_its_plugins_too(self) -> None:
        plugin = {'name': self.name, 'roles': {'audit': {}}}
        self.client.post('plugins', json=plugin)
        url = f'clusters/{self.name}'
        self.client.post(f'{url}/plugins', json={'plugin': self.name})

        listed = self.client.get(f'{url}/roles').json()

        names = [role['name'] for role in listed]
        self.assertEqual(['audit', 'db', 'web'], names)

    def test_one_is_read_by_its_name(self) -> None:
        url = f'clusters/{self.name}/roles'

        self.assertEqual('db', self.client.get(f'{url}/db').json()['name'])
        missing = self.client.get(f'{url}/none')
        self.assert_refused(missing, 404, 'not_found')
