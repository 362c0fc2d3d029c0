"""The API behind a guard: users of a file, and rules."""

import pathlib
import tempfile

import bcrypt
import httpx
from oslo_config import cfg

from trailmark.api import (
    admission,
    application,
    guards,
    http_basic,
    policies,
    tokens,
)
from trailmark.conf import opts
from trailmark.drivers import catalog
from trailmark.tests.unit.api import conforming, served

#: Users and the role that each has; the password is the name, doubled.
ROLES = {'ada': 'admin', 'maria': 'member', 'rita': 'reader'}


def password(user: str) -> str:
    """The password of a user."""
    return user * 2


def line(user: str, secret: str | None = None) -> str:
    """What the file says of a user."""
    told = (secret or password(user)).encode()
    return f'{user}:{bcrypt.hashpw(told, bcrypt.gensalt(4)).decode()}\n'


def configuration(*arguments: str) -> cfg.ConfigOpts:
    """Options without files."""
    conf = cfg.ConfigOpts()
    opts.register_opts(conf)
    conf(list(arguments), project='trailmark', default_config_files=[])
    return conf


class SecuredTestCase(served.ApiTestCase):
    """Clients of an API that knows the users of ROLES."""

    def setUp(self) -> None:
        super().setUp()
        folder = self.enterContext(tempfile.TemporaryDirectory())
        self.file = pathlib.Path(folder) / 'htpasswd'
        self.file.write_text(''.join(map(line, ROLES)))
        self.users = http_basic.Users(self.file, ['ada'], ['rita'])
        self.guard: guards.Guard = admission.KnownUsers(
            self.users,
            policies.Policies(configuration()),
            tokens.Tokens(self.users, b'secret', 60),
        )

    def asks(
        self, user: str | None = None, secret: str | None = None
    ) -> httpx.Client:
        """A client of a user, or of nobody."""
        api = application.Application(
            self.db,
            self.engine,
            catalog.catalog(),
            30.0,
            served.planner(),
            guard=self.guard,
        )
        known = None if user is None else (user, secret or password(user))
        client = httpx.Client(
            transport=httpx.WSGITransport(api),
            base_url='http://127.0.0.1',
            auth=known,
            event_hooks={'response': [conforming.check]},
        )
        self.addCleanup(client.close)
        return client
