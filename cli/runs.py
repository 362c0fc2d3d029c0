"""`trailmark run ...`."""

import argparse
import functools
import itertools
import sys
from collections.abc import Iterator, Sequence
from typing import Any

from trailmark.cli import (
    arguments,
    columns,
    command,
    driving,
    following,
    refusals,
    remote,
    times,
)
from trailmark.common import clock, exceptions, states

_COLUMNS = (
    'id',
    'status',
    'cluster',
    'graph_types',
    'counts',
    'time_start',
    'time_end',
    'message',
)
_MORE = (
    'asked',
    'asked_by',
    'dry_run',
    'noop',
    'driven_by',
    'resumable',
    'reasons',
)
_TIMES = 'times'
_AUDIT = 'audit'
#: Rows of the audit that a run is shown with.
_NEWEST = 20
_PAGE = 200
_WHEN = {
    '--since': 'asked for then or later: 2024-05-31, or 7d for so long ago',
    '--until': 'asked for earlier than that',
}
_CELLS = {
    'node': columns.Text,
    'graph_types': columns.Names,
    'counts': columns.Counts,
    'time_start': columns.Moment,
    'time_end': columns.Moment,
    'message': columns.Text,
    'asked_by': columns.Pairs,
    'driven_by': columns.Pairs,
    'reasons': columns.Pairs,
    _TIMES: times.Times,
    _AUDIT: columns.Acts,
}
_cells = functools.partial(columns.cells, _CELLS)


class List(command.Lister):
    """List runs, the newest first."""

    def get_parser(self, prog_name: str) -> argparse.ArgumentParser:
        """Which runs."""
        parser = super().get_parser(prog_name)
        arguments.add_cluster(parser, 'only runs of this cluster')
        arguments.add_list(
            parser,
            '--status',
            metavar='STATUS',
            text='only runs that are so: pending, running, stopping, stopped,'
            ' ready, error, cancelled',
        )
        arguments.add_list(
            parser, '--type', metavar='TYPE', text='only runs of these graphs'
        )
        arguments.add_list(
            parser, '--node', metavar='NODE', text='only runs on these nodes'
        )
        for option, help_ in _WHEN.items():
            parser.add_argument(
                option,
                metavar='TIME',
                type=arguments.moment,
                help=help_,
            )
        parser.add_argument(
            '--limit',
            metavar='N',
            type=arguments.positive,
            help='the newest N of them',
        )
        parser.add_argument(
            '--all', action='store_true', help='also those that were deleted'
        )
        return parser

    def take_action(
        self, parsed_args: argparse.Namespace
    ) -> tuple[Sequence[str], Iterator[Sequence[Any]]]:
        """All pages, or as many as are wanted."""
        most = parsed_args.limit
        found = self.remote.runs(
            cluster=parsed_args.cluster,
            status=arguments.joined(parsed_args.status),
            type=arguments.joined(parsed_args.type),
            node=arguments.joined(parsed_args.node),
            since=clock.iso(parsed_args.since),
            until=clock.iso(parsed_args.until),
            all=int(parsed_args.all),
            limit=min(most or _PAGE, _PAGE),
        )
        runs = list(itertools.islice(found, most))
        return _COLUMNS, (_cells(run, _COLUMNS) for run in runs)


class _OfRun:
    def get_parser(self, prog_name: str) -> argparse.ArgumentParser:
        parser: argparse.ArgumentParser = super().get_parser(prog_name)  # type: ignore[misc]
        arguments.add_run(parser)
        return parser


class Show(_OfRun, command.ShowOne):
    """Show a run: state, counts, what it waits for, who asked for what."""

    def take_action(
        self, parsed_args: argparse.Namespace
    ) -> tuple[Sequence[str], Sequence[Any]]:
        """One run."""
        names = (*_COLUMNS, *_MORE, _AUDIT, _TIMES)
        run = self.remote.run(parsed_args.run)
        for key, read, lacking in (
            (_AUDIT, self._audit, 'who asked for what'),
            (_TIMES, self.remote.times, 'where its time went'),
        ):
            try:
                run[key] = read(parsed_args.run)
            except exceptions.TrailmarkError as error:
                self.app.stderr.write(
                    f'warning: {lacking} is not known: {error}\n'
                )
        return names, _cells(run, names)

    def _audit(self, run: int) -> list[remote.Document]:
        """The newest rows of a run, the oldest of them first."""
        found = self.remote.audit(run=run, limit=_NEWEST)
        return list(itertools.islice(found, _NEWEST))[::-1]


class Nodes(_OfRun, command.Lister):
    """List the nodes of a run, with executions by state on each."""

    def take_action(
        self, parsed_args: argparse.Namespace
    ) -> tuple[Sequence[str], Iterator[Sequence[Any]]]:
        """Sync points are on no node."""
        names = ('node', 'counts')
        found = self.remote.nodes(parsed_args.run)
        return names, (_cells(row, names) for row in found)


class Watch(_OfRun, command.Command):
    """Follow a run that any process drives; Ctrl-C ends the watching only.

    What tasks print is shown while they run, a little late.
    """

    follows = True

    def get_parser(self, prog_name: str) -> argparse.ArgumentParser:
        """RUN and whether output is shown."""
        parser = super().get_parser(prog_name)
        parser.add_argument(
            '--no-output',
            action='store_true',
            help='do not show what tasks print',
        )
        return parser

    def take_action(self, parsed_args: argparse.Namespace) -> int:
        """Follow; the exit code says how the run ended."""
        return _watch(self, parsed_args.run, not parsed_args.no_output)


def _watch(of: command.Command, number: int, output: bool = False) -> int:
    link, stream = of.connection, of.app.stdout
    driver = following.watcher(link)
    run = driving.watch(link, number, stream, driver, output=output)
    if run is None:
        return driving.stuck(number, 'its state can not be read')
    if not following.has_ended(run):
        return driving.stuck(number, 'the process that drove it is gone')
    return driving.finish(of.remote, stream, run)


class _Ask(_OfRun, command.Command):
    wish: states.Asked

    def get_parser(self, prog_name: str) -> argparse.ArgumentParser:
        parser = super().get_parser(prog_name)
        parser.add_argument(
            '--wait', action='store_true', help='follow the run to its end'
        )
        return parser

    def take_action(self, parsed_args: argparse.Namespace) -> int:
        number = parsed_args.run
        self.remote.ask(number, self.wish)
        # A run that nobody drove is brought to its end by this process.
        self.connection.wait(number)
        failure = self.connection.failure(number)
        if failure is not None:
            return driving.stuck(number, str(failure))
        run = self.remote.run(number)
        said = f'Run {number} is {run["status"]}'
        if not following.has_ended(run):
            said = f'Run {number} was asked to {self.wish}'
        self.app.stdout.write(f'{said}\n')
        self.app.stdout.flush()
        if parsed_args.wait:
            _watch(self, number)
        return 0


class Stop(_Ask):
    """Stop a run: running tasks end, nothing new starts."""

    wish = states.Asked.STOP


class Cancel(_Ask):
    """Cancel a run: running tasks are ended, the rest is given up."""

    wish = states.Asked.CANCEL


class Resume(command.Command):
    """Resume a run: what failed, was blocked or never started runs."""

    follows = True

    def get_parser(self, prog_name: str) -> argparse.ArgumentParser:
        """RUN and what is to be skipped."""
        parser = super().get_parser(prog_name)
        arguments.add_run(parser, optional=True)
        arguments.add_list(
            parser,
            '--skip',
            metavar='TASK[@NODE]',
            text='go on without these',
        )
        arguments.add_detach(parser)
        return parser

    def take_action(self, parsed_args: argparse.Namespace) -> int:
        """Resume; the exit code says how the run ended."""
        number = parsed_args.run
        if number is None:
            word = arguments.reclaim(parsed_args, str.isdigit)
            if word is None:
                self.refuse('the following arguments are required: RUN')
            number = arguments.run_number(word)
        return driving.drive(
            self.connection,
            self.app.stdout,
            functools.partial(_resume, number, parsed_args.skip or ()),
            parsed_args.detach,
        )


def _resume(
    number: int, skip: Sequence[str], api: remote.Remote
) -> driving.Begun:
    after = following.last_transition(api, number)
    answer = api.resume(number, skip)
    changed = answer['changed_tasks']
    if changed:
        sys.stderr.write(
            f'warning: changed since run {number} began, and run as they '
            f'were: {", ".join(changed)}; `trailmark deploy` starts a new '
            'run with them\n'
        )
    return driving.Begun(answer['run'], after=after)


class Delete(_OfRun, command.Command):
    """Delete a finished run from lists; its history stays."""

    def take_action(self, parsed_args: argparse.Namespace) -> int:
        """Hide the run."""
        self.remote.delete(parsed_args.run)
        self.app.stdout.write(
            f'Run {parsed_args.run} is deleted; its history stays\n'
        )
        return refusals.READY
