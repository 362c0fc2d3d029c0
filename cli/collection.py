"""What commands about every kind of stored record have in common."""

import argparse
from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

from trailmark.cli import arguments, columns, command, folders, refusals
from trailmark.cli import remote as remotes

_CELLS = {
    'attributes': columns.Pairs,
    'clusters': columns.Names,
    'created_at': columns.Moment,
    'description': columns.Text,
    'graph_types': columns.Names,
    'nodes': columns.Pairs,
    'plugins': columns.Names,
    'roles': columns.Pairs,
    'source': columns.Text,
    'status': columns.Value,
    'updated_at': columns.Moment,
}
#: Options that are sent as they were said, where they were.
_SAID = ('name', 'description', 'release', 'graph_types')


class Kind(command.Remoted):
    """A kind of record: `kind` is its noun, `names` the columns of a list.

    One record is shown with the columns of `details`.
    """

    kind: ClassVar[str]
    names: ClassVar[tuple[str, ...]]
    details: ClassVar[tuple[str, ...]]
    #: Columns by the key that the API has for them, where that is another.
    keys: ClassVar[dict[str, str]] = {}
    #: Columns that are not shown as everywhere.
    cells: ClassVar[dict[str, Any]] = {}
    #: What is said when a record was deleted.
    gone: ClassVar[str]

    @property
    def words(self) -> tuple[str, ...]:
        """The words of the list's URL."""
        return (f'{self.kind}s',)

    def add_fields(self, parser: argparse.ArgumentParser) -> None:
        """Add the options that say what a record holds."""

    def fields(self, chosen: argparse.Namespace) -> remotes.Document:
        """What was said of a record; raises InvalidInput for bad files."""
        said = {name: getattr(chosen, name, None) for name in _SAID}
        body = {key: value for key, value in said.items() if value is not None}
        if getattr(chosen, 'roles_file', None) is not None:
            body['roles_file'] = folders.read_file(chosen.roles_file)
        return body

    def add_record(self, parser: argparse.ArgumentParser) -> None:
        """Add what names one record."""
        parser.add_argument(
            'record',
            metavar=self.kind.upper(),
            help=f'name or id of the {self.kind}',
        )

    def way(self, chosen: argparse.Namespace) -> tuple[str, ...]:
        """The words of one record's URL."""
        return (*self.words, chosen.record)

    def columns(
        self, row: remotes.Document, names: Sequence[str]
    ) -> tuple[Any, ...]:
        """The values of these names, ready to be shown."""
        named = {name: row[key] for name, key in self.keys.items()}
        return columns.cells({**_CELLS, **self.cells}, {**row, **named}, names)

    def shown(
        self, record: remotes.Document
    ) -> tuple[tuple[str, ...], tuple[Any, ...]]:
        """What people are told of one record."""
        names = tuple(
            name
            for name in self.details
            if self.keys.get(name, name) in record
        )
        return names, self.columns(record, names)


class List(Kind, command.Lister):
    """Lists records."""

    def take_action(
        self, parsed_args: argparse.Namespace
    ) -> tuple[Sequence[str], Iterator[Sequence[Any]]]:
        """All pages."""
        rows = list(self.store.all(*self.words, **self.query(parsed_args)))
        return self.names, (self.columns(row, self.names) for row in rows)

    def query(self, chosen: argparse.Namespace) -> remotes.Document:
        """Which records."""
        return {}


class ListOfCluster(List):
    """Lists records, or only those of a cluster."""

    def get_parser(self, prog_name: str) -> argparse.ArgumentParser:
        """Which records."""
        parser = super().get_parser(prog_name)
        arguments.add_cluster(parser, f'only {self.kind}s of this cluster')
        return parser

    def query(self, chosen: argparse.Namespace) -> remotes.Document:
        """Which records."""
        return {'cluster': chosen.cluster}


class Create(Kind, command.ShowOne):
    """Creates a record and shows it."""

    def get_parser(self, prog_name: str) -> argparse.ArgumentParser:
        """NAME and what the record holds."""
        parser = super().get_parser(prog_name)
        parser.add_argument('name', metavar='NAME', help='its name')
        self.add_fields(parser)
        return parser

    def take_action(
        self, parsed_args: argparse.Namespace
    ) -> tuple[Sequence[str], Sequence[Any]]:
        """The record as it is stored."""
        body = self.fields(parsed_args)
        return self.shown(self.store.create(*self.words, body=body))


class Show(Kind, command.ShowOne):
    """Shows a record."""

    def get_parser(self, prog_name: str) -> argparse.ArgumentParser:
        """Which record."""
        parser = super().get_parser(prog_name)
        self.add_record(parser)
        return parser

    def take_action(
        self, parsed_args: argparse.Namespace
    ) -> tuple[Sequence[str], Sequence[Any]]:
        """One record."""
        way = self.way(parsed_args)
        return self.shown(self.store.get(*way))


class Update(Kind, command.ShowOne):
    """Changes what is said of a record and shows it."""

    def get_parser(self, prog_name: str) -> argparse.ArgumentParser:
        """Which record, and what changes."""
        parser = super().get_parser(prog_name)
        self.add_record(parser)
        parser.add_argument('--name', metavar='NAME', help='its new name')
        self.add_fields(parser)
        return parser

    def take_action(
        self, parsed_args: argparse.Namespace
    ) -> tuple[Sequence[str], Sequence[Any]]:
        """The record as it then is."""
        way, body = self.way(parsed_args), self.fields(parsed_args)
        if not body:
            self.refuse('say what is to change')
        return self.shown(self.store.change(*way, body=body))


class Delete(Kind, command.Command):
    """Deletes a record."""

    def get_parser(self, prog_name: str) -> argparse.ArgumentParser:
        """Which record."""
        parser = super().get_parser(prog_name)
        self.add_record(parser)
        return parser

    def take_action(self, parsed_args: argparse.Namespace) -> int:
        """Say that it is gone."""
        way = self.way(parsed_args)
        self.store.remove(*way)
        self.app.stdout.write(f'{self.gone.format(parsed_args.record)}\n')
        return refusals.READY


def add_described(parser: argparse.ArgumentParser, file: str) -> None:
    """Add what releases and plugins hold; `file` is the form of the roles."""
    parser.add_argument('--description', metavar='TEXT', help='what it is for')
    add_roles(parser, file)


def add_roles(parser: argparse.ArgumentParser, file: str) -> None:
    """Add the file of roles; `file` is the name of its form."""
    parser.add_argument(
        '--roles',
        dest='roles_file',
        metavar='FILE',
        help=f'file of roles and tags, in the form of {file}',
    )


def add_graph_types(parser: argparse.ArgumentParser, text: str) -> None:
    """Add the types of graphs that are run."""
    arguments.add_list(
        parser,
        '--graph-type',
        dest='graph_types',
        metavar='TYPE',
        text=text,
    )
