"""`trailmark audit list`."""

import argparse
import itertools
from collections.abc import Iterator, Sequence
from typing import Any

from trailmark.cli import arguments, columns, command, endpoints
from trailmark.common import clock

COLUMNS = (
    'id',
    'time',
    'user',
    'event',
    'kind',
    'name',
    'run',
    'cluster',
    'message',
    'counts',
)
_PAGE = 200
_CELLS = {
    'time': columns.Moment,
    'name': columns.Text,
    'run': columns.Value,
    'cluster': columns.Text,
    'message': columns.Text,
    'counts': columns.Pairs,
}


class List(command.Lister):
    """List who asked for what and when, the newest first.

    Requests, stops, cancels, resumes, resets, uploads of graphs, downloads
    of secrets, deletions and purges: they stay when a run is purged.
    """

    def get_parser(self, prog_name: str) -> argparse.ArgumentParser:
        """Which rows."""
        parser = super().get_parser(prog_name)
        parser.add_argument(
            '--run',
            metavar='RUN',
            type=arguments.positive,
            help='only of this run, also if it was purged',
        )
        arguments.add_cluster(parser, 'only of this cluster')
        parser.add_argument(
            '--user',
            endpoints.APART,
            dest='asker',
            metavar='USER',
            help='only what this user asked for',
        )
        parser.add_argument(
            '--since',
            metavar='TIME',
            type=arguments.moment,
            help='then or later: 2024-05-31, or 7d for so long ago',
        )
        parser.add_argument(
            '--limit',
            metavar='N',
            type=arguments.positive,
            help='the newest N of them',
        )
        return parser

    def take_action(
        self, parsed_args: argparse.Namespace
    ) -> tuple[Sequence[str], Iterator[Sequence[Any]]]:
        """All pages, or as many as are wanted."""
        most = parsed_args.limit
        found = self.remote.audit(
            run=parsed_args.run,
            cluster=parsed_args.cluster,
            user=parsed_args.asker,
            since=clock.iso(parsed_args.since),
            limit=min(most or _PAGE, _PAGE),
        )
        rows = list(itertools.islice(found, most))
        return COLUMNS, (columns.cells(_CELLS, row, COLUMNS) for row in rows)
