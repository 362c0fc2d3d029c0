"""Tasks of old plugins, which name a stage instead of what they follow."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from trailmark.common import problems
from trailmark.flows import schema

_STAGE = re.compile(r'(?P<name>[^/\s]+)(?:/(?P<number>-?\d+(?:\.\d+)?))?')
_ENTRY = {
    'type': 'object',
    'required': ['type', 'stage'],
    'properties': {
        'type': {'type': 'string'},
        'stage': {
            'type': 'string',
            'pattern': f'^{_STAGE.pattern}$',
            'description': 'a stage such as post_deployment/100',
        },
    },
}


def tasks(
    content: Any, plugin: str, file: str
) -> tuple[list[dict[str, Any]], list[problems.Problem]]:
    """Tasks of a plugin's tasks.yaml, as one chain behind each stage."""
    wrong = schema.check(content, {'type': 'array', 'items': _ENTRY}, file)
    return ([] if wrong else list(_chained(content, plugin))), wrong


def _chained(
    entries: list[Mapping[str, Any]], plugin: str
) -> Iterator[dict[str, Any]]:
    stages: dict[str, list[Mapping[str, Any]]] = {}
    for entry in entries:
        stages.setdefault(_stage(entry)[0], []).append(entry)
    for stage, members in stages.items():
        before: list[str] = []
        ordered = sorted(members, key=lambda entry: _stage(entry)[1])
        for number, entry in enumerate(ordered):
            name = entry.get('id') or f'{plugin}_{stage}_{number}'
            yield _body(entry, name, stage, before)
            before.append(name)


def _stage(entry: Mapping[str, Any]) -> tuple[str, float]:
    match = _STAGE.fullmatch(entry['stage'])
    if match is None:
        return entry['stage'], 0.0
    return match['name'], float(match['number'] or 0)


def _body(
    entry: Mapping[str, Any], name: str, stage: str, before: list[str]
) -> dict[str, Any]:
    """The entry after its stage and, on any node, after those before it."""
    cross = [
        {'name': earlier, 'role': role}
        for earlier in before
        for role in ('*', 'master')
    ]
    return {
        **entry,
        'id': name,
        'requires': [*(entry.get('requires') or ()), f'{stage}_end'],
        'cross-depends': [*(entry.get('cross-depends') or ()), *cross],
    }
