"""What a table of a graph's tasks says of each."""

import textwrap
from collections.abc import Iterator, Sequence
from typing import Any

import cliff.columns

from trailmark.cli import columns, output, remote

#: Characters of a line of a cell; a graph has tasks of dozens of relations.
_WIDTH = 36
_PLACES = ('tags', 'roles', 'role', 'groups')
_RELATIONS = ('requires', 'required_for', 'cross_depends', 'cross_depended_by')
NAMES = ('id', 'type', 'placed', *_RELATIONS)
PROVENANCE = ('level', 'owner', 'file', 'revision', 'replaced')


class Placed(cliff.columns.FormattableColumn):
    """The fields that say which nodes a task is for."""

    def human_readable(self) -> str:
        """A line or more for each field."""
        fields = self._value.items()
        return '\n'.join(
            _cell(f'{name}: {_said(value)}') for name, value in fields
        )


class Relations(cliff.columns.FormattableColumn):
    """Tasks that a task waits for, or that wait for it."""

    def human_readable(self) -> str:
        """Names, with the roles of their nodes behind."""
        return _cell(_said(self._value))


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
        said = {name: _field(task, name) for name in NAMES}
        said['placed'] = {
            name: task[name]
            for name in _PLACES
            if task.get(name) and not (name == 'role' and 'roles' in task)
        }
        yield columns.cells(
            _CELLS, {**said, **task.get('provenance', {})}, names
        )


def _cell(text: str) -> str:
    return textwrap.fill(
        output.printable(text),
        _WIDTH,
        break_long_words=False,
        break_on_hyphens=False,
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
