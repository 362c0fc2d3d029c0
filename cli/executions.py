"""`trailmark run execute`."""

import argparse
import functools

from trailmark.cli import arguments, command, driving, plans, remote


class Execute(command.Command):
    """Run stored graphs of a cluster and follow the run to its end."""

    follows = True

    def get_parser(self, prog_name: str) -> argparse.ArgumentParser:
        """The cluster, what of it is to be run, and how."""
        parser = super().get_parser(prog_name)
        arguments.add_cluster(parser, 'name or id of the cluster', True)
        arguments.add_list(
            parser,
            '--type',
            '--graph-type',
            dest='types',
            metavar='TYPE',
            text='graphs to run, one after the other, and no others',
            required=True,
        )
        arguments.add_run_options(parser)
        return parser

    def take_action(self, parsed_args: argparse.Namespace) -> int:
        """Run; the exit code says how the run ended."""
        body = {
            'cluster': parsed_args.cluster,
            'graph_types': parsed_args.types,
            **arguments.asked_of_run(parsed_args),
        }
        if plans.is_whole(self, parsed_args):
            return plans.tell(self.app.stdout, self.remote.execute(body))
        return driving.drive(
            self.connection,
            self.app.stdout,
            functools.partial(_begin, body),
            parsed_args.detach,
        )


def _begin(body: remote.Document, api: remote.Remote) -> driving.Begun:
    answer = api.execute(body)
    driving.warn(answer)
    return driving.Begun(answer['run'], [*plans.lines(answer)])
