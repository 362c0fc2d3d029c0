"""What Puppet leaves of a run: its summary and its report."""

import dataclasses
import json
import pathlib
from collections.abc import Iterator, Mapping
from typing import Any

import yaml

#: Keys of seed 000's summary that Puppet's own has.
_KEPT = ('time', 'resources', 'changes', 'events', 'version')
#: Bytes of a report that is read, and of one that is kept as it is.
READABLE = 16 * 1024 * 1024
RAW_LIMIT = 16 * 1024
#: Bytes of JSON that the changed resources take, and changes of each.
_CHANGED_LIMIT = 16 * 1024
_CHANGES = 5
#: Characters of what is told of one change.
_LONGEST = 200


#: What --detailed-exitcodes says.
_BY_EXIT: Mapping[int | None, str] = {0: 'unchanged', 2: 'changed'}


@dataclasses.dataclass(frozen=True, slots=True)
class Left:
    """What one run of Puppet left; empty where it did not come so far."""

    summary: Mapping[str, Any]
    report: Mapping[str, Any]
    raw: str
    #: The report's bytes where it is too large to be read.
    too_large: int | None = None

    def status(self, exit_code: int | None) -> str:
        """Changed, unchanged or failed: as the report says, or the exit."""
        return self.report.get('status') or _BY_EXIT.get(exit_code, 'failed')

    def changes(self) -> dict[str, Any]:
        """The resources that were changed, each with what was done to it.

        Of many the first, and how many are left out.
        """
        told: list[dict[str, Any]] = []
        size = left_out = 0
        for name, status in self._statuses():
            if status.get('changed'):
                entry = {'resource': name, 'changes': _changes(status)}
                size += len(json.dumps(entry))
                if size <= _CHANGED_LIMIT:
                    told.append(entry)
                else:
                    left_out += 1
        more = {'changed_resources_left_out': left_out} if left_out else {}
        return {'changed_resources': told, **more}

    @property
    def changed(self) -> int:
        """Number of resources that were changed."""
        resources = self.summary.get('resources') or {}
        return int(resources.get('changed') or 0)

    def failed(self) -> list[tuple[str, str]]:
        """Resources that failed, each with what went wrong."""
        return [
            (name, _said(status, 'failure'))
            for name, status in self._statuses()
            if status.get('failed') or status.get('failed_to_restart')
        ]

    def would(self) -> list[str]:
        """What a run that changes nothing would have changed."""
        return [
            f'{name} {event.get("property") or ""}: {event.get("message")}'
            for name, status in self._statuses()
            for event in _events(status, 'noop')
        ]

    def _statuses(self) -> Iterator[tuple[str, Mapping[str, Any]]]:
        statuses = self.report.get('resource_statuses')
        if isinstance(statuses, dict):
            yield from statuses.items()


def read(summary: pathlib.Path, report: pathlib.Path) -> Left:
    """What stands in the two files of a run."""
    kept = _mapping(_text(summary))
    known = {key: kept[key] for key in _KEPT if key in kept}
    size = _size(report)
    if size > READABLE:
        return Left(known, {}, _text(report, 2 * RAW_LIMIT), size)
    raw = _text(report)
    return Left(known, _mapping(raw), raw)


def _said(status: Mapping[str, Any], kind: str) -> str:
    """The first message of an event of this kind."""
    events = _events(status, kind)
    return next((str(each.get('message')) for each in events), '')


def _changes(status: Mapping[str, Any]) -> list[str]:
    said = [
        f'{event.get("property") or ""}: {event.get("message")}'
        for event in _events(status, 'success')
    ]
    return [each[:_LONGEST] for each in said[:_CHANGES]]


def _events(
    status: Mapping[str, Any], kind: str
) -> Iterator[Mapping[str, Any]]:
    for event in status.get('events') or ():
        if event.get('status') == kind:
            yield event


def _size(path: pathlib.Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _text(path: pathlib.Path, most: int = READABLE) -> str:
    try:
        with path.open(encoding='utf-8', errors='replace') as stream:
            return stream.read(most)
    except OSError:
        return ''


def _mapping(text: str) -> Mapping[str, Any]:
    try:
        found = yaml.load(text, _Loader)
    except yaml.YAMLError:
        return {}
    return found if isinstance(found, dict) else {}


class _Loader(getattr(yaml, 'CSafeLoader', yaml.SafeLoader)):  # type: ignore[misc]
    """Reads objects of Ruby as mappings; what is a time stays text."""


def _plain(loader: Any, _suffix: str, node: yaml.Node) -> Any:
    if isinstance(node, yaml.MappingNode):
        return loader.construct_mapping(node, deep=True)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    return loader.construct_scalar(node)


_Loader.add_multi_constructor('!ruby/', _plain)
_Loader.add_constructor(
    'tag:yaml.org,2002:timestamp',
    lambda loader, node: loader.construct_scalar(node),
)
