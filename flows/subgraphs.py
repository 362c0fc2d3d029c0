"""Parts of a graph: what comes after a start and before an end."""

import dataclasses
import re
from collections.abc import Collection, Mapping

from trailmark.common import problems
from trailmark.flows import ordering, spelling

_RANGE = re.compile(r'(.*?)([0-9]+)-(?:\1)?([0-9]+)')
_LONGEST_RANGE = 20_000
#: Names that all the ranges of one list stand for.
_MOST_IN_RANGES = 20_000
#: Unknown nodes of one end that are named: a range may have many.
_MOST_NAMED = 20
#: Characters of a range: what is longer is none, and slow to look into.
_LONGEST_TEXT = 600

Index = Mapping[str, Mapping[int, int]]


@dataclasses.dataclass(frozen=True, slots=True)
class End:
    """A task, on some nodes only unless `nodes` is None."""

    text: str
    task: str
    nodes: frozenset[int] | None

    def cells(self, index: Index) -> set[int]:
        """The cells of a graph that are meant."""
        return {
            cell
            for node, cell in index.get(self.task, {}).items()
            if self.nodes is None or node in self.nodes
        }


@dataclasses.dataclass(frozen=True, slots=True)
class Subgraph:
    """What can be reached from `start` and reaches `end`; None: anything."""

    text: str
    start: End | None
    end: End | None

    def cells(
        self, index: Index, after: ordering.After, before: ordering.After
    ) -> set[int]:
        """The vertices of a graph that belong to it, start and end too."""
        found = set(range(len(after)))
        if self.start:
            found &= ordering.reach(after, self.start.cells(index))
        if self.end:
            found &= ordering.reach(before, self.end.cells(index))
        return found


class Parser:
    """Reads texts `[start[/node,..]][:end[/node,..]]`.

    `nodes` are numbers by name, `tasks` the ids that are known; what is
    wrong is gathered in `found`.
    """

    def __init__(
        self, nodes: Mapping[str, int], tasks: Collection[str]
    ) -> None:
        self._nodes = nodes
        self._tasks = tasks
        self.found: list[problems.Problem] = []

    def parse(self, text: str) -> Subgraph:
        """One subgraph of a selection."""
        start, _, end = text.partition(':')
        if not start and not end:
            self._refuse(f'{text!r} has neither a start nor an end')
        return Subgraph(text, self._end(start), self._end(end))

    def _end(self, text: str) -> End | None:
        if not text:
            return None
        task, slash, listed = text.partition('/')
        if task not in self._tasks:
            likely = spelling.hint(task, self._tasks)
            self._refuse(f'{text}: there is no task {task!r}{likely}')
        if not slash:
            return End(text, task, None)
        found, unknown = numbers(listed.split(','), self._nodes)
        for name in unknown[:_MOST_NAMED]:
            likely = spelling.hint(name, self._nodes)
            self._refuse(f'{text}: there is no node {name!r}{likely}')
        if more := len(unknown[_MOST_NAMED:]):
            self._refuse(f'{text}: there are {more} more of no node')
        return End(text, task, frozenset(found))

    def _refuse(self, message: str) -> None:
        self.found.append(problems.Problem(message, field='subgraphs'))


def numbers(
    listed: Collection[str], known: Mapping[str, int]
) -> tuple[set[int], list[str]]:
    """The numbers of named nodes, and the names that are not known.

    A text that is no name of a node may be a range of names that end in
    numbers: `1-3`, `node-1-3`, `node-1-node-3`, and `n01-03` with zeros.
    """
    found, unknown = set(), []
    left = _MOST_IN_RANGES
    for text in listed:
        expanded = [text] if text in known else _expand(text, left)
        left -= len(expanded) - 1
        for name in expanded:
            if name in known:
                found.add(known[name])
            else:
                unknown.append(name)
    return found, unknown


def _expand(text: str, most: int) -> list[str]:
    """The names of a range; what is none, or has more, is a name itself."""
    match = most and len(text) <= _LONGEST_TEXT and _RANGE.fullmatch(text)
    if not match:
        return [text]
    first, last = int(match[2]), int(match[3])
    if not first <= last < first + min(_LONGEST_RANGE, most):
        return [text]
    width = len(match[2]) if match[2].startswith('0') else 0
    return [
        f'{match[1]}{number:0{width}d}' for number in range(first, last + 1)
    ]
