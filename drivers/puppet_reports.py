"""What Puppet leaves of a run: its summary and its report."""

import dataclasses
import pathlib
from collections.abc import Iterator, Mapping
from typing import Any

import yaml

#: Keys of seed 000's summary that Puppet's own has.
_KEPT = ('time', 'resources', 'changes', 'events', 'version')
#: Bytes of a report that is read, and of one that is kept as it is.
_READABLE = 16 * 1024 * 1024
RAW_LIMIT = 16 * 1024


@dataclasses.dataclass(frozen=True, slots=True)
class Left:
    """What one run of Puppet left; empty where it did not come so far."""

    summary: Mapping[str, Any]
    report: Mapping[str, Any]
    raw: str

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
    raw = _text(report)
    return Left(
        {key: kept[key] for key in _KEPT if key in kept}, _mapping(raw), raw
    )


def _said(status: Mapping[str, Any], kind: str) -> str:
    """The first message of an event of this kind."""
    events = _events(status, kind)
    return next((str(each.get('message')) for each in events), '')


def _events(
    status: Mapping[str, Any], kind: str
) -> Iterator[Mapping[str, Any]]:
    for event in status.get('events') or ():
        if event.get('status') == kind:
            yield event


def _text(path: pathlib.Path) -> str:
    try:
        with path.open(encoding='utf-8', errors='replace') as stream:
            return stream.read(_READABLE)
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
