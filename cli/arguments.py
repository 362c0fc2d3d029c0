"""Arguments that several commands share."""

import argparse
from collections.abc import Callable, Collection, Sequence
from typing import Any

from trailmark.common import clock, numbers

#: Attribute of the namespace: names of list options in their order.
_SEEN = 'list_options_seen'


class WordsAction(argparse.Action):
    """Values by spaces and by repetition, in one list."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: str | Sequence[Any] | None,
        option_string: str | None = None,
    ) -> None:
        words = [values] if isinstance(values, str) else list(values or ())
        found = self.values_of(words)
        if not found:
            parser.error(f'{option_string} needs a value')
        already = getattr(namespace, self.dest) or []
        setattr(namespace, self.dest, [*already, *found])
        seen = getattr(namespace, _SEEN, ())
        setattr(namespace, _SEEN, (*seen, (self.dest, len(words))))

    def values_of(self, words: list[Any]) -> list[Any]:
        """The values that words of the command line stand for."""
        return words


class ListAction(WordsAction):
    """The same, and by commas."""

    def values_of(self, words: list[Any]) -> list[Any]:
        """Parts between commas."""
        parts = (part for word in words for part in word.split(','))
        return [part for part in parts if part != '']


def add_list(
    parser: argparse.ArgumentParser,
    *names: str,
    metavar: str,
    text: str,
    commas: bool = True,
    **options: Any,
) -> None:
    """Add an option that takes a list; None when it is not given."""
    parser.add_argument(
        *names,
        nargs='+',
        metavar=metavar,
        action=ListAction if commas else WordsAction,
        help=text,
        **options,
    )


def joined(words: Sequence[str] | None) -> str | None:
    """A list as the API takes it; None where none was given."""
    return ','.join(words) if words else None


def reclaim(
    namespace: argparse.Namespace,
    fits: Callable[[str], bool],
    among: Collection[str] | None = None,
) -> str | None:
    """The positional that a list option before it swallowed, if one fits.

    `deploy --nodes a b DIR` gives DIR to --nodes; the last list option with
    two words or more gives its last one back. `among` names the options
    that may, None all.
    """
    for dest, words in reversed(getattr(namespace, _SEEN, ())):
        values = getattr(namespace, dest)
        asked = among is None or dest in among
        if asked and words > 1 and fits(values[-1]):
            return str(values.pop())
    return None


def run_number(text: str) -> int:
    """A run's number; for argparse."""
    if not numbers.identifier(text):
        raise argparse.ArgumentTypeError(
            f'{text!r} is not the number of a run'
        )
    return int(text)


def moment(text: str) -> int:
    """A moment in microseconds; for argparse."""
    try:
        return clock.parse(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def positive(text: str) -> int:
    """A whole number from 1 up; for argparse."""
    if not numbers.identifier(text):
        raise argparse.ArgumentTypeError(
            f'{text!r} is not a whole number from 1 up'
        )
    return int(text)


def add_run(parser: argparse.ArgumentParser, optional: bool = False) -> None:
    """Add the number of a run."""
    parser.add_argument(
        'run',
        metavar='RUN',
        nargs='?' if optional else None,
        type=run_number,
        help='number of the run',
    )


def add_cluster(
    parser: argparse.ArgumentParser, text: str, required: bool = False
) -> None:
    """Add the name of a cluster."""
    parser.add_argument(
        '--cluster', metavar='CLUSTER', required=required, help=text
    )


def add_selection(parser: argparse.ArgumentParser) -> None:
    """Add the options that narrow a graph."""
    add_list(
        parser, '--nodes', metavar='NODE', text='only what runs on these nodes'
    )
    add_list(parser, '--tasks', metavar='TASK', text='only these tasks')
    add_list(
        parser,
        '--subgraph',
        metavar='START[/NODE,..][:END[/NODE,..]]',
        text='only what lies between these tasks',
        commas=False,
    )


def add_run_options(parser: argparse.ArgumentParser) -> None:
    """Add what a new run is asked for: see `asked_of_run`."""
    add_selection(parser)
    twins = parser.add_mutually_exclusive_group()
    twins.add_argument(
        '--dry-run',
        action='store_true',
        help='check and plan only: nothing is run',
    )
    twins.add_argument(
        '--noop',
        action='store_true',
        help='run the noop twin of every task: nothing is changed',
    )
    parser.add_argument(
        '--format',
        choices=('text', 'json'),
        default='text',
        help='how a dry run is told: json has its whole plan',
    )
    add_reading(parser)
    add_detach(parser)


def add_detach(parser: argparse.ArgumentParser) -> None:
    """Add --detach, for runs that engines drive."""
    parser.add_argument(
        '--detach',
        action='store_true',
        help='do not follow the run that engines drive',
    )


def asked_of_run(chosen: argparse.Namespace) -> dict[str, Any]:
    """What the API is asked of a new run, beside what is to be run."""
    return {
        'nodes': chosen.nodes,
        'tasks': chosen.tasks,
        'subgraphs': chosen.subgraph,
        'dry_run': chosen.dry_run,
        'noop': chosen.noop,
        'ignore_conditions': chosen.ignore_conditions,
        'strict': chosen.strict,
    }


def add_reading(parser: argparse.ArgumentParser) -> None:
    """Add the options that say how graphs are read."""
    parser.add_argument(
        '--ignore-conditions',
        action='store_true',
        help='take computed conditions as true and drop computed relations',
    )
    add_strict(parser)


def add_strict(parser: argparse.ArgumentParser) -> None:
    """Add whether what is doubtful is refused."""
    parser.add_argument(
        '--strict', action='store_true', help='refuse what only earns warnings'
    )
