"""`trailmark deploy`."""

import argparse
import functools
import os

from trailmark.cli import (
    arguments,
    command,
    driving,
    folders,
    plans,
    remote,
)


class Deploy(command.Command):
    """Deploy a folder: store it, start a run and follow it to its end."""

    follows = True

    def get_parser(self, prog_name: str) -> argparse.ArgumentParser:
        """DIR and what of it is to be deployed, and how."""
        parser = super().get_parser(prog_name)
        parser.add_argument(
            'dir', metavar='DIR', nargs='?', help='folder to deploy'
        )
        parser.add_argument(
            '--cluster',
            metavar='NAME',
            help='deploy to the cluster of this name',
        )
        arguments.add_list(
            parser,
            '--graph-type',
            metavar='TYPE',
            text='graphs to run, one after the other',
        )
        arguments.add_run_options(parser)
        return parser

    def take_action(self, parsed_args: argparse.Namespace) -> int:
        """Deploy; the exit code says how the run ended."""
        folder = parsed_args.dir or arguments.reclaim(
            parsed_args, lambda word: True
        )
        if folder is None:
            self.refuse('the following arguments are required: DIR')
        body = request(folder, parsed_args)
        if plans.is_whole(self, parsed_args):
            return plans.tell(self.app.stdout, self.remote.deploy(body))
        return driving.drive(
            self.connection,
            self.app.stdout,
            functools.partial(_begin, body),
            parsed_args.detach,
        )


def request(folder: str, chosen: argparse.Namespace) -> remote.Document:
    """What the API is asked for; raises InvalidInput for bad files."""
    source = os.path.realpath(folder)
    return {
        'source': source,
        'name': os.path.basename(source),
        'files': folders.read(folder),
        'cluster': chosen.cluster,
        'graph_types': chosen.graph_type,
        **arguments.asked_of_run(chosen),
    }


def _begin(body: remote.Document, api: remote.Remote) -> driving.Begun:
    answer = api.deploy(body)
    driving.warn(answer)
    changes = [f'  {change}' for change in answer['changes']]
    return driving.Begun(answer['run'], [*changes, *plans.lines(answer)])
