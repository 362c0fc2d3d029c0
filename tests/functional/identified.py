"""`trailmark-api` behind Keystone, before an engine and agents."""

import os
from pathlib import Path

import httpx

from trailmark.tests import keystone
from trailmark.tests.functional import (
    base,
    cluster,
    openstack,
    processes,
    serving,
)

#: The project of each user, with the roles in it.
USERS = {
    'ann': ('a', ('member', 'reader')),
    'rita': ('a', ('reader',)),
    'bob': ('b', ('member', 'reader')),
    'root': ('ops', ('admin', 'member', 'reader')),
}


def middleware(url: str) -> dict[str, str]:
    """Options by which the API asks a Keystone."""
    return {
        'auth_url': url,
        'www_authenticate_uri': url,
        'auth_type': 'password',
        'username': 'trailmark',
        'password': 'trailmark-secret',
        'project_name': 'service',
        'user_domain_id': 'default',
        'project_domain_id': 'default',
    }


def session(asked: keystone.Keystone, name: str) -> openstack.Session:
    """How clients of one of USERS log in."""
    return openstack.Session(
        'password',
        {
            'auth_url': asked.url,
            'username': name,
            'password': f'{name}-secret',
            'project_name': USERS[name][0],
            'user_domain_id': 'default',
            'project_domain_id': 'default',
        },
    )


def commands(state: Path, known: openstack.Session) -> processes.Trailmark:
    """Trailmark's own, which find the API by the catalog."""
    made = processes.Trailmark(state)
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(('OS_', 'TRAILMARK_'))
    }
    told = {**known.variables, 'TRAILMARK_AUTH_TYPE': 'keystone'}
    made.environment = {**kept, **told}
    return made


class IdentifiedTestCase(base.ProcessTestCase):
    """USERS, and an API that the catalog names."""

    def setUp(self) -> None:
        super().setUp()
        self.url = f'http://127.0.0.1:{serving.free_port()}'
        self.keystone = keystone.Keystone(self.url)
        self.keystone.add('trailmark', service=('service',))
        for name, (project, roles) in USERS.items():
            self.keystone.add(name, **{project: roles})
        self.enterContext(self.keystone.served())
        self.cluster = cluster.begin(self, self.folder)
        self.cluster.add_engine('e1')
        self.begin_api()

    def begin_api(self) -> None:
        """Serve the API."""
        made = processes.Trailmark(self.folder / 'state', None, processes.API)
        made.environment.update(self.cluster.command().environment)
        told = {
            f'OS_KEYSTONE_AUTHTOKEN__{name.upper()}': said
            for name, said in middleware(self.keystone.url).items()
        }
        made.environment |= {'OS_API__AUTH_STRATEGY': 'keystone', **told}
        self.start(made, '--port', str(serving.port_of(self.url)))
        self.until(self.is_ready, 'the API is ready', 60)

    def is_ready(self) -> bool:
        """Whether the API answers."""
        try:
            return httpx.get(f'{self.url}/readyz').status_code == 200
        except httpx.TransportError:
            return False

    def session(self, name: str) -> openstack.Session:
        """How clients of a user log in."""
        return session(self.keystone, name)

    def trailmark_of(self, name: str) -> processes.Trailmark:
        """Trailmark's own commands of a user."""
        return commands(self.folder / 'elsewhere', self.session(name))
