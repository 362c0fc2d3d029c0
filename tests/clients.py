"""Clients of others as they were published, in virtual environments.

Nothing of them is changed. Each kind has constraints of its own, beside the
project's: what they need is older, or more, than what Trailmark needs.
"""

import dataclasses
import os
import subprocess
import sys
from pathlib import Path

import fasteners

from trailmark.tests import sources

#: Where they are installed; `no` leaves out the tests of them.
_VARIABLE = 'TRAILMARK_CLIENTS'
_FOLDER = os.environ.get(_VARIABLE) or str(sources.ROOT / '.clients')
#: Seconds for which packages may take to come.
_LONGEST = 900


class ClientsUnavailable(Exception):
    """The clients could not be installed."""


@dataclasses.dataclass(frozen=True)
class Environment:
    """Packages that are installed together."""

    name: str
    constraints: str
    packages: tuple[str, ...]

    def command(self, name: str) -> str:
        """A command of theirs; they are installed first if they are not.

        Raises ClientsUnavailable.
        """
        folder = Path(_FOLDER) / self.name
        folder.mkdir(parents=True, exist_ok=True)
        constraints = sources.ROOT / self.constraints
        with fasteners.InterProcessLock(folder / '.lock'):
            stamp, wanted = folder / '.ready', constraints.read_text()
            if not stamp.is_file() or stamp.read_text() != wanted:
                self._install(folder, str(constraints))
                stamp.write_text(wanted)
        return str(folder / 'bin' / name)

    def _install(self, folder: Path, constraints: str) -> None:
        _run(constraints, sys.executable, '-m', 'venv', str(folder))
        pip = str(folder / 'bin' / 'pip')
        packages = ('-c', constraints, *self.packages)
        _run(constraints, pip, 'install', '-q', *packages)


#: With the last PyYAML whose `load` takes one argument, which a client of
#: Fuel calls, and a setuptools that has `pkg_resources`.
FUEL = Environment(
    'fuel', 'constraints-fuel-clients.txt', ('python-fuelclient', 'setuptools')
)
OPENSTACK = Environment(
    'openstack',
    'constraints-openstack-clients.txt',
    ('python-openstackclient', 'python-novaclient'),
)


def why_not() -> str | None:
    """Why they are not to be tested, if somebody said so."""
    return f'{_VARIABLE}=no' if _FOLDER == 'no' else None


def _run(constraints: str, *command: str) -> None:
    done = subprocess.run(
        command,
        # What is built is built with the same.
        env={**os.environ, 'PIP_CONSTRAINT': constraints},
        capture_output=True,
        text=True,
        timeout=_LONGEST,
        check=False,
    )
    if done.returncode:
        raise ClientsUnavailable(
            f'{" ".join(command)}: {done.stderr[-2000:]}; {_VARIABLE}=no '
            'leaves them out'
        )
