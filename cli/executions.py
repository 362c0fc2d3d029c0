"""`trailmark run execute`, and what all commands that run graphs do."""

import argparse
import functools

from trailmark.cli import arguments, command, driving, plans, remote


class Executing(command.Command):
    """Runs graphs of a cluster and follows the run to its end."""

    follows = True

    def graphs(self, chosen: argparse.Namespace) -> remote.Document:
        """Which graphs, and what of them where no option says it."""
        raise NotImplementedError

    def take_action(self, parsed_args: argparse.Namespace) -> int:
        """Run; the exit code says how the run ended."""
        body = {
            'cluster': parsed_args.cluster,
            **arguments.asked_of_run(parsed_args),
            **self.graphs(parsed_args),
        }
        if plans.is_whole(self, parsed_args):
            return plans.tell(self.app.stdout, self.remote.execute(body))
        return driving.drive(
            self.connection,
            self.app.stdout,
            functools.partial(_begin, body),
            parsed_args.detach,
        )


class Execute(Executing):
    """Run stored graphs of a cluster and follow the run to its end."""

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

    def graphs(self, chosen: argparse.Namespace) -> remote.Document:
        """Those that were named."""
        return {'graph_types': chosen.types}


def _begin(body: remote.Document, api: remote.Remote) -> driving.Begun:
    answer = api.execute(body)
    driving.warn(answer)
    return driving.Begun(answer['run'], [*plans.lines(answer)])
