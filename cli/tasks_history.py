"""`trailmark tasks-history`, as seed 000 describes it."""

import argparse
import functools
from collections.abc import Iterator, Sequence
from typing import Any

from trailmark.cli import arguments, columns, command, transitions
from trailmark.common import states

_COLUMNS = (
    'id',
    'deployment_task_id',
    'node_id',
    'node_name',
    'task_id',
    'task_name',
    'time_start',
    'time_end',
    'status',
    'attempt',
)
_CELLS = {
    'node': columns.Text,
    'node_id': columns.Value,
    'node_name': columns.Text,
    'time': columns.Moment,
    'time_start': columns.Moment,
    'time_end': columns.Moment,
    'message': columns.Text,
    'summary': columns.Pairs,
}
_cells = functools.partial(columns.cells, _CELLS)


class TasksHistory(command.Lister):
    """Show what ran where, when, and how it ended."""

    def get_parser(self, prog_name: str) -> argparse.ArgumentParser:
        """Which rows."""
        parser = super().get_parser(prog_name)
        arguments.add_run(parser, optional=True)
        parser.add_argument(
            '--task-id',
            dest='named_run',
            metavar='RUN',
            type=arguments.run_number,
            help='the same as RUN',
        )
        parser.add_argument(
            '--cluster', metavar='NAME', help='rows of all runs of a cluster'
        )
        arguments.add_list(
            parser,
            '--nodes',
            '--node-id',
            metavar='NODE',
            text='only rows of these nodes, by name or id',
        )
        arguments.add_list(
            parser,
            '--statuses',
            metavar='STATUS',
            text=f'only rows in these: {", ".join(states.ExecutionState)}',
        )
        arguments.add_list(
            parser, '--tasks', metavar='TASK', text='only rows of these tasks'
        )
        arguments.add_list(
            parser,
            '--graph-type',
            metavar='TYPE',
            text='only rows of graphs of these types',
        )
        parser.add_argument(
            '--summary', action='store_true', help='with the summary of each'
        )
        parser.add_argument(
            '--transitions',
            action='store_true',
            help='every transition instead of the last state',
        )
        return parser

    def take_action(
        self, parsed_args: argparse.Namespace
    ) -> tuple[Sequence[str], Iterator[Sequence[Any]]]:
        """All pages."""
        run = self._run(parsed_args)
        self._check(parsed_args, run)
        if parsed_args.transitions:
            names: tuple[str, ...] = transitions.COLUMNS
            rows = self.remote.transitions_of(**_filters(run, parsed_args))
        else:
            names = (*_COLUMNS, *(('summary',) * parsed_args.summary))
            rows = self.remote.history(
                **_filters(run, parsed_args), summary=int(parsed_args.summary)
            )
        found = list(rows)
        return names, (_cells(row, names) for row in found)

    def _run(self, chosen: argparse.Namespace) -> int | None:
        run: int | None = chosen.run or chosen.named_run
        if run is not None or chosen.cluster is not None:
            return run
        word = arguments.reclaim(
            chosen, str.isdigit, among=('statuses', 'tasks', 'graph_type')
        )
        return None if word is None else arguments.run_number(word)

    def _check(self, chosen: argparse.Namespace, run: int | None) -> None:
        if chosen.run and chosen.named_run:
            self.refuse('say RUN or --task-id, not both')
        if run is None and chosen.cluster is None and not chosen.nodes:
            self.refuse('say at least one of RUN, --cluster and --nodes')
        known = list(states.ExecutionState)
        for status in chosen.statuses or ():
            if status not in known:
                self.refuse(
                    f'there is no status {status!r}; there are: '
                    f'{", ".join(known)}'
                )


def _filters(run: int | None, chosen: argparse.Namespace) -> dict[str, Any]:
    return {
        'run': run,
        'cluster': chosen.cluster,
        'nodes': arguments.joined(chosen.nodes),
        'statuses': arguments.joined(chosen.statuses),
        'tasks': arguments.joined(chosen.tasks),
        'graph_type': arguments.joined(chosen.graph_type),
    }
