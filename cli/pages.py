"""What lists of things of one run share."""

import argparse
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from trailmark.cli import arguments, command, remote


class OfRun(command.Lister):
    """Lists what a run has of a noun."""

    #: Columns, and how a row is put into them.
    names: Sequence[str]
    cells: Callable[[Mapping[str, Any], Sequence[str]], Sequence[Any]]
    #: Last word of the URL, and key of its answer.
    noun: str

    def get_parser(self, prog_name: str) -> argparse.ArgumentParser:
        """RUN."""
        parser = super().get_parser(prog_name)
        arguments.add_run(parser)
        return parser

    def rows(self, run: int) -> Iterator[remote.Document]:
        """Everything that the run has of the noun."""
        return self.remote.of_run(run, self.noun)

    def take_action(
        self, parsed_args: argparse.Namespace
    ) -> tuple[Sequence[str], Iterator[Sequence[Any]]]:
        """All pages."""
        found = list(self.rows(parsed_args.run))
        return self.names, (self.cells(row, self.names) for row in found)
