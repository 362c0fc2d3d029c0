"""What a table of a graph's tasks says of each."""

from collections.abc import Iterator, Sequence
from typing import Any

import cliff.columns

from trailmark.cli import columns, output, remote

_PLACES = ('tags', 'roles', 'role', 'groups')
_RELATIONS = ('requires', 'required_for', 'cross_depends', 'cross_depended_by')
NAMES = ('id', 'type', 'placed', *_RELATIONS)
PROVENANCE = ('level', 'owner', 'file', 'revision', 'replaced')


class Placed(cliff.columns.FormattableColumn):
    """The fields that say which nodes a task is for."""

    def human_readable(self) -> str:
        """A line for each field."""
        return output.printable(
            '\n'.join(
                f'{name}: {_said(value)}'
                for name, value in self._value.items()
            )
        )


class Relations(cliff.columns.FormattableColumn):
    """Tasks that a task waits for, or that wait for it."""

    def human_readable(self) -> str:
        """Names, with the roles of their nodes behind."""
        return output.printable(_said(self._value))


class Replaced(cliff.columns.FormattableColumn):
    """Where the task comes from that was replaced, or nothing."""

    def human_readable(self) -> str:
        """Level, owner, file."""
        return '' if self._value is None else _origin(self._value)


_CELLS = {
    'placed': Placed,
    'file': columns.Value,
    'revision': columns.Value,
    'replaced': Replaced,
    **dict.fromkeys(_RELATIONS, Relations),
}


def rows(
    tasks: Sequence[remote.Document], names: Sequence[str]
) -> Iterator[tuple[Any, ...]]:
    """A row of these names for each task."""
    for task in tasks:
        flat = {name: _field(task, name) for name in NAMES}
        flat['placed'] = {
            name: task[name]
            for name in _PLACES
            if task.get(name) not in (None, [])
            and not (name == 'role' and 'roles' in task)
        }
        yield columns.cells(
            _CELLS, {**flat, **task.get('provenance', {})}, names
        )


def _field(task: remote.Document, name: str) -> Any:
    return task.get(
        name, task.get(name.replace('cross_', 'cross-').replace('_by', '-by'))
    )


def _said(value: Any) -> str:
    if isinstance(value, list):
        return ', '.join(map(_said, value))
    if isinstance(value, dict):
        return value.get('yaql_exp') or _relation(value)
    return '' if value is None else str(value)


def _relation(relation: remote.Document) -> str:
    role = _said(relation.get('role', relation.get('roles')))
    return f'{_said(relation.get("name"))}{role and f" ({role})"}'


def _origin(origin: remote.Document) -> str:
    file = origin.get('file')
    return f'{origin["level"]} {origin["owner"]}{f": {file}" if file else ""}'
