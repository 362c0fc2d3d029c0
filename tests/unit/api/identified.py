"""The API behind Keystone's middleware, and sessions of its users."""

import pathlib
import tempfile
from typing import Any

import httpx
from oslo_policy import opts

from trailmark.api import application
from trailmark.app import admission, configuration
from trailmark.drivers import catalog
from trailmark.tests import databases, keystone
from trailmark.tests.unit.api import conforming, served

#: Every token is looked at anew.
OPTIONS = """
[api]
auth_strategy = keystone
[keystone_authtoken]
www_authenticate_uri = {url}
auth_url = {url}
auth_type = password
username = trailmark
password = trailmark-secret
project_name = service
user_domain_id = default
project_domain_id = default
token_cache_time = -1
"""


class KeystoneTestCase(served.ApiTestCase):
    """Users ann and max of project a, bob and rob of b, and an admin."""

    #: What the file of policies says.
    policy = '{}'
    dialect = 'sqlite'

    def setUp(self) -> None:
        super().setUp()
        reason = databases.why_not(self.dialect)
        if reason:
            self.skipTest(reason)
        # Others' clusters are there too, and must not be seen.
        self.db = databases.shared(self.dialect)
        self.keystone = keystone.Keystone()
        self.a, self.b = databases.fresh_name(), databases.fresh_name()
        self.keystone.add('trailmark', service=('service',))
        self.keystone.add('ann', **{self.a: ('member', 'reader')})
        self.keystone.add('bob', **{self.b: ('member', 'reader')})
        self.keystone.add('max', **{self.a: ('manager',)})
        self.keystone.add('rob', **{self.b: ('reader',)})
        admin = ('admin', 'member', 'reader')
        self.keystone.add('root', **{self.b: admin, 'all': admin})
        self.keystone.add('seer', all=('reader',))
        self.enterContext(self.keystone.served())
        self.api = self._behind()

    def _behind(self) -> Any:
        folder = self.enterContext(tempfile.TemporaryDirectory())
        file = pathlib.Path(folder) / 'trailmark.conf'
        file.write_text(OPTIONS.format(url=self.keystone.url))
        rules = pathlib.Path(folder) / 'policy.yaml'
        rules.write_text(self.policy)
        conf = configuration.read([str(file)])
        opts.set_defaults(conf, str(rules))
        guard = admission.guard(conf, '0.0.0.0')
        api = application.Application(
            self.db,
            self.engine,
            catalog.catalog(),
            30.0,
            served.planner(),
            guard=guard,
        )
        return admission.before(api, conf)

    def as_(
        self, name: str, scope: str | None, **headers: str
    ) -> httpx.Client:
        """A client with a token of a user for a project."""
        token = self.keystone.token(name, scope)
        return self.with_token(token, **headers)

    def with_token(self, token: str | None, **headers: str) -> httpx.Client:
        """A client with this token."""
        said = {} if token is None else {'X-Auth-Token': token}
        client = httpx.Client(
            transport=httpx.WSGITransport(self.api),
            base_url='http://trailmark/api/v1',
            headers={**said, **headers},
            event_hooks={'response': [conforming.check]},
        )
        self.addCleanup(client.close)
        return client
