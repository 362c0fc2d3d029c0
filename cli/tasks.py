"""`trailmark task show`."""

import argparse
from collections.abc import Sequence
from typing import Any

from trailmark.cli import arguments, columns, command

_CELLS = {
    'time_start': columns.Moment,
    'time_end': columns.Moment,
    'message': columns.Text,
    'attempts': columns.Pairs,
    'transitions': columns.Pairs,
    'checkpoint': columns.Text,
}


class Show(command.ShowOne):
    """Show a task on a node: attempts, faults, output, checkpoint."""

    def get_parser(self, prog_name: str) -> argparse.ArgumentParser:
        """RUN and TASK@NODE."""
        parser = super().get_parser(prog_name)
        arguments.add_run(parser)
        parser.add_argument(
            'task',
            metavar='TASK@NODE',
            help='the task and its node; TASK where there is only one',
        )
        return parser

    def take_action(
        self, parsed_args: argparse.Namespace
    ) -> tuple[Sequence[str], Sequence[Any]]:
        """One execution."""
        task = self.remote.task(parsed_args.run, parsed_args.task)
        task['transitions'] = _shown(task['transitions'], parsed_args)
        return tuple(task), tuple(
            _CELLS.get(name, lambda value: value)(value)
            for name, value in task.items()
        )


def _shown(moves: list[Any], chosen: argparse.Namespace) -> list[Any]:
    if chosen.formatter != 'table':
        return moves
    return [
        f'{columns.local_time(move["time"])} {move["old"]} -> {move["new"]} '
        f'(attempt {move["attempt"]})'
        for move in moves
    ]
