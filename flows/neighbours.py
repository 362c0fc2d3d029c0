"""What comes right before or after an execution, and who says so."""

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from trailmark.flows import drafting, graphs, relations

#: Executions of a neighbour that are named; the others are counted.
_MOST_NAMED = 10
_SPELLINGS = {
    'cross-depends': ('cross-depends', 'cross_depends'),
    'cross-depended-by': ('cross-depended-by', 'cross_depended_by'),
}


@dataclasses.dataclass(frozen=True, slots=True)
class Origin:
    """An entry of a field of a task that puts it after another."""

    task: str
    field: str
    written: Any
    provenance: graphs.Provenance


@dataclasses.dataclass(frozen=True, slots=True)
class Neighbours:
    """Executions of one task that come before or after, and who says so."""

    task: str
    count: int
    executions: tuple[str, ...]
    skipped: int
    origins: tuple[Origin, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Known:
    """A graph on its nodes; `written` has its tasks as they were written."""

    draft: drafting.Draft
    written: Mapping[str, graphs.Task]
    name: Callable[[int], str]
    is_skipped: Callable[[int], bool]


def find(known: Known, cell: int, before: bool) -> tuple[Neighbours, ...]:
    """Neighbours of a cell on one side, straight through barriers."""
    found: dict[int, list[relations.Origin]] = {}
    for other, origins in _related(known.draft, cell, before):
        found.setdefault(other, []).extend(origins)
    groups: dict[tuple[Any, ...], list[int]] = {}
    for other in sorted(found):
        task, _node = known.draft.expanded.cells[other]
        marks = tuple(id(origin) for origin in found[other])
        groups.setdefault((task.id, marks), []).append(other)
    return tuple(
        _neighbours(known, cells, found[cells[0]]) for cells in groups.values()
    )


def _related(
    draft: drafting.Draft, cell: int, before: bool
) -> Iterator[tuple[int, list[relations.Origin]]]:
    """Cells on that side, with the origins of each of their relations."""
    name = draft.expanded.cells[cell][0].id
    for pair in draft.related.pairs:
        if name == (pair.after if before else pair.before):
            for first, then in relations.edges(draft.expanded, [pair]):
                if cell == (then if before else first):
                    yield first if before else then, pair.origins
    for crossing in draft.related.crossings:
        own, others = crossing.before, crossing.after
        if before:
            own, others = others, own
        if cell in own:
            for other in dict.fromkeys(others):
                if other != cell:
                    yield other, [crossing.origin]


def _neighbours(
    known: Known, cells: list[int], origins: list[relations.Origin]
) -> Neighbours:
    return Neighbours(
        known.draft.expanded.cells[cells[0]][0].id,
        len(cells),
        tuple(known.name(cell) for cell in cells[:_MOST_NAMED]),
        sum(known.is_skipped(cell) for cell in cells),
        tuple(_origin(known, origin) for origin in origins),
    )


def _origin(known: Known, origin: relations.Origin) -> Origin:
    task = known.written[origin.task.id]
    return Origin(
        task.id, _place_of(task, origin), origin.entry, task.provenance
    )


def _place_of(task: graphs.Task, origin: relations.Origin) -> str:
    """The field of an entry, as it is spelt, with its number in a list."""
    for field in _SPELLINGS.get(origin.field, (origin.field,)):
        value = task.body.get(field)
        if isinstance(value, str) and value == origin.entry:
            return field
        if isinstance(value, list | tuple) and origin.entry in value:
            return f'{field}[{list(value).index(origin.entry)}]'
    return origin.field
