"""An attempt's folders and files: its place, context and checkpoint."""

import contextlib
import hashlib
import itertools
import json
import os
import pathlib
import re
import shutil
import stat
import urllib.parse

from trailmark.drivers import base, output

#: Bytes that a checkpoint may have.
CHECKPOINT_LIMIT = 64 * 1024
#: Characters of a part of a path, and those that a long name keeps.
_LONGEST_PART, _KEPT = 255, 180
MARKER = 'TRAILMARK_ATTEMPT_ID'
_CHECKPOINT = 'checkpoint'
_CONTEXT = 'json'
_COMMAND = 'command'
_LEFT = re.compile(r'[0-9]+(\.[0-9]+){4}(?![0-9])')
#: What stands beside the record of a command.
_BESIDE = '.live', '.out'


def beside(scratch: pathlib.Path, name: str) -> pathlib.Path:
    """A file of the attempt that is no file of its folder's."""
    return scratch.with_name(f'{scratch.name}.{name}')


def of_node(work: pathlib.Path, cluster: str, node: str) -> pathlib.Path:
    """The node's own folder below the folder in which tasks work."""
    return work / _part(cluster) / _part(node)


def _part(name: str) -> str:
    """A name as one part of a path; of a long one the beginning."""
    quoted = urllib.parse.quote(name, safe=' ')
    if len(quoted) > _LONGEST_PART:
        digest = hashlib.blake2b(name.encode(), digest_size=16).hexdigest()
        # No name that is quoted whole has such a mark.
        return f'{quoted[:_KEPT]}%~{digest}'
    return quoted.replace('.', '%2E') if not name.strip('.') else quoted


def prepare(job: base.Job, scratch: bool = True) -> None:
    """Make the job's folder, context and checkpoint. Raises OSError.

    Its own folder is made if `scratch`; most jobs do without.
    """
    for folder, mode, is_needed in (
        (job.folder, 0o777, True),
        (job.scratch.parent, 0o700, True),
        (job.scratch, 0o700, scratch),
    ):
        if is_needed and not os.path.isdir(folder):
            folder.mkdir(mode=mode, parents=True, exist_ok=True)
    context = {
        'cluster': job.cluster,
        'node': job.node,
        'roles': list(job.roles),
        'attributes': dict(job.attributes),
        'parameters': dict(job.parameters),
    }
    text = json.dumps(context, ensure_ascii=False, indent=2)
    _write(beside(job.scratch, _CONTEXT), text + '\n')
    if job.checkpoint is not None:
        _write(beside(job.scratch, _CHECKPOINT), job.checkpoint)


def _write(path: pathlib.Path, text: str) -> None:
    """Nobody reads it before it is whole."""
    data = text.encode('utf-8', 'surrogatepass')
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC
    file = os.open(path, flags, 0o666)
    try:
        while data:
            data = data[os.write(file, data) :]
    finally:
        os.close(file)


def remove(scratch: pathlib.Path) -> None:
    """Remove what an attempt left, as far as possible."""
    names = [_CONTEXT, _CHECKPOINT]
    for number in itertools.count():
        try:
            os.unlink(command(scratch, number))
        except OSError:
            break
        names += [f'{_COMMAND}{number}{end}' for end in _BESIDE]
    for name in names:
        with contextlib.suppress(OSError):
            os.unlink(f'{scratch}.{name}')
    if os.path.isdir(scratch):
        shutil.rmtree(scratch, ignore_errors=True)


def attempts(place: pathlib.Path) -> set[str]:
    """The attempts that have left something in a place."""
    found = (_LEFT.match(name) for name in os.listdir(place))
    return {each[0] for each in found if each is not None}


def touched_at(scratch: pathlib.Path) -> float:
    """When something of an attempt was written last, at least."""
    found = (scratch, beside(scratch, _CONTEXT), command(scratch, 0))
    times = [os.stat(each).st_mtime for each in found if os.path.exists(each)]
    return max(times, default=0.0)


def command(scratch: pathlib.Path, number: int) -> str:
    """The record of one of an attempt's commands."""
    return f'{scratch}.{_COMMAND}{number}'


def checkpoint_entry(scratch: pathlib.Path) -> str:
    """The entry of the environment that no other attempt has."""
    return f'TRAILMARK_CHECKPOINT={beside(scratch, _CHECKPOINT)}'


def environment(job: base.Job) -> dict[str, str]:
    """The environment of the job's commands."""
    return {
        **job.environment,
        'TRAILMARK_RUN': str(job.run),
        'TRAILMARK_NODE': job.node,
        'TRAILMARK_TASK': job.task,
        'TRAILMARK_ATTEMPT': str(job.attempt),
        MARKER: job.attempt_id,
        'TRAILMARK_CHECKPOINT': str(beside(job.scratch, _CHECKPOINT)),
        'TRAILMARK_CONTEXT': str(beside(job.scratch, _CONTEXT)),
    }


class Checkpoint:
    """The newest text that an attempt left in its checkpoint file."""

    def __init__(self, scratch: pathlib.Path, text: str | None) -> None:
        self._path = beside(scratch, _CHECKPOINT)
        self._seen: tuple[int, int, int] | None = None
        self.text = text
        #: Bytes of a checkpoint that was too large to be taken.
        self.refused: int | None = None

    def refresh(self) -> bool:
        """Read the file if it was replaced; whether the text is another."""
        seen = _look(self._path)
        if seen is None or seen == self._seen:
            return False
        self._seen = seen
        return self._take(_read(self._path))

    def _take(self, data: bytes | None) -> bool:
        if data is None:
            return False
        if len(data) > CHECKPOINT_LIMIT:
            self.refused = len(data)
            return False
        before, self.text = self.text, output.clean(data)
        self.refused = None
        return self.text != before


def last_checkpoint(scratch: pathlib.Path, text: str | None) -> str | None:
    """What an attempt that is gone left behind; `text` if it left nothing."""
    data = _read(beside(scratch, _CHECKPOINT))
    if data is None or len(data) > CHECKPOINT_LIMIT:
        return text
    return output.clean(data)


def _look(path: pathlib.Path) -> tuple[int, int, int] | None:
    try:
        found = path.lstat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size


def _read(path: pathlib.Path) -> bytes | None:
    """A plain file's bytes, at most one more than a checkpoint may have."""
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    try:
        file = os.open(path, flags)
    except OSError:
        return None
    with os.fdopen(file, 'rb') as stream:
        if not stat.S_ISREG(os.fstat(file).st_mode):
            return None
        return stream.read(CHECKPOINT_LIMIT + 1)
