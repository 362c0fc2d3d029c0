"""An agent's side of the spawner: it begins one, and asks it for commands."""

import contextlib
import fcntl
import os
import pathlib
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator

from trailmark.drivers import environments, spawner, supervisor

#: The interface between the two: another one is another spawner.
_NAME = 'spawner-1'
_ROOT = str(pathlib.Path(__file__).absolute().parents[1])
#: Makes the package known under its name, wherever its folder is.
_BEGIN = (
    'import sys, types\n'
    "package = types.ModuleType('trailmark')\n"
    'package.__path__ = [sys.argv[1]]\n'
    "sys.modules['trailmark'] = package\n"
    'from trailmark.drivers import spawner\n'
    'spawner.main(sys.argv[2])\n'
)
_BACKLOG = 1024
#: Nobody listens.
_NOBODY = FileNotFoundError, ConnectionRefusedError
#: Bytes that the path of a socket may have.
_SHORT = 100


_known: dict[pathlib.Path, 'Spawner'] = {}
_lock = threading.Lock()


def of(folder: pathlib.Path) -> 'Spawner':
    """The spawner of a folder, one for this process."""
    found = _known.get(folder)
    if found is None:
        with _lock:
            found = _known.setdefault(folder, Spawner(folder))
    return found


def let_go(folder: pathlib.Path) -> None:
    """Need the spawner of a folder no more; what it began goes on."""
    with _lock:
        found = _known.pop(folder, None)
    if found is not None:
        found.close()


class Spawner:
    """The spawner of a folder; from any thread. Its methods raise OSError."""

    def __init__(self, folder: pathlib.Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._presence: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None

    def ask(self, request: bytes) -> socket.socket:
        """Have a command begin; the connection ends with it.

        It ends at once where the command is not to begin any more.
        """
        if self._presence is None:
            self._meet()
        said = self._connect()
        try:
            said.sendall(b'%*d' % (supervisor.WORD, len(request)) + request)
        except BaseException:
            said.close()
            raise
        return said

    def close(self) -> None:
        """Need it no more."""
        with self._lock:
            if self._presence is not None:
                self._presence.close()
                self._presence = None

    def _meet(self) -> None:
        """Say that an agent is there, as long as the connection lasts."""
        with self._lock:
            if self._presence is None:
                self._presence = self._connect()
                self._presence.sendall(spawner.AGENT)

    def _connect(self) -> socket.socket:
        path = str(self._folder / _NAME)
        if len(os.fsencode(path)) <= _SHORT:
            with contextlib.suppress(
                FileNotFoundError, ConnectionRefusedError
            ):
                return _connected_to(path)
        with _opened(self._folder) as place:
            try:
                return _connected(place)
            except _NOBODY:
                self._begin(place)
                return _connected(place)

    def _begin(self, place: int) -> None:
        """Begin a spawner, unless another process just has."""
        lock = os.open(
            'spawner.lock', os.O_CREAT | os.O_RDWR, 0o600, dir_fd=place
        )
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            with contextlib.suppress(
                FileNotFoundError, ConnectionRefusedError
            ):
                _connected(place).close()
                return
            self._start(place)
        finally:
            os.close(lock)

    def _start(self, place: int) -> None:
        if self._process is not None:
            self._process.poll()
        with contextlib.suppress(FileNotFoundError):
            os.unlink(_NAME, dir_fd=place)
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC
        log = os.open('spawner.log', flags, 0o600, dir_fd=place)
        with (
            socket.socket(socket.AF_UNIX) as listener,
            open(log, 'wb') as said,
        ):
            listener.bind(_path(place))
            listener.listen(_BACKLOG)
            self._process = subprocess.Popen(
                [
                    *(sys.executable, '-I', '-S', '-E', '-X', 'utf8'),
                    *('-c', _BEGIN, _ROOT, str(self._folder / _NAME)),
                ],
                stdin=listener.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=said,
                env=environments.kept(),
                start_new_session=True,
            )


@contextlib.contextmanager
def _opened(folder: pathlib.Path) -> Iterator[int]:
    """The folder: the path of a socket in it may be too long."""
    flags = os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC
    place = os.open(folder, flags)
    try:
        yield place
    finally:
        os.close(place)


def _path(place: int) -> str:
    return f'/proc/self/fd/{place}/{_NAME}'


def _connected(place: int) -> socket.socket:
    return _connected_to(_path(place))


def _connected_to(path: str) -> socket.socket:
    said = socket.socket(socket.AF_UNIX)
    try:
        said.connect(path)
    except BaseException:
        said.close()
        raise
    return said
