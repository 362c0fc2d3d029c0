"""Commands whose user is one of Keystone."""

import importlib.metadata
import json
import os
import pathlib
import tempfile
from typing import Any
from unittest import mock

from trailmark.cli import endpoints, http, shell
from trailmark.tests.unit.api import identified
from trailmark.tests.unit.cli import answering, double

_CLOUD = {
    'auth_type': 'password',
    'region_name': 'one',
    'interface': 'public',
    'identity_api_version': '3',
}


class KeystoneTest(identified.KeystoneTestCase):
    """An API of its own behind Keystone's middleware."""

    def setUp(self) -> None:
        super().setUp()
        named = answering.Named(
            self.api, importlib.metadata.version('trailmark')
        )
        self.keystone.api = self.enterContext(answering.served(named))
        folder = self.enterContext(tempfile.TemporaryDirectory())
        self.clouds = pathlib.Path(folder) / 'clouds.yaml'
        self.environment: dict[str, str] = {}
        self._write('ann', self.a)

    def _auth(self, name: str, project: str) -> dict[str, str]:
        return {
            'auth_url': self.keystone.url,
            'username': name,
            'password': f'{name}-secret',
            'project_name': project,
            'user_domain_id': 'default',
            'project_domain_id': 'default',
        }

    def _write(self, name: str, project: str, **more: Any) -> None:
        auth = {**self._auth(name, project), **more}
        self.clouds.write_text(
            json.dumps({'clouds': {'here': {**_CLOUD, 'auth': auth}}})
        )

    def _call(self, line: str) -> double.Said:
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(('OS_', 'TRAILMARK_'))
        }
        said = {'OS_CLIENT_CONFIG_FILE': str(self.clouds), **self.environment}
        with mock.patch.dict(os.environ, {**kept, **said}, clear=True):
            return double.call_by(http.connect, *line.split())

    def _deployed(self) -> None:
        body = self.deployment(dry_run=True)
        made = self.as_('ann', self.a).post('deployments', json=body)
        self.assertEqual(201, made.status_code, made.text)

    def test_a_cloud_says_who_asks_and_where(self) -> None:
        self._deployed()

        said = self._call('cluster list -f value -c name --os-cloud here')

        self.assertEqual((0, f'{self.name}\n'), (said.code, said.out))

    def test_the_environment_says_so_too(self) -> None:
        self._deployed()
        self.environment = {
            f'OS_{key.upper()}': value
            for key, value in self._auth('bob', self.b).items()
        }

        said = self._call('cluster list -f value --auth-type keystone')

        self.assertEqual((0, ''), (said.code, said.out.strip()), said.err)

    def test_a_token_that_is_over_is_replaced(self) -> None:
        client = http.connect(self._options()).client
        self.addCleanup(client.close)
        asked = client.get('/api/v1/runs').request
        self.keystone.revoke(asked.headers['X-Auth-Token'])

        answer = client.get('/api/v1/runs')

        self.assertEqual(200, answer.status_code)

    def _options(self) -> Any:
        path = {'OS_CLIENT_CONFIG_FILE': str(self.clouds)}
        self.enterContext(mock.patch.dict(os.environ, path))
        made = shell.TrailmarkShell(http.connect).parser
        return endpoints.options(made.parse_args(['--os-cloud', 'here']))

    def test_a_password_that_is_wrong_is_told_as_such(self) -> None:
        self._write('ann', self.a, password='other-secret')

        said = self._call('run list --os-cloud here')

        self.assertEqual((2, ''), (said.code, said.out))
        self.assertIn('Keystone does not say who asks', said.err)
        self.assertNotIn('other-secret', said.err)

    def test_a_keystone_that_is_away_is_told_as_such(self) -> None:
        self._write('ann', self.a, auth_url='http://127.0.0.1:1')

        said = self._call('run list --os-cloud here')

        self.assertEqual(4, said.code)
        self.assertIn('Keystone does not answer', said.err)

    def test_a_cloud_that_is_not_there_is_refused(self) -> None:
        said = self._call('run list --os-cloud there')

        self.assertEqual(2, said.code)
        self.assertIn('there', said.err)

    def test_a_run_of_another_project_is_not_there(self) -> None:
        self._deployed()
        self._write('bob', self.b)

        said = self._call('run show 1 --os-cloud here')

        self.assertEqual(2, said.code)
        self.assertIn('There is no run 1', said.err)
