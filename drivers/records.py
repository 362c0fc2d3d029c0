"""What a supervisor leaves of a command: that it began, and how it ended.

A record is a file. Who makes it is the one who begins the command, for it is
made only once. Its supervisor locks it, writes the first line, begins the
command, adds its pid. At the end a whole record takes the place of the file.
The lock is held until the supervisor is gone, or has nothing more to do with
the command.
"""

import contextlib
import dataclasses
import fcntl
import os
import time

#: In place of a supervisor: the command never begins.
NEVER = 0
#: Bytes that no record exceeds.
_MOST = 256 * 1024
_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC


@dataclasses.dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended: a negative `status` is a signal's number.

    `trouble` is the errno with which it could not be started, else 0.
    `stdout` and `stderr` are what was dropped and what was kept.
    """

    status: int
    trouble: int
    duration: float
    stdout: tuple[int, bytes]
    stderr: tuple[int, bytes]


@dataclasses.dataclass(frozen=True, slots=True)
class Record:
    """A command: `began` in seconds since the boot that has `boot_id`.

    `digest` tells it from other commands; `pid` is None until it has one.
    """

    supervisor: int
    boot_id: str
    began: float
    digest: int
    pid: int | None = None
    ended: Ended | None = None


_NOBODYS = Record(NEVER, '-', 0.0, 0)


def now() -> float:
    """Seconds since the boot of this machine."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


def claim(path: str, record: Record) -> int:
    """Make the file of a command that is about to begin; its open file.

    Raises FileExistsError when it was made before.
    """
    file = os.open(path, _FLAGS | os.O_EXCL, 0o600)
    fcntl.flock(file, fcntl.LOCK_EX)
    if os.fstat(file).st_size:
        raise FileExistsError(path)
    os.write(file, _head(record))
    return file


def forbid(path: str) -> bool:
    """Have a command never begin; False: it has."""
    try:
        os.close(claim(path, _NOBODYS))
    except FileExistsError:
        return False
    return True


def note_pid(file: int, pid: int) -> None:
    """Add the pid of the command."""
    os.write(file, b'%d\n' % pid)


def finish(path: str, record: Record, ended: Ended, safe: bool) -> int:
    """Leave how a command ended, `safe` from a loss of power too.

    The file is locked, and open: its supervisor is that of no other command.
    """
    tail = '{} {} {:.6f} {} {} {} {}\n'.format(
        *(ended.status, ended.trouble, ended.duration),
        *(ended.stdout[0], len(ended.stdout[1])),
        *(ended.stderr[0], len(ended.stderr[1])),
    )
    head = _head(record) + b'%d\n' % (record.pid or NEVER) + tail.encode()
    return replace(path, head + ended.stdout[1] + ended.stderr[1], safe)


def replace(path: str, data: bytes, safe: bool = False) -> int:
    """Put a whole file, locked, in the place of another; it stays open."""
    new = f'{path}.new'
    file = os.open(new, _FLAGS | os.O_TRUNC, 0o600)
    fcntl.flock(file, fcntl.LOCK_EX)
    while data:
        data = data[os.write(file, data) :]
    if safe:
        os.fsync(file)
    os.rename(new, path)
    if safe:
        _sync_folder(os.path.dirname(path))
    return file


def _sync_folder(path: str) -> None:
    file = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(file)
    finally:
        os.close(file)


def _head(record: Record) -> bytes:
    said = record.supervisor, record.boot_id, record.began, record.digest
    return '{} {} {:.6f} {}\n'.format(*said).encode()


def read(path: str) -> Record | None:
    """The record of a command; None: it has not begun."""
    while True:
        try:
            file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            return None
        try:
            data = os.read(file, _MOST)
        finally:
            os.close(file)
        if data:
            return _parsed(data)
        _forbid_empty(path)


def _forbid_empty(path: str) -> None:
    """Its maker has not locked it yet, or died before it did."""
    with contextlib.suppress(FileNotFoundError), open(path, 'ab') as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        if not os.fstat(stream.fileno()).st_size:
            stream.write(_head(_NOBODYS))


def _parsed(data: bytes) -> Record:
    first, _, data = data.partition(b'\n')
    supervisor, boot_id, began, digest = first.decode().split()
    pid, more, data = data.partition(b'\n')
    record = Record(
        int(supervisor),
        boot_id,
        float(began),
        int(digest),
        int(pid) if more else None,
    )
    third, more, data = data.partition(b'\n')
    return record if not more else _with_end(record, third.split(), data)


def _with_end(record: Record, said: list[bytes], data: bytes) -> Record:
    status, trouble, duration, *sizes = said
    out_dropped, out_kept, err_dropped, err_kept = map(int, sizes)
    ended = Ended(
        int(status),
        int(trouble),
        float(duration),
        (out_dropped, data[:out_kept]),
        (err_dropped, data[out_kept : out_kept + err_kept]),
    )
    return dataclasses.replace(record, ended=ended)


def is_supervised(path: str) -> bool:
    """Whether the supervisor of a command lives, and is still its own."""
    try:
        file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(file)
    return False
