"""`trailmark graph explain`."""

import argparse
from collections.abc import Iterator

from trailmark.cli import (
    arguments,
    command,
    driving,
    graphs,
    output,
    refusals,
    remote,
    times,
)

_MOST_NAMED = 2
_MOST_STEPS = 15


class Explain(graphs.OfGraph, command.Command):
    """Say why a task runs where it runs, after what, and what delays it."""

    question = 'explain'

    def get_parser(self, prog_name: str) -> argparse.ArgumentParser:
        """The same, and the execution."""
        parser = super().get_parser(prog_name)
        parser.add_argument(
            'execution',
            metavar='TASK@NODE',
            nargs='?',
            help='which one; TASK alone for a sync point or an only node',
        )
        return parser

    def request(self, chosen: argparse.Namespace) -> remote.Document:
        """The same, and the execution; a lone word beside --cluster is it."""
        if chosen.execution is None:
            if chosen.cluster is not None and chosen.dir is not None:
                chosen.execution, chosen.dir = chosen.dir, None
            else:
                chosen.execution = arguments.reclaim(chosen, lambda word: True)
        if chosen.execution is None:
            self.refuse('say which TASK@NODE')
        said = {'execution': chosen.execution}
        return super().request(chosen) | said

    def take_action(self, parsed_args: argparse.Namespace) -> int:
        """Print the explanation."""
        answer = self.answer(parsed_args)
        if parsed_args.format != 'text':
            self.write(parsed_args.format, answer)
            return refusals.READY
        driving.warn(answer)
        for line in lines(answer['explanation']):
            self.app.stdout.write(f'{output.printable(line)}\n')
        return refusals.READY


def lines(told: remote.Document) -> Iterator[str]:
    """An explanation for people."""
    yield f'{told["execution"]} ({told["type"]})'
    yield f'  {_from(told["provenance"])}'
    replaced = told['provenance']['replaced']
    while replaced is not None:
        yield f'  in place of that {_from(replaced)}'
        replaced = replaced['replaced']
    for said in (told['skipped'], told['condition']):
        if said is not None:
            mark = 'is skipped: ' if said == told['skipped'] else ''
            yield f'  {mark}{said}'
    yield ''
    yield from _placed(told)
    yield ''
    yield from _after(told['before'])
    yield ''
    yield from _waiting(told['after'])
    yield ''
    yield from _path(told['path'])


def _from(origin: remote.Document) -> str:
    file = f', {origin["file"]}' if origin['file'] else ''
    return f'from {origin["level"]} {origin["owner"]}{file}'


def _where(origin: remote.Document) -> str:
    """The file that says so, else its owner."""
    return str(origin['file'] or f'{origin["level"]} {origin["owner"]}')


def _placed(told: remote.Document) -> Iterator[str]:
    if not told['placements']:
        yield 'It is on no node: a sync point.'
        return
    yield 'It runs there because of'
    for each in told['placements']:
        group = f' of group {each["task"]}' if each['is_group'] else ''
        where = f' ({_where(each["provenance"])})' if each['is_group'] else ''
        yield f'  {each["field"]}{group}{where}: {_match(each)}'


def _match(each: remote.Document) -> str:
    tag, written = each['tag'], each['written']
    if tag is None:
        every = '* is every node but master'
        return every if written == '*' else str(written)
    said = tag if written == tag else f'{written} matches {tag}'
    if tag.startswith('primary-') and tag not in each['roles']:
        said += f', the first node with {tag.removeprefix("primary-")}'
    if each['roles'] and each['roles'] != [tag]:
        said += f', by its role {", ".join(each["roles"])}'
    return said


def _after(before: list[remote.Document]) -> Iterator[str]:
    if not before:
        yield 'It waits for nothing.'
        return
    yield f'It starts after {_count(before)}:'
    for each in before:
        yield f'  {_named(each)}'
        for origin in each['origins']:
            yield f'    by {_said(origin)}'


def _waiting(after: list[remote.Document]) -> Iterator[str]:
    if not after:
        yield 'Nothing waits for it.'
        return
    yield f'Before {_count(after)}:'
    for each in after:
        by = '; '.join(_said(origin) for origin in each['origins'][:1])
        yield f'  {_named(each)}, by {by}'


def _count(neighbours: list[remote.Document]) -> str:
    return _executions(sum(each['count'] for each in neighbours))


def _executions(count: int) -> str:
    return f'{count} execution{"" if count == 1 else "s"}'


def _named(each: remote.Document) -> str:
    count, named = each['count'], each['executions']
    said = ', '.join(named[:_MOST_NAMED])
    if count > _MOST_NAMED:
        said = f'{named[0]} and {count - 1} more'
    if each['skipped']:
        few = '' if each['skipped'] == count else f'{each["skipped"]} '
        said += f' ({few}skipped)'
    return said


def _said(origin: remote.Document) -> str:
    entry = origin['written']
    if isinstance(entry, dict):
        pairs = (f'{key}: {value}' for key, value in entry.items())
        entry = f'{{{", ".join(pairs)}}}'
    return (
        f'{origin["field"]} of {origin["task"]}: {entry} '
        f'({_where(origin["provenance"])})'
    )


def _path(path: remote.Document) -> Iterator[str]:
    steps = path['steps']
    timed = bool(path['seconds'])
    if not timed:
        yield (
            'How long what leads here takes is not known; the longest way '
            f'has {_executions(len(steps))}:'
        )
    else:
        unknown = path['unknown']
        but = f' without {unknown} that never ran' if unknown else ''
        yield (
            f'What makes it late: {_executions(len(steps))}, which took '
            f'{times.lasting(path["seconds"])} when they last ran{but}:'
        )
    left = max(0, len(steps) - _MOST_STEPS)
    if left:
        yield f'  ... {left} before'
    for step in steps[left:]:
        took = step['seconds']
        known = '?' if took is None else times.lasting(took)
        yield (
            f'  {known:>12}  {step["execution"]}'
            if timed
            else (f'  {step["execution"]}')
        )
