"""Files of master: given away by its agent, fetched by those of others."""

import errno
import hashlib
import logging
import os
import pathlib
from collections.abc import Callable, Iterator, Sequence
from typing import BinaryIO, TypeVar

from trailmark.drivers import sources, wanted_files
from trailmark.messaging import files

LOG = logging.getLogger(__name__)
#: Bytes of a file that travel in one message.
CHUNK = 256 * 1024
#: Files below a folder of which one message tells.
_PAGE = 1000
_Said = TypeVar('_Said')


class GivenFiles:
    """Implements messaging.files.Files for this machine."""

    def page(self, path: str, start: int) -> files.Page:
        """Files below a folder, from the one of this number."""
        _check_absolute(path)
        found = sources.LOCAL.tree(path, _unchecked)
        if found is None:
            return files.Page(is_folder=False)
        entries = tuple(
            files.Entry(each.path, each.mode, each.folder_mode)
            for each in found[start : start + _PAGE]
        )
        return files.Page(True, entries, start + _PAGE < len(found))

    def piece(self, path: str, offset: int) -> files.Piece:
        """Bytes of a plain file from an offset."""
        _check_absolute(path)
        with sources.open_file(path) as stream:
            stream.seek(offset)
            data = stream.read(CHUNK)
            is_last = len(data) < CHUNK
            digest = _digest(stream) if is_last else None
            return files.Piece(data, _version(stream), digest)


def _check_absolute(path: str) -> None:
    if not os.path.isabs(path) or '\0' in path:
        raise OSError(errno.EINVAL, 'this is no absolute path', path)


def _digest(stream: BinaryIO) -> str:
    stream.seek(0)
    digest = hashlib.sha256()
    for data in wanted_files.chunks(stream, _unchecked):
        digest.update(data)
    return digest.hexdigest()


def _version(stream: BinaryIO) -> str:
    found = os.fstat(stream.fileno())
    return f'{found.st_ino}:{found.st_size}:{found.st_mtime_ns}'


def _unchecked() -> None:
    """Nobody waits: there is nothing to be ended."""


class FetchedFiles:
    """Implements drivers.sources.Sources for one attempt on another node.

    Each file is fetched once, into `folder`, and as a whole or not at all.
    What is asked may be lost with one of several agents of master, so it is
    asked twice; of a master that is silent then, nothing more is.
    """

    def __init__(self, given: files.Files, folder: pathlib.Path) -> None:
        self._given, self._folder = given, folder
        self._fetched: dict[str, pathlib.Path] = {}
        self._silence: TimeoutError | None = None

    def tree(
        self, path: str, check: sources.Check
    ) -> Sequence[sources.Found] | None:
        """The files below a folder of master."""
        found: list[sources.Found] = []
        page = files.Page(True, more=True)
        while page.more:
            check()
            start = len(found)
            page = self._asked(self._given.page, path, start)
            found += [
                sources.Found(each.path, each.mode, each.folder_mode)
                for each in page.files
            ]
            if page.more and not start < len(found) <= sources.MOST:
                raise OSError(errno.EPROTO, 'its pages have no end', path)
        return found if page.is_folder else None

    def open(self, path: str, check: sources.Check) -> BinaryIO:
        """A plain file of master."""
        if path not in self._fetched:
            into = self._folder / f'source-{len(self._fetched)}'
            self._fetch(path, into, check)
            self._fetched[path] = into
        return self._fetched[path].open('rb')

    def _fetch(
        self, path: str, into: pathlib.Path, check: sources.Check
    ) -> None:
        digest = hashlib.sha256()
        versions = set()
        with into.open('wb') as stream:
            for piece in self._pieces(path):
                check()
                stream.write(piece.data)
                digest.update(piece.data)
                versions.add(piece.version)
        if len(versions) > 1 or piece.digest != digest.hexdigest():
            raise OSError(errno.EBUSY, 'it changed while it was read', path)

    def _pieces(self, path: str) -> Iterator[files.Piece]:
        """Pieces of a file, up to the one with the digest."""
        offset = 0
        while True:
            piece = self._asked(self._given.piece, path, offset)
            yield piece
            if piece.digest is not None or not piece.data:
                return
            offset += len(piece.data)

    def _asked(
        self, ask: Callable[[str, int], _Said], path: str, start: int
    ) -> _Said:
        if self._silence is not None:
            raise self._silence
        try:
            return ask(path, start)
        except TimeoutError:
            LOG.info('Master is silent, it is asked again for %s', path)
        try:
            return ask(path, start)
        except TimeoutError as error:
            self._silence = error
            raise
