"""What is done to a node so that it has a file as a task wants it."""

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any

from trailmark.drivers import base, file_writing, modes, wanted_files

#: The owner of what root writes, unless the task says another.
_ROOT = 'root'
_REPLACING = {
    'file': ', in place of other content',
    'link': ', in place of a link',
}


@dataclasses.dataclass(frozen=True, slots=True)
class Action(base.Step):
    """A step that knows how to be done; it raises OSError, ValueError.

    `place` is the path that it is about.
    """

    place: str

    def do(self, check: wanted_files.Check) -> None:
        """Do it; `check` raises when it is to be left undone."""
        raise NotImplementedError


@dataclasses.dataclass(frozen=True, slots=True)
class MakeFolder(Action):
    """Makes a folder with this mode."""

    mode: int

    def do(self, check: wanted_files.Check) -> None:
        """Make it, unless somebody else has."""
        file_writing.make_folder(self.place, self.mode)


@dataclasses.dataclass(frozen=True, slots=True)
class Write(Action):
    """Writes a file, or replaces what is there."""

    wanted: wanted_files.Wanted

    def do(self, check: wanted_files.Check) -> None:
        """Write it whole or not at all."""
        file_writing.write(self.wanted, check)


@dataclasses.dataclass(frozen=True, slots=True)
class Mend(Action):
    """Gives a file whose content is right its mode and its owner."""

    wanted: wanted_files.Wanted

    def do(self, check: wanted_files.Check) -> None:
        """Leave its content, and when it was changed, as they are."""
        file_writing.mend(self.wanted)


def plan(
    wanted: wanted_files.Wanted, found: Mapping[str, Any] | None, root: bool
) -> Iterator[base.Step]:
    """What one file needs; `found` is None where nobody looked."""
    if found is None:
        yield _write(wanted)
        return
    if found.get('problem'):
        yield base.Step(f'nothing can be done: {found["problem"]}')
        return
    owned = _owned(wanted, root)
    if found['kind'] == 'missing':
        for folder in found['folders']:
            yield _folder(folder, owned.folder_mode)
        yield _write(owned)
    elif found['content'] == 'kept':
        yield base.Step(f'keep {owned.path}: it is there already')
    elif found['content'] == 'other':
        yield _write(owned, _REPLACING[found['kind']])
    elif faults := [*_faults(owned, found)]:
        said = f'set {owned.path} to {", ".join(faults)}'
        yield Mend(said, owned.target, owned)


def _folder(path: str, mode: int) -> MakeFolder:
    said = f'make the folder {path} with mode {modes.show(mode)}'
    return MakeFolder(said, path, mode)


def _owned(wanted: wanted_files.Wanted, root: bool) -> wanted_files.Wanted:
    if not root:
        return wanted
    return dataclasses.replace(
        wanted, user=wanted.user or _ROOT, group=wanted.group or _ROOT
    )


def _write(wanted: wanted_files.Wanted, replacing: str = '') -> Write:
    if wanted.source is not None:
        said = f'copy {wanted.source} to {wanted.path}'
    elif wanted.data is None:
        said = f'write {wanted.path}: what is computed'
    else:
        count = len(wanted.data)
        said = f'write {wanted.path}: {count} byte{"s" * (count != 1)}'
    text = f'{said}{replacing}{_dressed(wanted)}'
    return Write(text, wanted.target, wanted)


def _dressed(wanted: wanted_files.Wanted) -> str:
    said = f', mode {modes.show(wanted.mode)}'
    if wanted.user and wanted.group:
        return f'{said}, owner {wanted.user}:{wanted.group}'
    if wanted.user:
        return f'{said}, owner {wanted.user}'
    return f'{said}, group {wanted.group}' if wanted.group else said


def _faults(
    wanted: wanted_files.Wanted, found: Mapping[str, Any]
) -> Iterator[str]:
    """What of a file is not as wanted beside its content."""
    if modes.read(found['mode']) != wanted.mode:
        yield f'mode {modes.show(wanted.mode)} from {found["mode"]}'
    for name, said, number in (
        ('owner', 'user', 'uid'),
        ('group', 'group', 'gid'),
    ):
        named = getattr(wanted, said)
        if named not in (None, found[said], str(found[number])):
            yield f'{name} {named} from {found[said]}'
