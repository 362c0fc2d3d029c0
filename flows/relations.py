"""What runs before what: the relations of tasks, on their nodes."""

import dataclasses
import itertools
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from trailmark.flows import expansion, graphs, names, placement

Cells = tuple[int, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Origin:
    """Who declares a relation: an entry of a field of a task.

    `field` is `requires`, `required_for`, `cross-depends` or
    `cross-depended-by`, however it is spelt.
    """

    task: graphs.Task
    field: str
    entry: Any


@dataclasses.dataclass(frozen=True, slots=True)
class Pair:
    """One task before another, on each node that has both.

    With a sync point among them, `anywhere`: each cell before each.
    """

    before: str
    after: str
    anywhere: bool
    origins: list[Origin]


@dataclasses.dataclass(frozen=True, slots=True)
class Crossing:
    """Every cell of `before` ends before each other cell of `after` starts."""

    before: Cells
    after: Cells
    origin: Origin


@dataclasses.dataclass(frozen=True, slots=True)
class Relations:
    """Relations between tasks, and from many cells to many."""

    pairs: tuple[Pair, ...]
    crossings: tuple[Crossing, ...]


def collect(expanded: expansion.Expansion) -> Relations:
    """All relations of a graph; names that are nowhere are dropped."""
    return _Collector(expanded).collect()


def edges(
    expanded: expansion.Expansion, pairs: Iterable[Pair]
) -> Iterator[tuple[int, int]]:
    """The edges between cells that pairs of tasks stand for."""
    for pair in pairs:
        before = expanded.index[pair.before]
        after = expanded.index[pair.after]
        if pair.anywhere:
            yield from itertools.product(before.values(), after.values())
        else:
            yield from _on_common_nodes(before, after)


class _Collector:
    def __init__(self, expanded: expansion.Expansion) -> None:
        self._index = expanded.index
        self._places = expanded.places
        self._names = names.Names(expanded.index)
        self._owners = [
            task
            for task in expanded.graph.tasks
            if task.id in expanded.index and task.type != 'group'
        ]
        self._stages = {
            task.id for task in self._owners if task.type == 'stage'
        }
        #: By whether it holds anywhere, and the ids of both tasks.
        self._pairs: dict[tuple[bool, str, str], Pair] = {}
        self._crossings: list[Crossing] = []
        self._partners: dict[Any, Cells] = {}

    def collect(self) -> Relations:
        for task in self._owners:
            self._add_requires(task)
            self._add_crossings(task)
        return Relations(tuple(self._pairs.values()), tuple(self._crossings))

    def _add_requires(self, task: graphs.Task) -> None:
        for name in names.listed(task.body.get('requires')):
            origin = Origin(task, 'requires', name)
            for partner in self._names.find(name):
                synced = partner in self._stages
                self._add_pair(partner, task.id, origin, synced)
        for name in names.listed(task.body.get('required_for')):
            origin = Origin(task, 'required_for', name)
            for partner in self._names.find(name):
                synced = partner in self._stages
                self._add_pair(task.id, partner, origin, synced)

    def _add_pair(
        self, before: str, after: str, origin: Origin, anywhere: bool = False
    ) -> None:
        if before != after:
            key = (anywhere, before, after)
            if key not in self._pairs:
                self._pairs[key] = Pair(before, after, anywhere, [])
            self._pairs[key].origins.append(origin)

    def _add_crossings(self, task: graphs.Task) -> None:
        own = tuple(self._index[task.id].values())
        body = task.body
        for relation in names.field(body, 'cross-depends', 'cross_depends'):
            origin = Origin(task, 'cross-depends', relation)
            for before in self._others(relation):
                self._add_pair(before, task.id, origin)
            partners = self._cells(relation)
            if partners:
                self._crossings.append(Crossing(partners, own, origin))
        for relation in names.field(
            body, 'cross-depended-by', 'cross_depended_by'
        ):
            origin = Origin(task, 'cross-depended-by', relation)
            for after in self._others(relation):
                self._add_pair(task.id, after, origin)
            partners = self._cells(relation)
            if partners:
                self._crossings.append(Crossing(own, partners, origin))

    def _others(self, relation: Any) -> tuple[str, ...]:
        """Tasks that a relation with `role: self` names."""
        name = _name(relation)
        if name is None or _role(relation) != 'self':
            return ()
        return self._names.find(name)

    def _cells(self, relation: Any) -> Cells:
        """Cells that a relation without `role: self` names."""
        name = _name(relation)
        if name is None:
            return ()
        role, policy = _role(relation), relation.get('policy')
        if role == 'self':
            return ()
        key = (name, repr(role), policy == 'any')
        if key not in self._partners:
            self._partners[key] = self._resolve(name, role, policy)
        return self._partners[key]

    def _resolve(self, name: str, role: Any, policy: Any) -> Cells:
        if role is None:
            nodes: tuple[int, ...] = (placement.NOWHERE,)
        else:
            nodes = placement.resolve(role, self._places)
        if policy == 'any':
            nodes = nodes[:1]
        return tuple(
            self._index[task][node]
            for task in self._names.find(name)
            for node in nodes
            if node in self._index[task]
        )


def _name(relation: Any) -> str | None:
    if not isinstance(relation, Mapping):
        return None
    name = relation.get('name')
    return name if isinstance(name, str) else None


def _role(relation: Mapping[str, Any]) -> Any:
    for field in ('tags', 'roles'):
        if relation.get(field):
            return names.unwrapped(relation[field])
    return names.unwrapped(relation.get('role', placement.EVERYWHERE))


def _on_common_nodes(
    before: Mapping[int, int], after: Mapping[int, int]
) -> Iterator[tuple[int, int]]:
    fewer = before if len(before) <= len(after) else after
    for node in fewer:
        if node in before and node in after:
            yield before[node], after[node]
