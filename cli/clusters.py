"""`trailmark cluster ...`."""

import argparse

from trailmark.cli import collection, command, refusals


class _Cluster(collection.Kind):
    kind = 'cluster'
    names = (
        'id',
        'name',
        'release',
        'plugins',
        'graph_types',
        'nodes_count',
        'status',
    )
    details = (
        *('id', 'name', 'source', 'release', 'release_id', 'plugins'),
        *('graph_types', 'roles', 'nodes_count', 'status', 'nodes'),
    )
    keys = {'status': 'run_status'}
    gone = 'Cluster {} is deleted; its history stays'

    def add_fields(self, parser: argparse.ArgumentParser) -> None:
        collection.add_roles(parser, 'roles.yaml')
        collection.add_graph_types(
            parser, 'graphs that run, one after the other, when none is named'
        )


class List(_Cluster, collection.List):
    """List clusters, and the state of each one's newest run."""


class Create(_Cluster, collection.Create):
    """Create a cluster of a release; its nodes come after it."""

    def get_parser(self, prog_name: str) -> argparse.ArgumentParser:
        """The same, and its release."""
        parser = super().get_parser(prog_name)
        parser.add_argument(
            '--release',
            metavar='RELEASE',
            required=True,
            help='name or id of the release that it is of',
        )
        return parser


class Show(_Cluster, collection.Show):
    """Show a cluster: its release, plugins, roles and nodes."""


class Update(_Cluster, collection.Update):
    """Change a cluster's name, roles or graph types."""


class Reset(command.Command):
    """Let nothing that a cluster ran count as its state; history stays."""

    def get_parser(self, prog_name: str) -> argparse.ArgumentParser:
        """Which cluster."""
        parser = super().get_parser(prog_name)
        parser.add_argument(
            'cluster', metavar='CLUSTER', help='name or id of the cluster'
        )
        parser.add_argument(
            '--force', action='store_true', help='cancel its run if it has one'
        )
        return parser

    def take_action(self, parsed_args: argparse.Namespace) -> int:
        """Say that it is reset."""
        self.store.reset(parsed_args.cluster, parsed_args.force)
        self.app.stdout.write(
            f'Cluster {parsed_args.cluster} is reset; its history stays\n'
        )
        return refusals.READY


class Delete(_Cluster, collection.Delete):
    """Delete a cluster, its nodes and graphs; its history stays."""
