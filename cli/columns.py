"""Cells: raw for machines, readable for people."""

import datetime
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import cliff.columns

from trailmark.cli import output
from trailmark.common import states

_MICROSECONDS = 1_000_000
#: Names of moments; not `timeout`.
_MOMENT = re.compile('time(_.*)?')


def local_time(moment: str | int | float | None) -> str:
    """A moment of the API by the local clock; empty for none.

    ISO text is UTC unless it says otherwise; numbers are epoch seconds.
    """
    if moment is None:
        return ''
    return _local(moment).strftime('%Y-%m-%d %H:%M:%S')


def clock_time(moment: str | int | float) -> str:
    """The time of day of a moment by the local clock."""
    return _local(moment).strftime('%H:%M:%S')


def _local(moment: str | int | float) -> datetime.datetime:
    zone = datetime.UTC
    if isinstance(moment, str):
        at = datetime.datetime.fromisoformat(moment)
        at = at if at.tzinfo else at.replace(tzinfo=zone)
    else:
        at = datetime.datetime.fromtimestamp(moment, zone)
    return at.astimezone()


def counted(counts: dict[str, int]) -> str:
    """Counts by state in the order of the states, without zeros."""
    said = [
        f'{counts[state]} {state}'
        for state in states.ExecutionState
        if counts.get(state)
    ]
    return ', '.join(said) or 'none'


def cells(
    of: Mapping[str, Callable[[Any], Any]],
    row: Mapping[str, Any],
    names: Iterable[str],
) -> tuple[Any, ...]:
    """The values of these names in a row, each in the column `of` says."""
    return tuple(
        of.get(name, lambda value: value)(row.get(name)) for name in names
    )


class Moment(cliff.columns.FormattableColumn):
    """A moment as the API writes it."""

    def human_readable(self) -> str:
        """By the local clock."""
        return local_time(self._value)


class Counts(cliff.columns.FormattableColumn):
    """Executions by state."""

    def human_readable(self) -> str:
        """In words."""
        return counted(self._value)


class Names(cliff.columns.FormattableColumn):
    """A list of names."""

    def human_readable(self) -> str:
        """By commas."""
        return ', '.join(self._value)


class Text(cliff.columns.FormattableColumn):
    """Text that a task wrote, or nothing."""

    def human_readable(self) -> str:
        """Without what would move a cursor."""
        return '' if self._value is None else output.printable(self._value)


class Value(cliff.columns.FormattableColumn):
    """A number, a name, or nothing."""

    def human_readable(self) -> str:
        """Nothing is empty."""
        return '' if self._value is None else str(self._value)


class Acts(cliff.columns.FormattableColumn):
    """Rows of the audit, the oldest first."""

    def human_readable(self) -> str:
        """A line for each: when, who, what."""
        lines = (
            f'{local_time(row["time"])} {row["user"]}: {row["event"]}'
            for row in self._value or ()
        )
        return output.printable('\n'.join(lines))


class Pairs(cliff.columns.FormattableColumn):
    """A mapping, a list of mappings, or nothing."""

    def human_readable(self) -> str:
        """A line for each pair; what is nested is indented."""
        return output.printable('\n'.join(_lines(self._value)))


def _lines(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [line for pair in value.items() for line in _pair(*pair)]
    if isinstance(value, list):
        gap = [''] if any(isinstance(entry, dict) for entry in value) else []
        lines = [line for entry in value for line in [*_lines(entry), *gap]]
        return lines[:-1] if gap else lines
    return [] if value is None else str(value).rstrip('\n').split('\n')


def _pair(name: str, value: Any) -> list[str]:
    if value is None or value == '':
        return []
    if _MOMENT.fullmatch(name) and not isinstance(value, dict):
        value = local_time(value)
    lines = _lines(value)
    if len(lines) <= 1 and not isinstance(value, dict | list):
        return [f'{name}: {"".join(lines)}']
    return [f'{name}:', *(f'  {line}' for line in lines)]
