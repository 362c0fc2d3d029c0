"""Options that say whose graph is meant, and of which type."""

import argparse

from trailmark.cli import command, remote, stored
from trailmark.common import exceptions

LEVELS = ('release', 'plugin', 'cluster')


class Owned(command.Remoted):
    """A command about the graphs of one release, plugin or cluster."""

    def add_owner(
        self, parser: argparse.ArgumentParser, required: bool = True
    ) -> None:
        """Add one option for each kind of owner; one of them is said."""
        group = parser.add_mutually_exclusive_group(required=required)
        for level in LEVELS:
            group.add_argument(
                f'--{level}',
                metavar=level.upper(),
                help=f'name or id of the {level}',
            )

    def named(self, chosen: argparse.Namespace) -> stored.Owner | None:
        """The owner that was named, None if none was."""
        for level in LEVELS:
            name = getattr(chosen, level)
            if name is not None:
                return stored.Owner(level, name)
        return None

    def owner(self, chosen: argparse.Namespace) -> stored.Owner:
        """The owner, where one has to be named."""
        named = self.named(chosen)
        if named is None:
            self.refuse(f'say one of --{", --".join(LEVELS)}')
        return named


class OfGraph(Owned):
    """A command about one graph of an owner."""

    def get_parser(self, prog_name: str) -> argparse.ArgumentParser:
        """Whose graph, and of which type."""
        parser = super().get_parser(prog_name)
        self.add_owner(parser)
        parser.add_argument(
            '--type', default='default', help='type of the graph: %(default)s'
        )
        return parser

    def add_level(self, parser: argparse.ArgumentParser, default: str) -> None:
        """Add which part of a cluster's merged graph is meant."""
        parser.add_argument(
            '--level',
            choices=('all', 'release', 'plugins', 'cluster'),
            help='of --cluster: what its release, its plugins, itself, or '
            f'all of them merged bring; without it {default}',
        )

    def add_with_secrets(self, parser: argparse.ArgumentParser) -> None:
        """Add whether secrets are wanted with their values."""
        parser.add_argument(
            '--with-secrets',
            action='store_true',
            help='secrets with their values, which else are masked: for those '
            'who may write graphs, and the audit says so',
        )

    def check_level(self, chosen: argparse.Namespace) -> None:
        """Refuse a level of what is not a cluster."""
        if chosen.level is not None and chosen.cluster is None:
            self.refuse('--level needs --cluster')

    def merged(
        self, chosen: argparse.Namespace, level: str, provenance: bool = False
    ) -> list[remote.Document]:
        """Tasks of a cluster's graph; raises NotFound if there are none."""
        found = self.store.merged(
            chosen.cluster,
            chosen.type,
            level,
            provenance,
            chosen.with_secrets,
        )
        if not found:
            raise exceptions.NotFound(kind='graph of type', name=chosen.type)
        return found
