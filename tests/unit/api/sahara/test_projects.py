"""Whose clusters are told, where users have projects."""

import threading
from concurrent import futures
from typing import Any
from unittest import mock

import httpx

from trailmark.api.sahara import clusters
from trailmark.tests.unit.api import identified, served


class ProjectsTest(identified.KeystoneTestCase):
    """A cluster of project a."""

    def setUp(self) -> None:
        super().setUp()
        self.ann = self.as_('ann', self.a)
        made = self.ann.post('deployments', json=self.deployment())
        self.assertEqual(201, made.status_code, made.text)
        self.cluster = made.json()['cluster']['id']

    def _ask(
        self, client: httpx.Client, path: str, **headers: str
    ) -> httpx.Response:
        url = f'http://trailmark{path}'
        return client.get(url, headers=headers)

    def test_the_tenant_is_the_project_of_the_token(self) -> None:
        """Sahara's AuthValidator: another one is 401."""
        for path in (
            *('clusters', f'clusters/{self.cluster}', 'plugins'),
            f'clusters/{self.cluster}/progress',
        ):
            with self.subTest(path):
                own = self._ask(self.ann, f'/v1.1/{self.a}/{path}')
                other = self._ask(self.ann, f'/v1.1/{self.b}/{path}')

                self.assertEqual(200, own.status_code, own.text)
                self.assertEqual(401, other.status_code)
                said = other.json()
                self.assertEqual('PROJECT_MISMATCH', said['error_name'])
                self.assertIn(self.b, said['error_message'])

    def test_a_report_for_another_tenant_is_not_written(self) -> None:
        url = f'/v1.1/{self.b}/clusters/{self.cluster}/progress'
        body = {'step': 'x', 'completed': 1, 'total': 2}

        answer = self.ann.post(f'http://trailmark{url}', json=body)

        self.assertEqual(401, answer.status_code)
        shown = self._ask(self.ann, f'/v2/clusters/{self.cluster}').json()
        names = [
            each['step_name']
            for each in shown['cluster']['provisioning_progress']
        ]
        self.assertNotIn('x', names)

    def test_version_2_may_name_the_project_in_a_header(self) -> None:
        """Sahara's own client does not, so none is as good."""
        found = [
            self._ask(self.ann, '/v2/clusters', **said).status_code
            for said in (
                {},
                {'OpenStack-Project-ID': self.a},
                {'OpenStack-Project-ID': self.b},
            )
        ]

        self.assertEqual([200, 200, 401], found)

    def test_admins_name_their_own_project_and_are_told_whose_it_is(
        self,
    ) -> None:
        root = self.as_('root', self.b)
        path = f'clusters/{self.cluster}'

        own = self._ask(root, f'/v1.1/{self.b}/{path}').json()['cluster']
        other = self._ask(root, f'/v1.1/{self.a}/{path}')

        owned = [own, *own['provisioning_progress']]
        self.assertEqual({self.a}, {each['tenant_id'] for each in owned})
        self.assertEqual(401, other.status_code)

    def test_a_token_of_the_system_may_name_any(self) -> None:
        seer = self.as_('seer', 'all')

        answer = self._ask(seer, f'/v1.1/any/clusters/{self.cluster}')

        self.assertEqual(self.a, answer.json()['cluster']['tenant_id'])

    def test_nobody_is_given_what_is_made_for_another_project(self) -> None:
        """They ask at the same time, for the same URL."""
        path = f'/v2/clusters/{self.cluster}'
        bob = self.as_('bob', self.b)
        # Whoever asks while one is being made waits for the next one.
        going, go = threading.Event(), threading.Event()
        real = clusters._shown

        def slow(*said: Any) -> Any:
            going.set()
            go.wait(60)
            return real(*said)

        with (
            mock.patch.object(clusters, '_shown', slow),
            futures.ThreadPoolExecutor(3) as pool,
        ):
            first = pool.submit(self._ask, self.ann, path)
            going.wait(60)
            others = [
                pool.submit(self._ask, each, path) for each in (self.ann, bob)
            ]
            threading.Event().wait(0.5)
            go.set()
            found = [each.result(60).status_code for each in (first, *others)]

        self.assertEqual([200, 200, 404], found)


class NoProjectsTest(served.ApiTestCase):
    def test_any_tenant_will_do_and_is_the_owner(self) -> None:
        cluster = self.deploy(dry_run=True)['cluster']['id']

        for tenant in ('acme', 'any'):
            url = f'http://trailmark/v1.1/{tenant}/clusters/{cluster}'
            headers = {'OpenStack-Project-ID': 'another'}
            answer = self.client.get(url, headers=headers)

            self.assertEqual(200, answer.status_code, answer.text)
            self.assertEqual(tenant, answer.json()['cluster']['tenant_id'])
