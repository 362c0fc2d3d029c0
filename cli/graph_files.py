"""`trailmark graph upload` and `download`."""

import argparse
import os
import sys
from collections.abc import Mapping
from typing import Any

from trailmark.cli import (
    arguments,
    command,
    driving,
    folders,
    owners,
    refusals,
    remote,
    writing,
)

#: What a graph says of itself beside its tasks.
_METADATA = ('name', 'node_filter', 'on_success', 'on_error', 'on_stop')
_FILES = ('metadata.yaml', 'tasks.yaml')


class Upload(owners.OfGraph, command.Command):
    """Store a graph from a file or a folder, in place of the one there is."""

    def get_parser(self, prog_name: str) -> argparse.ArgumentParser:
        """Whose graph, and its files."""
        parser = super().get_parser(prog_name)
        add_source(parser.add_mutually_exclusive_group(required=True), '-f')
        arguments.add_strict(parser)
        return parser

    def take_action(self, parsed_args: argparse.Namespace) -> int:
        """Say what changed."""
        body = {
            **self.owner(parsed_args).query,
            'type': parsed_args.type,
            **read(parsed_args),
            'strict': parsed_args.strict,
        }
        answer = self.store.upload(body)
        driving.warn(answer)
        self.say_changes(answer['changes'])
        return refusals.READY


def add_source(group: Any, *short: str) -> None:
    """Add where a graph is read from; `short` is a name beside --file."""
    group.add_argument(
        *short,
        '--file',
        metavar='FILE',
        help='a list of tasks, or a mapping with tasks and node_filter, '
        'on_success, on_error, on_stop; - is standard input',
    )
    group.add_argument(
        '-d',
        '--dir',
        metavar='DIR',
        help='a folder of metadata.yaml and YAML files of tasks',
    )


def read(chosen: argparse.Namespace) -> remote.Document:
    """Files of a graph and their folder; raises InvalidInput."""
    if chosen.dir is not None:
        files, folder = folders.read(chosen.dir), chosen.dir
    else:
        files = folders.read_file(chosen.file)
        folder = os.path.dirname(chosen.file)
    return {'files': files, 'source': os.path.realpath(folder)}


class Download(owners.OfGraph, command.Command):
    """Write a graph to files as it was uploaded, or print it."""

    def get_parser(self, prog_name: str) -> argparse.ArgumentParser:
        """Which graph, and where it is written."""
        parser = super().get_parser(prog_name)
        self.add_level(parser, 'the graph of its own')
        self.add_with_secrets(parser)
        parser.add_argument(
            '--revision',
            metavar='NUMBER',
            type=int,
            help='the graph as it was in this revision',
        )
        _add_target(parser)
        return parser

    def take_action(self, parsed_args: argparse.Namespace) -> int:
        """Write files whole or not at all, or to standard output."""
        self._check(parsed_args)
        metadata, tasks = self._graph(parsed_args)
        from trailmark.cli import documents  # late: 0.02 s, YAML

        kind = parsed_args.format
        if parsed_args.dir is not None:
            texts = (
                documents.text(kind, metadata),
                documents.text(kind, tasks),
            )
            files = dict(zip(_FILES, texts, strict=True))
            _write_folder(parsed_args.dir, files, parsed_args.force)
            return refusals.READY
        whole = documents.text(
            kind, {**metadata, 'tasks': tasks} if metadata else tasks
        )
        if parsed_args.file is not None:
            writing.write({parsed_args.file: whole}, parsed_args.force)
        else:
            self.app.stdout.write(whole)
        return refusals.READY

    def _check(self, chosen: argparse.Namespace) -> None:
        self.check_level(chosen)
        if chosen.level is not None and chosen.revision is not None:
            self.refuse('say --level or --revision, not both')
        if chosen.dir is not None and chosen.format != 'yaml':
            self.refuse('a folder holds YAML: --format is for --file')

    def _graph(
        self, chosen: argparse.Namespace
    ) -> tuple[remote.Document, list[Any]]:
        """Metadata and tasks."""
        if chosen.level is not None:
            return {}, self.merged(chosen, chosen.level)
        owner = self.owner(chosen)
        if chosen.revision is None:
            found = self.store.own_graph(
                owner, chosen.type, chosen.with_secrets
            )
        else:
            found = self.store.revision(
                owner, chosen.type, chosen.revision, chosen.with_secrets
            )
        said = {name: found.get(name) for name in _METADATA}
        metadata = {key: value for key, value in said.items() if value}
        return metadata, found['tasks']


def _add_target(parser: argparse.ArgumentParser) -> None:
    target = parser.add_mutually_exclusive_group()
    target.add_argument(
        '-f', '--file', metavar='FILE', help='the file to write'
    )
    target.add_argument(
        '-d',
        '--dir',
        metavar='DIR',
        help=f'the folder to write {" and ".join(_FILES)} to',
    )
    parser.add_argument(
        '--format',
        choices=('yaml', 'json'),
        default='yaml',
        help='how a file is written: %(default)s',
    )
    parser.add_argument(
        '--force', action='store_true', help='overwrite files that are there'
    )


def _write_folder(folder: str, files: Mapping[str, str], force: bool) -> None:
    paths = {os.path.join(folder, name): files[name] for name in files}
    writing.write(paths, force)
    others = sorted(set(folders.read(folder)) - set(files))
    if others:
        sys.stderr.write(
            f'warning: an upload of {folder} would take its other files too: '
            f'{", ".join(others)}\n'
        )
