"""Progress on a terminal, drawn again and again in place."""

import time
from collections.abc import Sequence
from typing import TextIO

import rich.console
import rich.live
import rich.progress_bar
import rich.table
import rich.text

from trailmark.cli import asking, columns, output, plain, remote
from trailmark.common import states

_BAR = 24
#: Lines that are not of a node.
_BESIDES = 4
_DONE = (*states.FINISHED_STATES,)


class TerminalDisplay:
    """A bar for the run and a line for each node, as many as fit."""

    wants_nodes = True

    def __init__(self, stream: TextIO) -> None:
        self._console = rich.console.Console(file=stream)
        self._began = time.monotonic()
        self._running: dict[str, str] = {}
        self._live = rich.live.Live(
            console=self._console,
            refresh_per_second=4,
            redirect_stdout=False,
            transient=True,
        )
        self._live.start()

    def update(self, progress: asking.Progress) -> None:
        """Draw how far the run and its nodes are."""
        for row in progress.transitions:
            self._note(row)
        for row in progress.errors:
            self._say_error(row)
        for line in plain.printed(progress):
            self._console.print(rich.text.Text(line, style='dim'))
        self._live.update(self._drawn(progress))

    def close(self) -> None:
        """Leave the terminal as it was."""
        self._live.stop()

    def _note(self, row: remote.Document) -> None:
        node = row['node'] or ''
        if row['new'] == states.ExecutionState.RUNNING:
            self._running[node] = row['task']
        elif self._running.get(node) == row['task']:
            del self._running[node]
        if row['new'] == states.ExecutionState.ERROR:
            self._say_error(row)

    def _say_error(self, row: remote.Document) -> None:
        first = (row.get('message') or '').partition('\n')[0]
        text = f'{plain.title(row)} error: {output.printable(first)}'
        self._console.print(rich.text.Text(text, style='red'))

    def _drawn(self, progress: asking.Progress) -> rich.console.Group:
        run = progress.run
        spent = time.monotonic() - self._began
        minutes, seconds = divmod(int(spent), 60)
        table = rich.table.Table.grid(padding=(0, 1))
        table.add_column(no_wrap=True, max_width=self._console.width // 3)
        table.add_column(no_wrap=True)
        # Only the last one gives way when there is too little room.
        table.add_column(overflow='ellipsis')
        table.add_row(
            f'run {run["id"]}',
            _bar(run['counts']),
            _line_of(f'{_progress(run["counts"])} in {minutes}:{seconds:02}'),
        )
        shown, rest = self._chosen(progress.nodes)
        for node in shown:
            table.add_row(*self._line(node))
        more = [f'and {rest} more nodes'] if rest else []
        counts = _line_of(columns.counted(run['counts']))
        return rich.console.Group(table, *more, counts)

    def _chosen(
        self, nodes: Sequence[remote.Document]
    ) -> tuple[list[remote.Document], int]:
        named = [node for node in nodes if node['node'] is not None]
        room = max(1, self._console.height - _BESIDES)
        if len(named) <= room:
            return named, 0
        named.sort(key=_urgency)
        return named[:room], len(named) - room

    def _line(
        self, node: remote.Document
    ) -> tuple[rich.text.Text, rich.progress_bar.ProgressBar, rich.text.Text]:
        counts = node['counts']
        style = 'red' if counts.get('error') else ''
        task = self._running.get(node['node'], '')
        said = f'{_progress(counts)} {task}'
        return (
            rich.text.Text(node['node'], style=style),
            _bar(counts),
            _line_of(said),
        )


def _line_of(text: str) -> rich.text.Text:
    return rich.text.Text(text, no_wrap=True, overflow='ellipsis')


def _bar(counts: dict[str, int]) -> rich.progress_bar.ProgressBar:
    bad = counts.get('error') or counts.get('dep_failed')
    return rich.progress_bar.ProgressBar(
        total=max(1, _total(counts)),
        completed=_done(counts),
        width=_BAR,
        complete_style='red' if bad else 'cyan',
        finished_style='red' if bad else 'green',
    )


def _progress(counts: dict[str, int]) -> str:
    total = str(_total(counts))
    return f'{_done(counts):>{len(total)}}/{total}'


def _done(counts: dict[str, int]) -> int:
    return sum(counts.get(state, 0) for state in _DONE)


def _total(counts: dict[str, int]) -> int:
    return sum(counts.get(state, 0) for state in states.ExecutionState)


def _urgency(node: remote.Document) -> tuple[bool, bool, bool]:
    counts = node['counts']
    ended = _done(counts) == _total(counts)
    return (not counts.get('error'), not counts.get('running'), ended)
