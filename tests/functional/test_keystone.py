"""`trailmark serve` behind Keystone, and commands of two projects."""

import json
import os

from trailmark.tests import keystone
from trailmark.tests.functional import base, processes, serving


class KeystoneTest(serving.ServingTestCase):
    """Users ann of project a and bob of b."""

    def setUp(self) -> None:
        super().setUp()
        self.keystone = keystone.Keystone()
        self.keystone.add('trailmark', service=('service',))
        self.keystone.add('ann', a=('member', 'reader'))
        self.keystone.add('bob', b=('member', 'reader'))
        self.enterContext(self.keystone.served())
        middleware = {
            'auth_url': self.keystone.url,
            'www_authenticate_uri': self.keystone.url,
            'auth_type': 'password',
            'username': 'trailmark',
            'password': 'trailmark-secret',
            'project_name': 'service',
            'user_domain_id': 'default',
            'project_domain_id': 'default',
        }
        options = {
            f'keystone_authtoken__{name}': value
            for name, value in middleware.items()
        }
        _, self.keystone.api = self.serve(
            options={'api__auth_strategy': 'keystone', **options}
        )

    def as_(self, name: str, project: str) -> processes.Trailmark:
        """Commands of a user, who finds the API by the catalog."""
        made = processes.Trailmark(self.folder / 'elsewhere')
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(('OS_', 'TRAILMARK_'))
        }
        made.environment = {
            **kept,
            'TRAILMARK_AUTH_TYPE': 'keystone',
            'OS_AUTH_URL': self.keystone.url,
            'OS_USERNAME': name,
            'OS_PASSWORD': f'{name}-secret',
            'OS_PROJECT_NAME': project,
            'OS_USER_DOMAIN_ID': 'default',
            'OS_PROJECT_DOMAIN_ID': 'default',
        }
        return made

    def test_a_run_is_followed_and_is_of_its_project_alone(self) -> None:
        tasks = [base.shell('a', 'true')]
        files = {'nodes.yaml': base.nodes('n1'), 'release/default.yaml': tasks}
        folder = str(base.write(self.folder / 'web', files))

        done = self.as_('ann', 'a').run('deploy', folder)
        hidden = self.as_('bob', 'b').run('run', 'show', '1')
        listed = self.as_('bob', 'b').run('run', 'list', '-f', 'json')

        self.assertEqual(0, done.code, done.err)
        self.assertIn('Run 1 is ready', done.out)
        self.assertEqual(2, hidden.code)
        self.assertIn('There is no run 1', hidden.err)
        self.assertEqual([], json.loads(listed.out))
