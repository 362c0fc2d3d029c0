"""Progress as plain lines, for pipes and files."""

import time
from collections.abc import Iterator
from typing import TextIO

from trailmark.cli import asking, columns, following, output, remote

_RATE = 2.0


class PlainDisplay:
    """A line per transition; of a large run counts and every error."""

    wants_nodes = False

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._last = ''
        self._said_at = float('-inf')

    def update(self, progress: asking.Progress) -> None:
        """Write what is new."""
        lines = [*map(_moved, progress.transitions), *self._large(progress)]
        lines += printed(progress)
        for line in lines:
            self._stream.write(f'{line}\n')
        self._stream.flush()

    def close(self) -> None:
        """Nothing is held."""

    def _large(self, progress: asking.Progress) -> Iterator[str]:
        yield from map(_failed, progress.errors)
        run = progress.run
        if run['counts'].get('total', 0) <= asking.READABLE:
            return
        now = time.monotonic()
        text = columns.counted(run['counts'])
        due = now - self._said_at >= _RATE or following.has_ended(run)
        if due and text != self._last:
            self._said_at, self._last = now, text
            yield f'{time.strftime("%H:%M:%S")} {text}'


def title(row: remote.Document) -> str:
    """`task@node` of a transition or a row; `task` without a node."""
    name = row.get('task') or row.get('task_name')
    node = row.get('node') or row.get('node_name')
    return f'{name}@{node}' if node else str(name)


def printed(progress: asking.Progress) -> Iterator[str]:
    """A line for each that a task printed."""
    for row, lines in progress.printed:
        for line in lines:
            yield f'{title(row)} | {output.printable(line)}'


def _moved(row: remote.Document) -> str:
    said = f'{columns.clock_time(row["time"])} {title(row)} {row["new"]}'
    return _with_message(said, row.get('message'))


def _failed(row: remote.Document) -> str:
    said = f'{columns.clock_time(row["time_end"] or 0)} {title(row)} error'
    return _with_message(said, row.get('message'))


def _with_message(line: str, message: str | None) -> str:
    first = (message or '').partition('\n')[0]
    return f'{line}: {output.printable(first)}' if first else line
