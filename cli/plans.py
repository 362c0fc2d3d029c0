"""The plan of a dry run, in lines."""

import argparse
import json
from collections.abc import Iterator
from typing import TextIO

from trailmark.cli import command, driving, output, refusals, remote

#: Lines of a plan that are shown; the API's answer has all.
_MOST_LINES = 50
_MOST_NAMES = 5
_LONGEST = 200


def is_whole(asked: command.Command, chosen: argparse.Namespace) -> bool:
    """Whether a dry run is to be told whole; refused of one that is not."""
    if chosen.format != 'json':
        return False
    if not chosen.dry_run:
        asked.refuse('--format json is for --dry-run')
    return True


def tell(stream: TextIO, answer: remote.Document) -> int:
    """The whole answer, alone on standard output; the exit code."""
    driving.warn(answer)
    json.dump(answer, stream, indent=2, ensure_ascii=False)
    stream.write('\n')
    return refusals.exit_code_of_run(answer['run']['status'])


def lines(answer: remote.Document) -> Iterator[str]:
    """What would be done, the first of it; nothing if none was asked for."""
    plan: list[remote.Document] | None = answer.get('plan')
    if plan is None:
        return
    told = [line for entry in plan for line in _entry(entry)]
    yield '  It would do:' if told else '  It would do nothing.'
    yield from (f'  {line}' for line in told[:_MOST_LINES])
    more = len(told) - _MOST_LINES
    if more > 0:
        yield f'  and {more} more lines: --format json has all'


def _entry(entry: remote.Document) -> Iterator[str]:
    """A line for the task and its nodes, and one for each step."""
    yield f'{entry["task"]} on {_names(entry["nodes"])}'
    for step in entry['steps'] or ['nothing']:
        yield f'  {output.printable(_flat(step))}'


def _names(names: list[str]) -> str:
    more = len(names) - _MOST_NAMES
    said = ', '.join(names[:_MOST_NAMES])
    return f'{said} and {more} more' if more > 0 else said


def _flat(step: str) -> str:
    """A step in one line, whatever stands in it."""
    first, *rest = step.strip().split('\n')
    if len(first) > _LONGEST:
        first = f'{first[:_LONGEST]}...'
    if not rest:
        return first
    return f'{first} [and {len(rest)} more line{"s" * (len(rest) > 1)}]'
