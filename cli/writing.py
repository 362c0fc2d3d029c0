"""Files that are written whole or not at all."""

import contextlib
import os
import uuid
from collections.abc import Mapping

from trailmark.common import exceptions, problems


def write(files: Mapping[str, str], force: bool) -> None:
    """Write texts to paths, all or none; folders are made.

    Raises InvalidInput naming every path that can't be written or, without
    `force`, that is there already.
    """
    refused = [
        problems.Problem(reason, file=path)
        for path in files
        if (reason := _why_not(path, force)) is not None
    ]
    if refused:
        raise exceptions.InvalidInput(refused)
    waiting: dict[str, str] = {}
    try:
        for path, text in files.items():
            waiting[path] = _beside(path)
            _fill(waiting[path], text)
        for path, beside in waiting.items():
            os.replace(beside, os.path.realpath(path))
    except OSError as error:
        raise exceptions.InvalidInput(
            [problems.Problem(f"can't be written: {error.strerror}", path)]
        ) from None
    finally:
        for beside in waiting.values():
            with contextlib.suppress(OSError):
                os.unlink(beside)


def _why_not(path: str, force: bool) -> str | None:
    if not os.path.lexists(path):
        return None
    if not os.path.isfile(path):
        return 'is not a regular file'
    return None if force else 'is there already: --force overwrites it'


def _beside(path: str) -> str:
    real = os.path.realpath(path)
    folder, name = os.path.split(real)
    return os.path.join(folder, f'.{name}.{uuid.uuid4().hex[:8]}')


def _fill(path: str, text: str) -> None:
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, 'x', encoding='utf-8') as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
