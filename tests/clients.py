"""Clients of Fuel as they were published, in a virtual environment.

Nothing of them is changed. They are older than what Trailmark itself needs,
so they have constraints of their own: PyYAML before 6, whose `load` takes
one argument, and setuptools with `pkg_resources`.
"""

import os
import subprocess
import sys
from pathlib import Path

import fasteners

from trailmark.tests import sources

_PACKAGES = ('python-fuelclient', 'setuptools')
_CONSTRAINTS = sources.ROOT / 'constraints-clients.txt'
#: Where they are installed; `no` leaves out the tests of them.
_VARIABLE = 'TRAILMARK_CLIENTS'
_FOLDER = os.environ.get(_VARIABLE) or str(sources.ROOT / '.clients')
#: Seconds for which packages may take to come.
_LONGEST = 900


class ClientsUnavailable(Exception):
    """The clients could not be installed."""


def why_not() -> str | None:
    """Why they are not to be tested, if somebody said so."""
    if _FOLDER == 'no':
        return f'{_VARIABLE}=no'
    return None


def fuel2() -> Path:
    """The command, which is installed first if it is not there.

    Raises ClientsUnavailable.
    """
    folder = Path(_FOLDER)
    folder.mkdir(parents=True, exist_ok=True)
    with fasteners.InterProcessLock(folder / '.lock'):
        stamp = folder / '.ready'
        wanted = _CONSTRAINTS.read_text()
        if not stamp.is_file() or stamp.read_text() != wanted:
            _install(folder)
            stamp.write_text(wanted)
    return folder / 'bin' / 'fuel2'


def _install(folder: Path) -> None:
    _run(sys.executable, '-m', 'venv', str(folder))
    pip = str(folder / 'bin' / 'pip')
    _run(pip, 'install', '-q', '-c', str(_CONSTRAINTS), *_PACKAGES)


def _run(*command: str) -> None:
    done = subprocess.run(
        command,
        # What is built is built with the same.
        env={**os.environ, 'PIP_CONSTRAINT': str(_CONSTRAINTS)},
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


if __name__ == '__main__':
    if why_not() is None:
        fuel2()
