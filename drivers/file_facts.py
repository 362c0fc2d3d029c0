"""What is found on a node where a task wants a file; JSON data."""

import errno
import grp
import os
import pwd
import stat
from collections.abc import Iterable
from typing import Any

from trailmark.drivers import modes, shortages, sources, wanted_files


def look(
    files: Iterable[wanted_files.Wanted], check: wanted_files.Check
) -> dict[str, Any]:
    """Facts of the node: `root` says whether its agent is, then each file's.

    A file has its `kind` (missing, file, link), and what the kind needs:
    `folders` that are missing, whether the `content` is the same or other,
    `mode`, owner. Instead it has a `problem` if nothing can be done.
    """
    return {
        'root': os.geteuid() == 0,
        'files': [_file(each, check) for each in files],
    }


def _file(
    wanted: wanted_files.Wanted, check: wanted_files.Check
) -> dict[str, Any]:
    if wanted.problem is not None:
        return {'problem': wanted.problem}
    try:
        find_owner(wanted)
        return _found(wanted, check)
    except (OSError, ValueError) as error:
        if shortages.is_shortage(error):
            raise
        return {'problem': wanted_files.trouble(error, wanted.target)}


def find_owner(wanted: wanted_files.Wanted) -> tuple[int, int]:
    """Numbers of user and group, -1 where none is said; OSError if unknown."""
    return (
        _number('user', wanted.user, wanted.target),
        _number('group', wanted.group, wanted.target),
    )


def _number(kind: str, name: str | None, target: str) -> int:
    if name is None:
        return -1
    try:
        if kind == 'user':
            return pwd.getpwnam(name).pw_uid
        return grp.getgrnam(name).gr_gid
    except KeyError:
        if name.isdecimal():
            return int(name)
    said = f"the {kind} {name} doesn't exist"
    raise OSError(errno.EINVAL, said, target)


def _found(
    wanted: wanted_files.Wanted, check: wanted_files.Check
) -> dict[str, Any]:
    """Raises OSError, ValueError for what can't be done."""
    if wanted.target.endswith('/'):
        raise OSError(errno.EISDIR, 'a folder is named', wanted.target)
    try:
        state = os.lstat(wanted.target)
    except FileNotFoundError:
        return _missing(wanted, check)
    if stat.S_ISDIR(state.st_mode):
        raise OSError(errno.EISDIR, 'a folder is in the way', wanted.target)
    if stat.S_ISLNK(state.st_mode):
        return {'kind': 'link', **_content(wanted, None, check)}
    if not stat.S_ISREG(state.st_mode):
        raise OSError(errno.EINVAL, 'this is no plain file', wanted.target)
    return {
        'kind': 'file',
        'mode': modes.show(stat.S_IMODE(state.st_mode)),
        'user': _user(state.st_uid),
        'uid': state.st_uid,
        'group': _group(state.st_gid),
        'gid': state.st_gid,
        **_content(wanted, state.st_size, check),
    }


def _missing(
    wanted: wanted_files.Wanted, check: wanted_files.Check
) -> dict[str, Any]:
    folders: list[str] = []
    folder = os.path.dirname(wanted.target)
    while not os.path.lexists(folder):
        folders.insert(0, folder)
        folder = os.path.dirname(folder)
    if folders and not wanted.parents:
        said = "this folder doesn't exist, and parents is false"
        raise OSError(errno.ENOENT, said, folders[-1])
    _check_writable(folder)
    return {
        'kind': 'missing',
        'folders': folders,
        'bytes': _size(wanted, check),
    }


def _content(
    wanted: wanted_files.Wanted, found: int | None, check: wanted_files.Check
) -> dict[str, Any]:
    """Whether a file of `found` bytes is as wanted; None: it never is."""
    if not wanted.overwrite:
        return {'content': 'kept'}
    said = {'content': 'other', 'bytes': _size(wanted, check)}
    if found is not None and found == said['bytes']:
        try:
            if _is_same(wanted, check):
                return {**said, 'content': 'same'}
        except PermissionError:
            pass  # What can't be read may still be replaced.
    _check_writable(os.path.dirname(wanted.target))
    return said


def _size(
    wanted: wanted_files.Wanted, check: wanted_files.Check
) -> int | None:
    """Bytes of the content; None while it is not computed."""
    if wanted.is_computed:
        return None
    with wanted.open(check) as stream:
        return wanted_files.size(stream)


def _is_same(wanted: wanted_files.Wanted, check: wanted_files.Check) -> bool:
    with wanted.open(check) as new, sources.open_file(wanted.target) as old:
        return all(
            data == old.read(len(data))
            for data in wanted_files.chunks(new, check)
        )


def _check_writable(folder: str) -> None:
    if not os.path.isdir(folder):
        raise OSError(errno.ENOTDIR, 'this is no folder', folder)
    if not os.access(folder, os.W_OK | os.X_OK, effective_ids=True):
        said = 'this folder may not be written to'
        raise OSError(errno.EACCES, said, folder)


def _user(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def _group(gid: int) -> str:
    try:
        return grp.getgrgid(gid).gr_name
    except KeyError:
        return str(gid)
