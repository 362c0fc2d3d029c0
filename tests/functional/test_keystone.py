"""`trailmark serve` behind Keystone, and commands of two projects."""

import json

from trailmark.tests import keystone
from trailmark.tests.functional import (
    base,
    identified,
    processes,
    serving,
)


class KeystoneTest(serving.ServingTestCase):
    """Users ann of project a and bob of b."""

    def setUp(self) -> None:
        super().setUp()
        self.keystone = keystone.Keystone()
        self.keystone.add('trailmark', service=('service',))
        self.keystone.add('ann', a=('member', 'reader'))
        self.keystone.add('bob', b=('member', 'reader'))
        self.enterContext(self.keystone.served())
        options = {
            f'keystone_authtoken__{name}': value
            for name, value in identified.middleware(self.keystone.url).items()
        }
        _, self.keystone.api = self.serve(
            options={'api__auth_strategy': 'keystone', **options}
        )

    def as_(self, name: str) -> processes.Trailmark:
        """Commands of a user, who finds the API by the catalog."""
        known = identified.session(self.keystone, name)
        return identified.commands(self.folder / 'elsewhere', known)

    def test_a_run_is_followed_and_is_of_its_project_alone(self) -> None:
        tasks = [base.shell('a', 'true')]
        files = {'nodes.yaml': base.nodes('n1'), 'release/default.yaml': tasks}
        folder = str(base.write(self.folder / 'web', files))

        done = self.as_('ann').run('deploy', folder)
        hidden = self.as_('bob').run('run', 'show', '1')
        listed = self.as_('bob').run('run', 'list', '-f', 'json')

        self.assertEqual(0, done.code, done.err)
        self.assertIn('Run 1 is ready', done.out)
        self.assertEqual(2, hidden.code)
        self.assertIn('There is no run 1', hidden.err)
        self.assertEqual([], json.loads(listed.out))
