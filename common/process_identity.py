"""Which process this is, and whether another one of this host still lives."""

import functools
import getpass
import os
import pathlib
import socket

_PROC = pathlib.Path('/proc')


@functools.cache
def host() -> str:
    """The name of this machine."""
    return socket.gethostname()


@functools.cache
def boot_id() -> str:
    """What tells this boot of the machine from every other one."""
    return read_boot_id()


def read_boot_id() -> str:
    """The same, as it is now; raises OSError."""
    return (_PROC / 'sys/kernel/random/boot_id').read_text().strip()


def started(pid: int) -> int | None:
    """When a process started, in clock ticks since boot; None if it is gone.

    A zombie is gone: it does nothing any more.
    """
    fields = _stat(pid)
    return None if fields is None else int(fields[19])


def is_stopped(pid: int) -> bool:
    """Whether a signal or a debugger has stopped a process: it may go on."""
    fields = _stat(pid)
    return fields is not None and fields[0] in 'Tt'


def _stat(pid: int) -> list[str] | None:
    """The state of a process and what follows; None if it is gone."""
    try:
        stat = (_PROC / str(pid) / 'stat').read_text()
    except (FileNotFoundError, ProcessLookupError):
        return None
    fields = stat.rpartition(')')[2].split()
    return None if fields[0] in 'ZX' else fields


def current() -> tuple[str, str, int, int]:
    """Host, boot id, process id and start time of this process."""
    pid = os.getpid()
    return host(), boot_id(), pid, started(pid) or 0


def user() -> str:
    """The user of this process."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return 'unknown'


def is_gone(
    at_host: str | None,
    at_boot: str | None,
    pid: int | None,
    at_start: int | None,
) -> bool:
    """Whether the process is known to be gone; False when nobody can know."""
    if pid is None or at_host != host():
        return False
    if at_boot != boot_id():
        return True
    return started(pid) != at_start
