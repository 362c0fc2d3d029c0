"""`trailmark service list`."""

import argparse
from collections.abc import Iterator, Sequence
from typing import Any

from trailmark.cli import columns, command

_COLUMNS = (
    'kind',
    'name',
    'node',
    'host',
    'pid',
    'version',
    'state',
    'holds',
    'seen_at',
    'message',
)
_CELLS = {'seen_at': columns.Moment, 'message': columns.Text}


class List(command.Lister):
    """List engines and agents: alive or not, runs or attempts they hold.

    An agent is unassigned while no cluster has its node, and refused while
    another machine serves the node, or it can't write its journal.
    """

    def get_parser(self, prog_name: str) -> argparse.ArgumentParser:
        """Which of them."""
        parser = super().get_parser(prog_name)
        parser.add_argument(
            '--kind', choices=('engine', 'agent'), help='only these'
        )
        return parser

    def take_action(
        self, parsed_args: argparse.Namespace
    ) -> tuple[Sequence[str], Iterator[Sequence[Any]]]:
        """All of them."""
        found = self.remote.services()
        return _COLUMNS, (
            columns.cells(_CELLS, each, _COLUMNS)
            for each in found
            if parsed_args.kind in (None, each['kind'])
        )
