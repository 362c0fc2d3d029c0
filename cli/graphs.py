"""`trailmark graph lint`, `expand` and `plot`."""

import argparse
import json
import os
from collections.abc import Iterator, Sequence
from typing import ClassVar

from trailmark.cli import (
    arguments,
    command,
    folders,
    output,
    refusals,
    remote,
)

_HEADS = ('Execution', 'Layer', 'File', 'After')


class OfGraph(command.Command):
    """Asks something about the graph of a folder or a stored cluster."""

    question: ClassVar[str]
    #: How it may be printed, the usual way first.
    formats: ClassVar[tuple[str, ...]] = ('text', 'json', 'yaml')

    def get_parser(self, prog_name: str) -> argparse.ArgumentParser:
        parser = super().get_parser(prog_name)
        parser.add_argument(
            'dir', metavar='DIR', nargs='?', help='folder of a deployment'
        )
        parser.add_argument(
            '--cluster', metavar='NAME', help='a stored cluster instead of DIR'
        )
        parser.add_argument(
            '--type', default='default', help='type of the graph: %(default)s'
        )
        parser.add_argument(
            '-f',
            '--format',
            choices=self.formats,
            default=self.formats[0],
            help='how it is printed: %(default)s',
        )
        arguments.add_selection(parser)
        arguments.add_reading(parser)
        return parser

    def answer(self, chosen: argparse.Namespace) -> remote.Document:
        """What the API says to the question."""
        body = self.request(chosen)
        return self.remote.graph(self.question, body)

    def request(self, chosen: argparse.Namespace) -> remote.Document:
        """What the API is asked; raises InvalidInput for bad files."""
        body = self._source(chosen)
        body |= {
            'type': chosen.type,
            'ignore_conditions': chosen.ignore_conditions,
            'strict': chosen.strict,
        }
        selection = {
            'nodes': chosen.nodes,
            'tasks': chosen.tasks,
            'subgraphs': chosen.subgraph,
        }
        return body | {key: said for key, said in selection.items() if said}

    def _source(self, chosen: argparse.Namespace) -> remote.Document:
        if chosen.cluster is not None:
            if chosen.dir is not None:
                self.refuse('say DIR or --cluster, not both')
            return {'cluster': chosen.cluster}
        folder = chosen.dir or arguments.reclaim(chosen, lambda word: True)
        if folder is None:
            self.refuse('say DIR or --cluster')
        name = os.path.basename(os.path.realpath(folder))
        return {'name': name or 'root', 'files': folders.read(folder)}

    def write(self, kind: str, document: remote.Document) -> None:
        """Print a document as JSON or YAML."""
        if kind == 'json':
            text = json.dumps(document, indent=2) + '\n'
        else:
            from trailmark.cli import documents  # late: 0.02 s, YAML

            text = documents.text('yaml', document)
        self.app.stdout.write(text)


class Lint(OfGraph):
    """Say everything that is wrong with a graph."""

    question = 'lint'

    def take_action(self, parsed_args: argparse.Namespace) -> int:
        """Print problems; 2 when there are errors."""
        answer = self.answer(parsed_args)
        found = [refusals.problem_of(entry) for entry in answer['problems']]
        if parsed_args.format == 'text':
            for problem in found:
                self.app.stdout.write(f'{problem}\n')
            if not found:
                self.app.stdout.write('No problems found\n')
        else:
            self.write(parsed_args.format, answer)
        bad = any(problem.severity == 'error' for problem in found)
        return refusals.REFUSED if bad else refusals.READY


class Expand(OfGraph):
    """Show what a graph expands to: every task on every node."""

    question = 'expand'

    def take_action(self, parsed_args: argparse.Namespace) -> int:
        """Print vertices, their files, what they wait for; or the document."""
        answer = self.answer(parsed_args)
        if parsed_args.format != 'text':
            self.write(parsed_args.format, answer)
            return refusals.READY
        for warning in answer['warnings']:
            self.app.stderr.write(f'warning: {warning}\n')
        for line in _listing(answer):
            self.app.stdout.write(f'{line}\n')
        return refusals.READY


def _listing(expanded: remote.Document) -> Iterator[str]:
    before: dict[str, list[str]] = {}
    for first, then in expanded['edges']:
        before.setdefault(then, []).append(first)
    vertices = expanded['vertices']
    yield from _aligned([_HEADS, *(_row(each, before) for each in vertices)])
    kinds = [vertex['kind'] for vertex in vertices]
    yield (
        f'{kinds.count("task")} task executions, '
        f'{kinds.count("sync")} sync points, '
        f'{kinds.count("barrier")} barriers, '
        f'{len(expanded["edges"])} edges'
    )


def _row(
    vertex: remote.Document, before: dict[str, list[str]]
) -> tuple[str, ...]:
    skipped = ' (skipped)' if vertex['skipped'] else ''
    origin = vertex['provenance']
    return (
        f'{vertex["name"]}{skipped}',
        f'{origin["level"]} {origin["owner"]}' if origin else '',
        (origin and origin['file']) or '',
        ', '.join(before.get(vertex['name'], ())),
    )


def _aligned(rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    """Lines with all columns but the last below each other."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    widths[-1] = 0
    for row in rows:
        cells = zip(row, widths, strict=True)
        line = '  '.join(f'{cell:{width}}' for cell, width in cells)
        yield output.printable(line.rstrip())


class Plot(OfGraph):
    """Draw a graph, or a run with the states of its tasks as colours."""

    question = 'plot'
    formats = ('dot', 'mermaid', 'json', 'yaml')

    def get_parser(self, prog_name: str) -> argparse.ArgumentParser:
        """The same, and whether nodes are drawn."""
        parser = super().get_parser(prog_name)
        parser.add_argument(
            '--expanded',
            action='store_true',
            help='every task on every node, with edges between nodes',
        )
        parser.add_argument(
            '--run',
            metavar='RUN',
            type=arguments.run_number,
            help='a run instead of DIR, coloured by status',
        )
        return parser

    def request(self, chosen: argparse.Namespace) -> remote.Document:
        """The same, and how it is drawn."""
        said: remote.Document = {'expanded': chosen.expanded}
        if chosen.format == 'mermaid':
            said['format'] = 'mermaid'
        if chosen.run is None:
            return super().request(chosen) | said
        self._check_run(chosen)
        return said | {'run': chosen.run}

    def _check_run(self, chosen: argparse.Namespace) -> None:
        """Refuse what would choose from a graph: a run has chosen."""
        if chosen.dir is not None or chosen.cluster is not None:
            self.refuse('say --run, or DIR or --cluster')
        choosing = (
            chosen.type != 'default',
            chosen.expanded,
            chosen.nodes,
            chosen.tasks,
            chosen.subgraph,
            chosen.ignore_conditions,
            chosen.strict,
        )
        if any(choosing):
            self.refuse('a run is drawn as it is: say --run and --format only')

    def take_action(self, parsed_args: argparse.Namespace) -> int:
        """Print the drawing."""
        answer = self.answer(parsed_args)
        text = answer.get(parsed_args.format)
        if text is not None:
            self.app.stdout.write(text.rstrip('\n') + '\n')
        else:
            self.write(parsed_args.format, answer)
        return refusals.READY
