"""What of the graphs of a run is wanted; the rest is skipped."""

import dataclasses
from collections.abc import Collection, Iterator, Mapping, Sequence

from trailmark.common import problems
from trailmark.flows import (
    expansion,
    graphs,
    ordering,
    placement,
    spelling,
    subgraphs,
)

#: A graph on its nodes, and what comes after each of its vertices.
Woven = tuple[expansion.Expansion, ordering.After]


@dataclasses.dataclass(frozen=True, slots=True)
class Chosen:
    """A selection with its names looked up; None means everything."""

    nodes: frozenset[int] | None
    tasks: frozenset[str] | None
    subgraphs: tuple[subgraphs.Subgraph, ...] | None
    found: tuple[problems.Problem, ...] = ()


def choose(
    selection: graphs.Selection,
    nodes: Mapping[str, int],
    tasks: Collection[str],
) -> Chosen:
    """Look up the names of a selection: numbers of nodes, ids of tasks.

    Nodes that can't be found select all, for the sake of other findings.
    """
    parser = subgraphs.Parser(nodes, tasks)
    found = list(_unknown_tasks(selection.tasks or (), tasks))
    found.extend(_empty(selection))
    numbers, unknown = subgraphs.numbers(selection.nodes or (), nodes)
    found.extend(_unknown('nodes', 'node', unknown, nodes))
    parts = None
    if selection.subgraphs is not None:
        parts = tuple(parser.parse(text) for text in selection.subgraphs)
    return Chosen(
        frozenset(numbers) if numbers and not unknown else None,
        None if selection.tasks is None else frozenset(selection.tasks),
        parts,
        (*found, *parser.found),
    )


def wanted(chosen: Chosen, woven: Woven, places: placement.Places) -> set[int]:
    """The cells of a graph that are selected.

    With nodes selected, `master` and sync points take part; with tasks
    selected, sync points stay.
    """
    expanded, after = woven
    found = set(range(len(expanded.cells)))
    if chosen.nodes is not None:
        there = chosen.nodes | {placement.NOWHERE, places.master}
        found = {
            cell
            for cell, (_, node) in enumerate(expanded.cells)
            if node in there
        }
    if chosen.tasks is not None:
        found &= {
            cell
            for cell, (task, _) in enumerate(expanded.cells)
            if task.type == 'stage' or task.id in chosen.tasks
        }
    if chosen.subgraphs is not None:
        before = ordering.backward(after)
        within: set[int] = set()
        for part in chosen.subgraphs:
            within |= part.cells(expanded.index, after, before)
        found &= within
    return found


def check(
    chosen: Chosen, woven: Sequence[Woven], kept: Sequence[set[int]]
) -> Iterator[problems.Problem]:
    """Parts of a selection that match nothing in any graph of the run."""
    if chosen.found:
        return
    unmatched = list(_unmatched(chosen.subgraphs or (), woven))
    yield from unmatched
    if not unmatched and not _matches_anything(chosen, woven, kept):
        yield problems.Problem(
            'nothing of these graphs is selected', field='selection'
        )


def _matches_anything(
    chosen: Chosen, woven: Sequence[Woven], kept: Sequence[set[int]]
) -> bool:
    if chosen == Chosen(None, None, None):
        return True
    for (expanded, _), cells in zip(woven, kept, strict=True):
        for cell in cells:
            task, node = expanded.cells[cell]
            is_named = chosen.tasks is None or task.id in chosen.tasks
            if is_named and _is_there(node, chosen):
                return True
    return False


def _is_there(node: int, chosen: Chosen) -> bool:
    if chosen.nodes is None or node in chosen.nodes:
        return True
    return node == placement.NOWHERE and chosen.tasks is not None


def _unmatched(
    parts: Sequence[subgraphs.Subgraph], woven: Sequence[Woven]
) -> Iterator[problems.Problem]:
    for part in parts:
        ends = [end for end in (part.start, part.end) if end]
        nowhere = [
            end.text
            for end in ends
            if not any(end.cells(expanded.index) for expanded, _ in woven)
        ]
        for text in nowhere:
            yield _refused(f'{text} is not executed on these nodes')
        if not nowhere and not any(_holds(part, each) for each in woven):
            yield _refused(f'nothing lies between the ends of {part.text}')


def _holds(part: subgraphs.Subgraph, woven: Woven) -> bool:
    expanded, after = woven
    return bool(part.cells(expanded.index, after, ordering.backward(after)))


def _refused(message: str) -> problems.Problem:
    return problems.Problem(message, field='subgraphs')


def _empty(selection: graphs.Selection) -> Iterator[problems.Problem]:
    for field in dataclasses.fields(selection):
        if getattr(selection, field.name) == ():
            yield problems.Problem('nothing is selected', field=field.name)


def _unknown_tasks(
    selected: Sequence[str], known: Collection[str]
) -> Iterator[problems.Problem]:
    unknown = [name for name in selected if name not in known]
    return _unknown('tasks', 'task', unknown, known)


def _unknown(
    field: str, noun: str, unknown: Sequence[str], known: Collection[str]
) -> Iterator[problems.Problem]:
    hints = spelling.Hints(known)
    for name in unknown:
        yield problems.Problem(
            f'there is no {noun} {name!r}{hints.hint(name)}',
            field=field,
        )
