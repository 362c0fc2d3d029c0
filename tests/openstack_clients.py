"""Clients of OpenStack as they are published, in a virtual environment.

Nothing of them is changed, and nothing else is installed beside them.
"""

import os
import subprocess
import sys

import fasteners

from trailmark.tests import sources

_PACKAGES = (
    'python-openstackclient',
    'python-novaclient',
    'python-saharaclient',
)
_CONSTRAINTS = sources.ROOT / 'constraints-openstack-clients.txt'
_FOLDER = sources.ROOT / '.clients-openstack'
#: `no` leaves out the tests of clients.
_VARIABLE = 'TRAILMARK_CLIENTS'
#: Seconds for which packages may take to come.
_LONGEST = 900


class ClientsUnavailable(Exception):
    """The clients could not be installed."""


def why_not() -> str | None:
    """Why they are not to be tested, if somebody said so."""
    return f'{_VARIABLE}=no' if os.environ.get(_VARIABLE) == 'no' else None


def command(name: str) -> str:
    """A command of the environment, which is made first if it is not there.

    Raises ClientsUnavailable.
    """
    _FOLDER.mkdir(exist_ok=True)
    with fasteners.InterProcessLock(_FOLDER / '.lock'):
        stamp, wanted = _FOLDER / '.ready', _CONSTRAINTS.read_text()
        if not stamp.is_file() or stamp.read_text() != wanted:
            _run(sys.executable, '-m', 'venv', str(_FOLDER))
            pip = str(_FOLDER / 'bin' / 'pip')
            _run(pip, 'install', '-q', '-c', str(_CONSTRAINTS), *_PACKAGES)
            stamp.write_text(wanted)
    return str(_FOLDER / 'bin' / name)


def _run(*words: str) -> None:
    done = subprocess.run(
        words, capture_output=True, text=True, timeout=_LONGEST, check=False
    )
    if done.returncode:
        raise ClientsUnavailable(
            f'{" ".join(words)}: {done.stderr[-2000:]}; {_VARIABLE}=no '
            'leaves them out'
        )
