"""Files of master that jobs read, wherever they run."""

import dataclasses
import errno
import os
import stat
from collections.abc import Callable, Iterator, Sequence
from typing import BinaryIO, Protocol

#: Called between pieces; it raises when the job is to end.
Check = Callable[[], None]
#: Files that one folder may have, with all that are below it.
MOST = 10_000


@dataclasses.dataclass(frozen=True, slots=True)
class Found:
    """A file below a folder: `path` is relative to it, modes are numbers."""

    path: str
    mode: int
    folder_mode: int


class Sources(Protocol):
    """Where sources are read from; paths are absolute, of master.

    Both raise OSError that names the path.
    """

    def tree(self, path: str, check: Check) -> Sequence[Found] | None:
        """The files below a folder, in order; None for what is no folder.

        Empty folders are passed over, and so are links to folders.
        """

    def open(self, path: str, check: Check) -> BinaryIO:
        """A plain file, also behind a link."""


class LocalSources:
    """Implements Sources on the machine of master itself."""

    def tree(self, path: str, check: Check) -> Sequence[Found] | None:
        """The files below a folder."""
        if not os.path.isdir(path):
            return None
        found: list[Found] = []
        for each in _walk(path):
            check()
            found.append(each)
            if len(found) > MOST:
                said = f'more than {MOST} files: copy them by type sync'
                raise OSError(errno.E2BIG, said, path)
        return found

    def open(self, path: str, check: Check) -> BinaryIO:
        """A plain file."""
        return open_file(path)


#: For jobs on the machine of master.
LOCAL = LocalSources()


def _walk(top: str) -> Iterator[Found]:
    for folder, below, files in os.walk(top, onerror=_raise):
        below.sort()
        folder_mode = stat.S_IMODE(os.stat(folder).st_mode)
        for name in sorted(files):
            path = os.path.join(folder, name)
            mode = stat.S_IMODE(os.stat(path).st_mode)
            yield Found(os.path.relpath(path, top), mode, folder_mode)


def _raise(error: OSError) -> None:
    raise error


def open_file(path: str) -> BinaryIO:
    """A plain file, also behind a link. Raises OSError that names it."""
    if os.path.isdir(path):
        raise IsADirectoryError(errno.EISDIR, 'this is a folder', path)
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    stream = os.fdopen(handle, 'rb')
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        stream.close()
        raise OSError(errno.EINVAL, 'this is no plain file', path)
    return stream
