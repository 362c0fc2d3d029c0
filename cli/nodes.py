"""`trailmark node ...`."""

import argparse
from typing import Any

from trailmark.cli import (
    arguments,
    collection,
    columns,
    command,
    folders,
    refusals,
)
from trailmark.cli import remote as remotes


def _attribute(text: str) -> tuple[str, Any]:
    key, equals, said = text.partition('=')
    if not (key and equals):
        raise argparse.ArgumentTypeError(f'{text!r} is not KEY=VALUE')
    from trailmark.cli import documents  # late: 0.02 s, YAML

    try:
        return key, documents.value(said)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f'{key}: {error}') from None


class _Node(collection.Kind):
    kind = 'node'
    names = ('id', 'name', 'cluster', 'roles', 'attributes')
    details = (
        *('id', 'name', 'cluster', 'cluster_id', 'roles', 'attributes'),
        'position',
    )
    keys = {'cluster': 'cluster_name', 'cluster_id': 'cluster'}
    cells = {'roles': columns.Names}
    gone = 'Node {} is deleted; its history stays'

    def add_fields(self, parser: argparse.ArgumentParser) -> None:
        arguments.add_list(
            parser,
            '--role',
            dest='roles',
            metavar='ROLE',
            text='all the roles that it has',
        )
        arguments.add_list(
            parser,
            '--attribute',
            dest='attributes',
            metavar='KEY=VALUE',
            type=_attribute,
            text='what conditions and tasks may ask for; VALUE is YAML: '
            '8080 is a number',
            commas=False,
        )

    def fields(self, chosen: argparse.Namespace) -> remotes.Document:
        body = super().fields(chosen)
        if chosen.roles is not None:
            body['roles'] = chosen.roles
        if chosen.attributes is not None:
            body['attributes'] = self._attributes(chosen.attributes)
        return body

    def _attributes(self, pairs: list[tuple[str, Any]]) -> remotes.Document:
        found: remotes.Document = {}
        for key, value in pairs:
            if key in found:
                self.refuse(f'--attribute {key} is said twice')
            found[key] = value
        return found

    def add_record(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            'record',
            metavar='NODE',
            help='name of the node; without --cluster its id',
        )
        arguments.add_cluster(parser, 'the cluster that the node is of')

    def way(self, chosen: argparse.Namespace) -> tuple[str, ...]:
        if chosen.cluster is not None:
            return 'clusters', chosen.cluster, 'nodes', chosen.record
        if not (chosen.record.isascii() and chosen.record.isdigit()):
            self.refuse(
                f'say --cluster: {chosen.record!r} is not the id of a node'
            )
        return 'nodes', chosen.record


class List(_Node, collection.ListOfCluster):
    """List nodes with their roles and attributes."""


class Create(_Node, collection.Create):
    """Create a node of a cluster, after those that it has."""

    def get_parser(self, prog_name: str) -> argparse.ArgumentParser:
        """The same, and its cluster."""
        parser = super().get_parser(prog_name)
        arguments.add_cluster(parser, 'the cluster that it is of', True)
        return parser

    def fields(self, chosen: argparse.Namespace) -> remotes.Document:
        """The same, and its cluster."""
        return {'cluster': chosen.cluster, **super().fields(chosen)}


class Show(_Node, collection.Show):
    """Show a node: its cluster, roles and attributes."""


class Update(_Node, collection.Update):
    """Change a node: its name, its roles, some of its attributes."""

    def get_parser(self, prog_name: str) -> argparse.ArgumentParser:
        """The same, and the attributes that go."""
        parser = super().get_parser(prog_name)
        arguments.add_list(
            parser,
            '--no-attribute',
            metavar='KEY',
            text='attributes that it shall no longer have',
        )
        return parser

    def fields(self, chosen: argparse.Namespace) -> remotes.Document:
        """The same; attributes that are not named stay."""
        body = super().fields(chosen)
        if chosen.attributes or chosen.no_attribute:
            way = self.way(chosen)
            had = self.store.get(*way)['attributes']
            said = {**had, **body.get('attributes', {})}
            gone = chosen.no_attribute or ()
            body['attributes'] = {
                key: value for key, value in said.items() if key not in gone
            }
        return body


class Delete(_Node, collection.Delete):
    """Delete a node from its cluster; its history stays."""


class Import(command.Command):
    """Add and change nodes of a cluster from a file."""

    def get_parser(self, prog_name: str) -> argparse.ArgumentParser:
        """FILE and the cluster."""
        parser = super().get_parser(prog_name)
        parser.add_argument(
            'file',
            metavar='FILE',
            help='nodes in the form of nodes.yaml; - is standard input',
        )
        arguments.add_cluster(parser, 'the cluster that they are of', True)
        parser.add_argument(
            '--replace',
            action='store_true',
            help='delete the nodes that the file does not name',
        )
        return parser

    def take_action(self, parsed_args: argparse.Namespace) -> int:
        """Say what changed."""
        body = {
            'files': folders.read_file(parsed_args.file),
            'replace': parsed_args.replace,
        }
        words = ('clusters', parsed_args.cluster, 'nodes', 'import')
        self.say_changes(self.store.create(*words, body=body)['changes'])
        return refusals.READY
