"""A file as a task wants it on its node, and where its content is."""

import dataclasses
import errno
import io
import os
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, BinaryIO

from trailmark.drivers import base, modes, sources

#: Bytes that are read or written between two looks at the guard.
CHUNK = 1024 * 1024

Check = sources.Check


@dataclasses.dataclass(frozen=True, slots=True)
class Wanted:
    """One file: `path` and `source` as written, the others absolute.

    Its content is `data`, or that of the file `source_path`; None in both:
    it is still to be computed. `user` and `group` are None where the task
    says none. `writer` names the task on this node, and nobody else.
    `problem` says what is wrong with its source, if that is known.
    """

    path: str
    target: str
    mode: int
    folder_mode: int
    writer: str
    data: bytes | None = None
    source: str | None = None
    source_path: str | None = None
    user: str | None = None
    group: str | None = None
    overwrite: bool = True
    parents: bool = True
    master: sources.Sources = sources.LOCAL
    problem: str | None = None

    @property
    def is_computed(self) -> bool:
        """Whether nobody knows its content yet."""
        return self.data is None and self.source is None

    def open(self, check: Check) -> BinaryIO:
        """Its content. Raises OSError that names the source."""
        if self.data is not None:
            return io.BytesIO(self.data)
        if self.source_path is None:
            said = 'a relative src needs a task that comes from a folder'
            raise OSError(errno.ENOENT, said, self.source)
        return self.master.open(self.source_path, check)


def of(
    job: base.Job,
    path: str,
    modes_from: Sequence[Mapping[str, Any]],
    **more: Any,
) -> Wanted:
    """A file of a job; the first mapping that says a mode decides it.

    Fuel: 0644 for files and 0755 for folders where no mapping does.
    """

    def mode(name: str, default: str) -> int:
        said = [each[name] for each in modes_from if name in each]
        return modes.read(said[0] if said else default)

    return Wanted(
        path,
        os.path.join(job.folder, path),
        mode('permissions', '0644'),
        mode('dir_permissions', '0755'),
        f'{job.folder}:{job.task}',
        master=job.master,
        **more,
    )


def encoded(data: Any) -> bytes | None:
    """Text as it is written; None for what is still to be computed."""
    # JSON may hold halves of characters: they are written as they are.
    given = isinstance(data, str)
    return data.encode(errors='surrogatepass') if given else None


def size(stream: BinaryIO) -> int:
    """Bytes of a stream that has just been opened."""
    length = stream.seek(0, os.SEEK_END)
    stream.seek(0)
    return length


def chunks(stream: BinaryIO, check: Check) -> Iterator[bytes]:
    """The rest of a stream in pieces."""
    while data := stream.read(CHUNK):
        check()
        yield data


def trouble(error: OSError | ValueError, path: str) -> str:
    """What went wrong, and where, in one sentence."""
    if not isinstance(error, OSError):
        return f'{path}: {error}'
    # Of a rename that failed, the second name is the one people know.
    known = (error.filename2, error.filename)
    named = next((each for each in known if isinstance(each, str)), path)
    return f'{named}: {error.strerror or error}'
