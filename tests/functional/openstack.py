"""Sessions of Nova's clients with an API that is served."""

import json
import os
import subprocess
from typing import Any

from trailmark.tests import clients
from trailmark.tests.functional import processes

#: A script of python-novaclient: it prints the JSON of a function's answer.
_SCRIPT = """
import json, sys
from keystoneauth1 import loading, session
from novaclient import api_versions, client, exceptions
endpoint, version = sys.argv[1:3]
auth = loading.get_plugin_loader('none').load_from_options(endpoint=endpoint)
def of(version):
    return client.Client(version, session=session.Session(auth=auth))
{function}
print(json.dumps(ask(of(version))))
"""


def run(url: str, version: str, *words: str, **more: str) -> processes.Result:
    """`openstack` at the endpoint of Nova's API, with a microversion.

    `more` are variables of its environment.
    """
    told = {
        'OS_AUTH_TYPE': 'none',
        'OS_ENDPOINT': f'{url}/v2.1',
        'OS_COMPUTE_API_VERSION': version,
        'OS_IDENTITY_API_VERSION': '3',
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


def read(url: str, version: str, *words: str, **more: str) -> Any:
    """What it prints, as JSON data. Raises AssertionError if it fails."""
    done = run(url, version, *words, '-f', 'json', **more)
    if done.code:
        raise AssertionError(done.err)
    return json.loads(done.out)


def novaclient(url: str, version: str, function: str, *arguments: str) -> Any:
    """What a function of python-novaclient's client answers.

    `function` is the text of `ask(nova)`. Raises AssertionError.
    """
    text = _SCRIPT.replace('{function}', function)
    done = subprocess.run(
        [
            *(clients.OPENSTACK.command('python'), '-c', text),
            *(f'{url}/v2.1', version, *arguments),
        ],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    if done.returncode:
        raise AssertionError(done.stderr)
    return json.loads(done.stdout)
