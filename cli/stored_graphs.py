"""`trailmark graph list`, `show`, `revisions` and `delete`."""

import argparse
from collections.abc import Iterator, Sequence
from typing import Any

import cliff.columns

from trailmark.cli import (
    columns,
    command,
    owners,
    refusals,
    remote,
    stored,
    task_columns,
)

_LISTED = ('id', 'level', 'owner', 'type', 'tasks', 'revision', 'updated_at')
_REVISIONS = ('revision', 'created_at', 'actor', 'tasks', 'changes')
_DOCUMENTS = ('json', 'yaml')


class _Tasks(cliff.columns.FormattableColumn):
    """How many tasks a revision has; None when it says that it was deleted."""

    def human_readable(self) -> str:
        return 'deleted' if self._value is None else str(self._value)


class _Sentences(cliff.columns.FormattableColumn):
    """What changed."""

    def human_readable(self) -> str:
        return '\n'.join(self._value)


_CELLS = {
    'changes': _Sentences,
    'created_at': columns.Moment,
    'updated_at': columns.Moment,
}


class List(owners.Owned, command.Lister):
    """List stored graphs; of a cluster all that its graphs consist of."""

    def get_parser(self, prog_name: str) -> argparse.ArgumentParser:
        """Whose graphs."""
        parser = super().get_parser(prog_name)
        self.add_owner(parser, required=False)
        return parser

    def take_action(
        self, parsed_args: argparse.Namespace
    ) -> tuple[Sequence[str], Iterator[Sequence[Any]]]:
        """All pages."""
        rows = [
            {**graph, 'tasks': len(graph['tasks'])}
            for graph in self._graphs(parsed_args)
        ]
        return _LISTED, (columns.cells(_CELLS, row, _LISTED) for row in rows)

    def _graphs(self, chosen: argparse.Namespace) -> Iterator[remote.Document]:
        owner = self.named(chosen)
        if owner is None:
            yield from self.store.graphs()
            return
        for each in self._parts(owner):
            yield from self.store.graphs_of(each)

    def _parts(self, owner: stored.Owner) -> Iterator[stored.Owner]:
        """The owner, behind the release and plugins of a cluster."""
        if owner.level == 'cluster':
            cluster = self.store.get('clusters', owner.name)
            yield stored.Owner('release', cluster['release'])
            for plugin in cluster['plugins']:
                yield stored.Owner('plugin', plugin)
        yield owner


class Show(owners.OfGraph, command.Lister):
    """Show the tasks of a stored graph; as JSON or YAML, the tasks whole."""

    def get_parser(self, prog_name: str) -> argparse.ArgumentParser:
        """Which graph, and what of it."""
        parser = super().get_parser(prog_name)
        self.add_level(parser, 'all')
        self.add_with_secrets(parser)
        parser.add_argument(
            '--provenance',
            action='store_true',
            help='of --cluster: the layer, file and revision that each task '
            'comes from, and what it replaced',
        )
        return parser

    def take_action(
        self, parsed_args: argparse.Namespace
    ) -> tuple[Sequence[str], Iterator[Sequence[Any]]]:
        """Every task in the graph's order."""
        self.check_level(parsed_args)
        self.tasks = self._tasks(parsed_args)
        names: tuple[str, ...] = task_columns.NAMES
        if parsed_args.provenance:
            names += task_columns.PROVENANCE
        return names, task_columns.rows(self.tasks, names)

    def _tasks(self, chosen: argparse.Namespace) -> list[remote.Document]:
        if chosen.cluster is not None:
            level = chosen.level or 'all'
            return self.merged(chosen, level, chosen.provenance)
        if chosen.provenance:
            self.refuse('--provenance needs --cluster')
        graph = self.store.own_graph(
            self.owner(chosen), chosen.type, chosen.with_secrets
        )
        tasks: list[remote.Document] = graph['tasks']
        return tasks

    def produce_output(
        self,
        parsed_args: argparse.Namespace,
        column_names: Sequence[str],
        data: Iterator[Sequence[Any]],
    ) -> int:
        """Tasks are more than a table has room for."""
        if parsed_args.formatter not in _DOCUMENTS:
            code: int = super().produce_output(parsed_args, column_names, data)
            return code
        from trailmark.cli import documents  # late: 0.02 s, YAML

        self.app.stdout.write(
            documents.text(parsed_args.formatter, self.tasks)
        )
        return refusals.READY


class Revisions(owners.OfGraph, command.Lister):
    """List what a graph was, who changed it and how, the newest first."""

    def take_action(
        self, parsed_args: argparse.Namespace
    ) -> tuple[Sequence[str], Iterator[Sequence[Any]]]:
        """All pages."""
        owner = self.owner(parsed_args)
        rows = list(self.store.revisions(owner, parsed_args.type))
        cells = {**_CELLS, 'tasks': _Tasks}
        return _REVISIONS, (
            columns.cells(cells, row, _REVISIONS) for row in rows
        )


class Delete(owners.OfGraph, command.Command):
    """Delete a graph; its revisions stay as long as its owner."""

    def take_action(self, parsed_args: argparse.Namespace) -> int:
        """Say that it is gone."""
        owner = self.owner(parsed_args)
        self.store.remove_graph(owner, parsed_args.type)
        self.app.stdout.write(
            f'Graph {parsed_args.type} of {owner.level} {owner.name} '
            'is deleted\n'
        )
        return refusals.READY
