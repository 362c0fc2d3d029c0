"""The files of a deployment's folder, read to be sent."""

import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

from trailmark.common import exceptions, problems

#: Names standard input where a file is read.
STANDARD_INPUT = '-'
_ENDINGS = ('.yaml', '.yml')
_LARGEST = 16 * 1024 * 1024
_MOST_ENTRIES = 20_000


def read(folder: str) -> dict[str, str]:
    """YAML files below the folder: relative path -> text.

    Hidden files are left out. Raises InvalidInput naming every file that
    can't be read.
    """
    root = Path(folder)
    if not root.is_dir():
        missing = (
            'is not a folder' if root.exists() else 'there is no such folder'
        )
        raise exceptions.InvalidInput([_problem(folder, missing)])
    found: list[problems.Problem] = []
    files: dict[str, str] = {}
    for path in _walk(root, found):
        name = path.relative_to(root).as_posix()
        try:
            files[name] = _text(path)
        except (OSError, ValueError) as error:
            found.append(_problem(name, _reason(error)))
    if found:
        raise exceptions.InvalidInput(found)
    return files


def read_file(path: str) -> dict[str, str]:
    """One file, or standard input for `-`: its name -> text.

    Raises InvalidInput.
    """
    try:
        if path == STANDARD_INPUT:
            return {
                'stdin.yaml': _decoded(sys.stdin.buffer.read(_LARGEST + 1))
            }
        return {os.path.basename(path): _text(Path(path))}
    except (OSError, ValueError) as error:
        raise exceptions.InvalidInput(
            [_problem(path, _reason(error))]
        ) from None


def _walk(root: Path, found: list[problems.Problem]) -> Iterator[Path]:
    way: tuple[str, ...] = (os.path.realpath(root),)
    waiting = [(root, way)]
    entries = 0
    while waiting:
        folder, way = waiting.pop()
        for path in _listed(folder, root, found):
            entries += 1
            if entries > _MOST_ENTRIES:
                raise exceptions.InvalidInput([_too_many(root)])
            if path.is_dir():
                real = os.path.realpath(path)
                if real in way:
                    found.append(_loop(path, root))
                else:
                    waiting.append((path, (*way, real)))
            elif path.name.endswith(_ENDINGS):
                yield path


def _listed(
    folder: Path, root: Path, found: list[problems.Problem]
) -> list[Path]:
    try:
        return sorted(
            path for path in folder.iterdir() if not path.name.startswith('.')
        )
    except OSError as error:
        name = folder.relative_to(root).as_posix()
        found.append(_problem(name, _reason(error)))
        return []


def _text(path: Path) -> str:
    path.name.encode()
    said = path.stat()
    if not stat.S_ISREG(said.st_mode):
        raise ValueError('is not a regular file')
    _check_size(said.st_size)
    return _decoded(path.read_bytes())


def _decoded(content: bytes) -> str:
    _check_size(len(content))
    return content.decode('utf-8-sig')


def _check_size(size: int) -> None:
    if size > _LARGEST:
        raise ValueError(f'is larger than {_LARGEST >> 20} MiB')


def _reason(error: OSError | ValueError) -> str:
    if isinstance(error, UnicodeDecodeError):
        return f'is not UTF-8 at byte {error.start}'
    if isinstance(error, UnicodeEncodeError):
        return 'has a name that is not UTF-8'
    if isinstance(error, OSError):
        return f"can't be read: {error.strerror}"
    return str(error)


def _problem(name: str, message: str) -> problems.Problem:
    shown = name.encode(errors='backslashreplace').decode()
    return problems.Problem(message, file=shown)


def _loop(path: Path, root: Path) -> problems.Problem:
    name = path.relative_to(root).as_posix()
    return _problem(name, 'is a link to a folder that it lies in')


def _too_many(root: Path) -> problems.Problem:
    return _problem(
        str(root),
        f'holds more than {_MOST_ENTRIES} files: '
        'is it the folder of a deployment?',
    )
