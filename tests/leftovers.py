"""What is left of processes that were started for a folder."""

import contextlib
import os
import pathlib
import signal
import subprocess
import time
from collections.abc import Iterator

#: Seconds until who ignores the first signal gets a harder one.
_GRACE = 20.0
_POSTGRESQL = frozenset(('postgres', 'initdb', 'pg_ctl'))
#: Erlang's own, which serves other brokers of the machine too.
_NAMES_DAEMON = 'epmd'


def of(folder: pathlib.Path) -> dict[int, str]:
    """Names, by pid, of processes whose environment names the folder.

    Servers of PostgreSQL have none: their command line does.
    """
    return dict(_each(os.fsencode(folder)))


def end(folder: pathlib.Path) -> None:
    """End all of them, and wait until they are gone."""
    until = time.monotonic() + _GRACE
    how = signal.SIGTERM
    while left := of(folder):
        for pid, name in left.items():
            _end(pid, name, how)
        time.sleep(0.2)
        if time.monotonic() > until:
            how = signal.SIGKILL
        if time.monotonic() > until + _GRACE:
            raise TimeoutError(f'these do not end: {left}')


def _end(pid: int, name: str, how: signal.Signals) -> None:
    if name == _NAMES_DAEMON:
        # It refuses while it knows a broker.
        subprocess.run((name, '-kill'), capture_output=True, check=False)
        return
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, how)


def _each(named: bytes) -> Iterator[tuple[int, str]]:
    for process in pathlib.Path('/proc').glob('[0-9]*'):
        with contextlib.suppress(OSError):
            name = (process / 'comm').read_text().strip()
            said = (process / 'environ').read_bytes()
            if name in _POSTGRESQL:
                said = (process / 'cmdline').read_bytes()
            # One that is a zombie says neither.
            if named in said and int(process.name) != os.getpid():
                yield int(process.name), name
