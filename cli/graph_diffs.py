"""`trailmark graph diff`."""

import argparse
import difflib
import json
import textwrap
from collections.abc import Iterator, Sequence
from typing import Any

import cliff.columns

from trailmark.cli import (
    arguments,
    columns,
    command,
    driving,
    graph_files,
    output,
    owners,
    refusals,
    remote,
    task_columns,
)

_NAMES = ('task', 'change', 'field', 'before', 'after', 'from')
_LEVELS = ('release', 'plugins', 'cluster', 'all')
#: What is told of a task as a whole.
_TOLD = ('type', 'tags', 'roles', 'role', 'groups')
#: Characters of a line of a cell, and lines of a cell.
_WIDTH = 40
_MOST_LINES = 5


class _Value(cliff.columns.FormattableColumn):
    """The value of a field; None where there is none."""

    def human_readable(self) -> str:
        """The first lines of it."""
        return '' if self._value is None else _cell(_text(self._value))


class _Whole(cliff.columns.FormattableColumn):
    """A task; None where there is none."""

    def human_readable(self) -> str:
        """Its type and the nodes that it is for."""
        told = self._value or {}
        return '\n'.join(
            _cell(f'{name}: {_text(told[name])}')
            for name in _TOLD
            if name in told
        )


class Diff(owners.OfGraph, command.Lister):
    """Compare levels or revisions of a graph, or files with what is stored.

    With a file or a folder an upload of that would change what is listed. Of
    a cluster alone its release is compared with all levels merged.
    """

    def get_parser(self, prog_name: str) -> argparse.ArgumentParser:
        """Whose graph, and which two states of it."""
        parser = super().get_parser(prog_name)
        sides = parser.add_mutually_exclusive_group()
        sides.add_argument(
            '--levels',
            nargs=2,
            choices=_LEVELS,
            metavar=('LEVEL', 'LEVEL'),
            help='of --cluster: release, plugins, cluster, or all merged',
        )
        sides.add_argument(
            '--revisions',
            nargs='+',
            type=arguments.positive,
            metavar='NUMBER',
            help='one that is compared with what is stored, or two',
        )
        graph_files.add_source(sides)
        parser.add_argument(
            '--unified',
            action='store_true',
            help='print both graphs as YAML, line by line',
        )
        return parser

    def take_action(
        self, parsed_args: argparse.Namespace
    ) -> tuple[Sequence[str], Iterator[Sequence[Any]]]:
        """A row for each difference."""
        before, after = self._sides(parsed_args)
        self.found = self.store.create(
            *('graphs', 'diff'),
            body={
                **self.owner(parsed_args).query,
                'type': parsed_args.type,
                'before': before,
                'after': after,
                'whole': parsed_args.unified,
            },
        )
        driving.warn(self.found)
        return _NAMES, (_row(each) for each in self.found['differences'])

    def _sides(
        self, chosen: argparse.Namespace
    ) -> tuple[remote.Document, remote.Document]:
        if chosen.levels:
            if chosen.cluster is None:
                self.refuse('--levels needs --cluster')
            first, second = chosen.levels
            return {'level': first}, {'level': second}
        if chosen.revisions:
            first, *rest = chosen.revisions
            if len(rest) > 1:
                self.refuse('--revisions takes one number or two')
            last = {'revision': rest[0]} if rest else {}
            return {'revision': first}, last
        if chosen.file is not None or chosen.dir is not None:
            return {}, {'files': graph_files.read(chosen)['files']}
        if chosen.cluster is None:
            self.refuse('say --revisions, --file or --dir')
        return {'level': 'release'}, {'level': 'all'}

    def produce_output(
        self,
        parsed_args: argparse.Namespace,
        column_names: Sequence[str],
        data: Iterator[Sequence[Any]],
    ) -> int:
        """A table, or a unified diff."""
        if parsed_args.unified:
            for line in _unified(self.found):
                self.app.stdout.write(f'{output.printable(line)}\n')
        elif (
            parsed_args.formatter == 'table' and not self.found['differences']
        ):
            self.app.stdout.write('No differences\n')
        else:
            super().produce_output(parsed_args, column_names, data)
        return refusals.READY


def _row(each: remote.Document) -> tuple[Any, ...]:
    kind = _Whole if each['task'] and not each['field'] else _Value
    cells = {
        'task': columns.Value,
        'field': columns.Value,
        'before': kind,
        'after': kind,
        'from': task_columns.Replaced,
    }
    origins = each['provenance']
    row = {**each, 'from': origins['after'] or origins['before']}
    return columns.cells(cells, row, _NAMES)


def _unified(told: remote.Document) -> Iterator[str]:
    from trailmark.cli import documents  # late: 0.02 s, YAML

    before, after = told['before'], told['after']
    old, new = (
        documents.text('yaml', side['graph']).splitlines()
        for side in (before, after)
    )
    return difflib.unified_diff(
        old, new, before['name'], after['name'], lineterm=''
    )


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)


def _cell(text: str) -> str:
    lines = [
        part
        for line in output.printable(text).rstrip('\n').split('\n')
        for part in textwrap.wrap(line, _WIDTH, break_on_hyphens=False) or ['']
    ]
    more = len(lines) - _MOST_LINES
    if more > 0:
        lines[_MOST_LINES:] = [f'[and {more} more line{"s" * (more > 1)}]']
    return '\n'.join(lines)
