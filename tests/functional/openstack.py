"""Sessions of clients of OpenStack, unchanged, with an API that is served."""

import dataclasses
import json
import os
import subprocess
from collections.abc import Mapping
from typing import Any

from trailmark.tests import clients
from trailmark.tests.functional import processes

#: How a script begins that prints the JSON of a function's answer.
_SCRIPT = """
import json, sys
from keystoneauth1 import loading, session
plugin, options, version = json.loads(sys.argv[1])
auth = loading.get_plugin_loader(plugin).load_from_options(**options)
"""
_NOVA = """
from novaclient import api_versions, client, exceptions
def of(version):
    return client.Client(version, session=session.Session(auth=auth))
"""
_SAHARA = """
from saharaclient.api import base, client
def of(version):
    kind = {'1.1': client.Client, '2': client.ClientV2}[version]
    more = dict(zip(('sahara_url',), sys.argv[2:]))
    return kind(session=session.Session(auth=auth), **more)
"""
_LAST = 'print(json.dumps(ask(of(version))))'


@dataclasses.dataclass(frozen=True)
class Session:
    """By which of keystoneauth's plugins clients say who asks, and how."""

    plugin: str
    options: Mapping[str, str]

    @property
    def variables(self) -> dict[str, str]:
        """The same for a command."""
        told = {f'OS_{k.upper()}': v for k, v in self.options.items()}
        return {'OS_AUTH_TYPE': self.plugin, **told}


def at(endpoint: str) -> Session:
    """A session of anybody at an endpoint."""
    return Session('none', {'endpoint': endpoint})


def run(
    session: Session, version: str, *words: str, **more: str
) -> processes.Result:
    """`openstack` with a microversion of Nova's API.

    `more` are variables of its environment.
    """
    told = {
        'OS_COMPUTE_API_VERSION': version,
        'OS_IDENTITY_API_VERSION': '3',
        **session.variables,
        **more,
    }
    # No other cloud's, from wherever the tests are run.
    kept = {k: v for k, v in os.environ.items() if not k.startswith('OS_')}
    done = subprocess.run(
        [clients.OPENSTACK.command('openstack'), *words],
        env={**kept, **told},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return processes.Result(done.returncode, done.stdout, done.stderr)


def read(session: Session, version: str, *words: str, **more: str) -> Any:
    """What it prints, as JSON data. Raises AssertionError if it fails."""
    done = run(session, version, *words, '-f', 'json', **more)
    if done.code:
        raise AssertionError(done.err)
    return json.loads(done.out)


def novaclient(
    session: Session, version: str, function: str, *arguments: str
) -> Any:
    """What a function of python-novaclient's client answers.

    `function` is the text of `ask(nova)`; `sys.argv[2:]` are the arguments.
    Raises AssertionError.
    """
    return _answer(_NOVA + function, (session, version), arguments)


def saharaclient(
    session: Session, version: str, function: str, *endpoint: str
) -> Any:
    """The same of python-saharaclient, in version 1.1 or 2.

    Without an endpoint it is the one that the session knows of.
    """
    return _answer(_SAHARA + function, (session, version), endpoint)


def _answer(
    text: str, asked: tuple[Session, str], arguments: tuple[str, ...]
) -> Any:
    session, version = asked
    told = json.dumps([session.plugin, dict(session.options), version])
    done = subprocess.run(
        [
            *(clients.OPENSTACK.command('python'), '-c'),
            *('\n'.join((_SCRIPT, text, _LAST)), told, *arguments),
        ],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    if done.returncode:
        raise AssertionError(done.stderr)
    return json.loads(done.stdout)
