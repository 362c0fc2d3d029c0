"""`trailmark graph diff`."""

import argparse
import difflib
import json
import pkgutil
from collections.abc import Iterator, Sequence
from typing import Any

import cliff.columns

from trailmark.cli import (
    columns,
    command,
    graph_files,
    owners,
    refusals,
    remote,
)

_COLUMNS = ('task', 'change', 'field', 'before', 'after')
_LEVELS = ('release', 'plugins', 'cluster', 'all')
_LONGEST = 60


class _Value(cliff.columns.FormattableColumn):
    """A JSON value, cut in a table."""

    def human_readable(self) -> str:
        if self._value is None:
            return ''
        if isinstance(self._value, dict) and 'type' in self._value:
            text = f'a task of type {self._value["type"]}'
        else:
            text = json.dumps(self._value, ensure_ascii=False)
        return text if len(text) <= _LONGEST else f'{text[:_LONGEST]}...'


class Diff(owners.OfGraph, command.Lister):
    """Compare levels or revisions of a graph, or files with what is stored.

    Without --levels or --revisions, and with a file or a folder, an upload
    of that would change what is listed.
    """

    def get_parser(self, prog_name: str) -> argparse.ArgumentParser:
        """Whose graph, and which two states of it."""
        parser = super().get_parser(prog_name)
        sides = parser.add_mutually_exclusive_group(required=True)
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
            type=int,
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
            },
        )
        return _COLUMNS, (_row(each) for each in self.found['differences'])

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
        return {}, {'files': graph_files.read(chosen)['files']}

    def produce_output(
        self,
        parsed_args: argparse.Namespace,
        column_names: Sequence[str],
        data: Iterator[Sequence[Any]],
    ) -> int:
        """A table, or a unified diff."""
        if not parsed_args.unified:
            code: int = super().produce_output(parsed_args, column_names, data)
            return code
        before, after = self.found['before'], self.found['after']
        if parsed_args.levels:
            after = _in_order_of(before, after)
        for line in difflib.unified_diff(
            _lines(before), _lines(after), before['name'], after['name']
        ):
            self.app.stdout.write(line if line.endswith('\n') else f'{line}\n')
        return refusals.READY


def _row(difference: remote.Document) -> Sequence[Any]:
    shown = {
        **difference,
        'task': columns.Value(difference['task']),
        'field': columns.Value(difference['field']),
        'before': _Value(difference['before']),
        'after': _Value(difference['after']),
    }
    return [shown[name] for name in _COLUMNS]


def _in_order_of(
    first: remote.Document, graph: remote.Document
) -> remote.Document:
    """A graph with its tasks as in the first: levels have no order between."""
    places = {task['id']: at for at, task in enumerate(first['tasks'])}
    ordered = sorted(
        graph['tasks'], key=lambda task: places.get(task['id'], len(places))
    )
    return {**graph, 'tasks': ordered}


def _lines(side: remote.Document) -> list[str]:
    graph = {key: value for key, value in side.items() if key != 'name'}
    # Named, not imported: few commands write YAML.
    text: str = pkgutil.resolve_name('trailmark.cli.documents:text')(
        'yaml', graph
    )
    return text.splitlines(keepends=True)
