"""How files would change: bounded, and without what not everyone may read."""

import contextlib
import dataclasses
import difflib
import hashlib
import io
import os
import stat
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from trailmark.common import secrets
from trailmark.drivers import sources, wanted_files

#: Bytes of a file of which a diff is made.
LARGEST = 64 * 1024
#: Characters of all diffs of a job.
LIMIT = 16 * 1024
_LONGEST_LINE = 500


def of(
    files: Iterable[wanted_files.Wanted],
    hidden: tuple[str, ...],
    check: wanted_files.Check,
) -> str:
    """Unified diffs of files that would be written; binary ones by digest.

    Of a file with a secret in it, or that others may not read, before or
    after, sizes alone are told.
    """
    said = ''
    for file in files:
        check()
        for line in _lines(file, hidden, check):
            if len(said) > LIMIT:
                return f'{said}[... cut]\n'
            said += f'{secrets.mask_text(line[:_LONGEST_LINE], hidden)}\n'
    return said


@dataclasses.dataclass(frozen=True, slots=True)
class _Side:
    """A file before or after; `head` are its first bytes."""

    stream: BinaryIO
    size: int
    head: bytes
    is_public: bool

    def has(self, hidden: Iterable[str]) -> bool:
        return any(each.encode() in self.head for each in hidden if each)

    def text(self) -> str | None:
        """What is in it; None if it is no text or too long."""
        if self.size > LARGEST or b'\0' in self.head:
            return None
        try:
            return self.head.decode()
        except UnicodeDecodeError:
            return None

    def digest(self, check: wanted_files.Check) -> str:
        self.stream.seek(0)
        digest = hashlib.sha256()
        for data in wanted_files.chunks(self.stream, check):
            digest.update(data)
        return digest.hexdigest()


def _side(stream: BinaryIO, mode: int) -> _Side:
    size = wanted_files.size(stream)
    head = stream.read(LARGEST)
    return _Side(stream, size, head, bool(mode & stat.S_IROTH))


def _before(target: str) -> _Side:
    """What is there; nothing stands for a missing file and for a link."""
    if not os.path.isfile(target) or os.path.islink(target):
        return _side(io.BytesIO(), stat.S_IROTH)
    mode = os.lstat(target).st_mode
    return _side(sources.open_file(target), mode)


def _lines(
    file: wanted_files.Wanted,
    hidden: tuple[str, ...],
    check: wanted_files.Check,
) -> Iterator[str]:
    if file.is_computed:
        return
    with contextlib.ExitStack() as opened:
        try:
            after = _side(file.open(check), file.mode)
            opened.callback(after.stream.close)
            before = _before(file.target)
            opened.callback(before.stream.close)
        except OSError as error:
            yield wanted_files.trouble(error, file.target)
            return
        yield from _compared(file.path, (before, after), hidden, check)


def _compared(
    path: str,
    sides: tuple[_Side, _Side],
    hidden: tuple[str, ...],
    check: wanted_files.Check,
) -> Iterator[str]:
    before, after = sides
    change = f'{path}: {before.size} bytes become {after.size} bytes'
    old, new = before.text(), after.text()
    if any(each.has(hidden) or not each.is_public for each in sides):
        yield f'{change}, which not everyone may read'
    elif old is None or new is None:
        yield change
        yield f'-sha256 {before.digest(check)}'
        yield f'+sha256 {after.digest(check)}'
    else:
        yield from difflib.unified_diff(
            old.splitlines(), new.splitlines(), path, path, lineterm=''
        )
