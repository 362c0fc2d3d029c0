"""Servers of projects, and who is told of them."""

from typing import Any

import httpx

from trailmark.tests.unit.api import identified


class ProjectsTest(identified.KeystoneTestCase):
    """A server of project a, which ann deployed."""

    def setUp(self) -> None:
        super().setUp()
        self.ann = self.as_('ann', self.a)
        made = self.ann.post('deployments', json=self.deployment())
        self.assertEqual(201, made.status_code, made.text)
        self.server = self.ann.get('nodes').json()[0]['id']

    def _ask(self, client: httpx.Client, path: str) -> httpx.Response:
        headers = {'OpenStack-API-Version': 'compute 2.84'}
        url = f'http://trailmark/v2.1/servers{path}'
        return client.get(url, headers=headers)

    def _read(self, client: httpx.Client, path: str) -> Any:
        answer = self._ask(client, path)
        self.assertEqual(200, answer.status_code, answer.text)
        return answer.json()

    def test_a_server_and_its_action_tell_whose_they_are(self) -> None:
        path = f'/{self.server}'

        server = self._read(self.ann, path)['server']
        actions = self._read(self.ann, f'{path}/os-instance-actions')

        self.assertEqual(self.a, server['tenant_id'])
        [action] = actions['instanceActions']
        self.assertEqual(
            ('ann', self.a), (action['user_id'], action['project_id'])
        )

    def test_who_sees_all_is_told_whose_they_are_too(self) -> None:
        root = self.as_('root', self.b)

        server = self._read(root, f'/{self.server}')['server']

        self.assertEqual(self.a, server['tenant_id'])

    def test_another_projects_server_is_not_found(self) -> None:
        """Nova: behaviour 3."""
        bob = self.as_('bob', self.b)

        for path in ('', '/os-instance-actions', '/tasks'):
            with self.subTest(path):
                answer = self._ask(bob, f'/{self.server}{path}')

                self.assertEqual(404, answer.status_code)
                self.assertIn('itemNotFound', answer.json())
        self.assertEqual([], self._read(bob, '/detail')['servers'])
