"""What runs before what: the relations of tasks, on their nodes."""

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any

from trailmark.flows import expansion, graphs, names, placement

Cells = tuple[int, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Crossing:
    """Every cell of `before` ends before each other cell of `after` starts."""

    before: Cells
    after: Cells


@dataclasses.dataclass(frozen=True, slots=True)
class Relations:
    """Edges between single cells, and relations from many to many."""

    edges: tuple[tuple[int, int], ...]
    crossings: tuple[Crossing, ...]


def collect(expanded: expansion.Expansion) -> Relations:
    """All relations of a graph; names that are nowhere are dropped."""
    return _Collector(expanded).collect()


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
        #: Pairs of task ids: on each node that has both.
        self._same: dict[tuple[str, str], None] = {}
        #: Pairs of task ids one of which is a sync point.
        self._synced: dict[tuple[str, str], None] = {}
        self._crossings: list[Crossing] = []
        self._partners: dict[Any, Cells] = {}

    def collect(self) -> Relations:
        for task in self._owners:
            self._add_requires(task)
            self._add_crossings(task)
        return Relations(tuple(self._edges()), tuple(self._crossings))

    def _add_requires(self, task: graphs.Task) -> None:
        for name in names.listed(task.body.get('requires')):
            for partner in self._names.find(name):
                self._add_pair(partner, (partner, task.id))
        for name in names.listed(task.body.get('required_for')):
            for partner in self._names.find(name):
                self._add_pair(partner, (task.id, partner))

    def _add_pair(self, partner: str, pair: tuple[str, str]) -> None:
        into = self._synced if partner in self._stages else self._same
        into[pair] = None

    def _add_crossings(self, task: graphs.Task) -> None:
        own = tuple(self._index[task.id].values())
        body = task.body
        for relation in names.field(body, 'cross-depends', 'cross_depends'):
            for before in self._others(relation):
                self._same[before, task.id] = None
            partners = self._cells(relation)
            if partners:
                self._crossings.append(Crossing(partners, own))
        for relation in names.field(
            body, 'cross-depended-by', 'cross_depended_by'
        ):
            for after in self._others(relation):
                self._same[task.id, after] = None
            partners = self._cells(relation)
            if partners:
                self._crossings.append(Crossing(own, partners))

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

    def _edges(self) -> Iterator[tuple[int, int]]:
        for before, after in self._same:
            if before != after:
                yield from _on_common_nodes(
                    self._index[before], self._index[after]
                )
        for before, after in self._synced:
            if before != after:
                for first in self._index[before].values():
                    for second in self._index[after].values():
                        yield first, second


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
