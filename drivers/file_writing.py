"""Writing a file whole or not at all."""

import contextlib
import errno
import hashlib
import os

from trailmark.drivers import file_facts, wanted_files


def write(wanted: wanted_files.Wanted, check: wanted_files.Check) -> None:
    """Put the file in place by a rename; its folder must be there.

    A link is replaced, not followed. Raises OSError that names the file.
    """
    new = _beside(wanted)
    with contextlib.suppress(FileNotFoundError):
        os.unlink(new)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    try:
        handle = os.open(new, flags, 0o600)
    except OSError as error:
        raise OSError(error.errno, error.strerror, wanted.target) from None
    try:
        with (
            os.fdopen(handle, 'wb') as stream,
            wanted.open(check) as content,
        ):
            for data in wanted_files.chunks(content, check):
                stream.write(data)
            stream.flush()
            _dress(handle, wanted)
            os.fsync(handle)
        os.replace(new, wanted.target)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(new)
        raise
    _sync_folder(os.path.dirname(wanted.target))


def _beside(wanted: wanted_files.Wanted) -> str:
    """A name in the same folder that only this task on this node writes to.

    An attempt that was killed leaves it behind; the next one removes it.
    """
    folder, name = os.path.split(wanted.target)
    said = os.fsencode(f'{wanted.writer}:{name}')
    digest = hashlib.sha256(said).hexdigest()[:16]
    return os.path.join(folder, f'.trailmark-{digest}.new')


def mend(wanted: wanted_files.Wanted) -> None:
    """Give a file that is there its mode and owner. Raises OSError."""
    flags = os.O_PATH | os.O_NOFOLLOW | os.O_CLOEXEC
    handle = os.open(wanted.target, flags)
    try:
        # Only by this name may a handle be dressed that can't be read from.
        _dress(f'/proc/self/fd/{handle}', wanted)
    finally:
        os.close(handle)


def _dress(file: int | str, wanted: wanted_files.Wanted) -> None:
    user, group = file_facts.find_owner(wanted)
    try:
        if (user, group) != (-1, -1):
            os.chown(file, user, group)
    except OSError as error:
        said = f"its owner can't be set: {error.strerror}"
        raise OSError(error.errno, said, wanted.target) from None
    try:
        os.chmod(file, wanted.mode)  # After chown, which takes special bits.
    except OSError as error:
        said = f"its mode can't be set: {error.strerror}"
        raise OSError(error.errno, said, wanted.target) from None


def make_folder(path: str, mode: int) -> None:
    """Make a folder unless there is one. Raises OSError that names it."""
    try:
        os.mkdir(path)
    except FileExistsError:
        if not os.path.isdir(path):
            said = 'this is no folder'
            raise OSError(errno.ENOTDIR, said, path) from None
        return
    os.chmod(path, mode)


def _sync_folder(folder: str) -> None:
    """Make a rename durable, where the folder can be opened for it."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
