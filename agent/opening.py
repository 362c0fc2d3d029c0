"""The file of a journal: opened, proven to be writable, set aside broken."""

import contextlib
import logging
import os
import pathlib
import sqlite3
import tempfile
import threading
import time
from collections.abc import Iterator

import fasteners

from trailmark.common import clock

LOG = logging.getLogger(__name__)
#: Seconds that another process of this node may hold the file.
BUSY = 30.0
#: Bytes that have to be free: what is taken on must not fail halfway.
_ROOM = 256 * 1024
_BROKEN = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_FILES = ('', '-wal', '-shm')

Place = tuple[int, int]


def opened(path: pathlib.Path) -> sqlite3.Connection:
    """The file, made if absent. Raises OSError, sqlite3.Error."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with _alone(path):
        _make(path)
        _prove_room(path.parent)
        connection = sqlite3.connect(
            path, timeout=BUSY, isolation_level=None, check_same_thread=False
        )
        try:
            _use_wal(connection)
            connection.execute('PRAGMA synchronous = FULL')
        except BaseException:
            connection.close()
            raise
    return connection


def place(path: pathlib.Path) -> Place:
    """Which file stands there. Raises OSError."""
    found = path.stat()
    return found.st_dev, found.st_ino


def is_broken(error: Exception) -> bool:
    """Whether an error says that the file is no journal any more."""
    code: int = getattr(error, 'sqlite_errorcode', 0)
    return code & 0xFF in _BROKEN


def set_aside(path: pathlib.Path, which: Place) -> None:
    """Give a broken file another name, unless another one stands there."""
    with _alone(path), contextlib.suppress(FileNotFoundError):
        if place(path) != which:
            return
        name = f'{path.name}.broken-{clock.now()}'
        LOG.error('The journal %s is broken, it is kept as %s', path, name)
        for end in _FILES:
            file = path.with_name(f'{path.name}{end}')
            file.rename(path.with_name(f'{name}{end}'))


@contextlib.contextmanager
def _alone(path: pathlib.Path) -> Iterator[None]:
    """No other process opens it meanwhile, or sets it aside."""
    _make(path.with_name(f'{path.name}.lock'))
    lock = fasteners.InterProcessLock(f'{path}.lock')
    if not lock.acquire(timeout=BUSY):
        raise OSError(f'another process has {path}.lock')
    try:
        yield
    finally:
        lock.release()


def _make(path: pathlib.Path) -> None:
    """A file that only this user reads, if there is none yet."""
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))


def _prove_room(folder: pathlib.Path) -> None:
    with tempfile.TemporaryFile(dir=folder) as file:
        os.posix_fallocate(file.fileno(), 0, _ROOM)


def _use_wal(connection: sqlite3.Connection) -> None:
    """SQLite doesn't wait for others here, whatever its timeout is."""
    last = time.monotonic() + BUSY
    while True:
        try:
            connection.execute('PRAGMA journal_mode = WAL')
            return
        except sqlite3.OperationalError:
            if time.monotonic() > last:
                raise
            threading.Event().wait(0.05)
