"""Why an execution runs where it runs, and after what."""

import dataclasses
import functools
from collections.abc import Iterator, Mapping

from trailmark.flows import (
    defaults,
    drafting,
    expressions,
    graphs,
    lateness,
    names,
    neighbours,
    placement,
    planning,
)

#: Seconds that executions took last, by the names of task and node.
Durations = Mapping[tuple[str, str], float]


@dataclasses.dataclass(frozen=True, slots=True)
class Placement:
    """A name in a field of a task, or of its group, that means the node.

    `roles` are those of the node that have the tag; `*`, `master` and sync
    points need none.
    """

    task: str
    field: str
    written: str
    tag: str | None
    roles: tuple[str, ...]
    provenance: graphs.Provenance
    is_group: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Step:
    """An execution on the way here; None when it is not known how long."""

    execution: str
    seconds: float | None


@dataclasses.dataclass(frozen=True, slots=True)
class Explanation:
    """Everything that makes an execution what it is.

    `skipped` and `condition` are sentences, or None.
    """

    execution: str
    type: str
    provenance: graphs.Provenance
    skipped: str | None
    condition: str | None
    placements: tuple[Placement, ...]
    before: tuple[neighbours.Neighbours, ...]
    after: tuple[neighbours.Neighbours, ...]
    path: tuple[Step, ...]


def explain(
    detailed: planning.Detailed,
    snapshot: graphs.Snapshot,
    cell: int,
    durations: Durations,
) -> Explanation:
    """Explain a cell of the first graph of a snapshot."""
    return _Explainer(detailed, snapshot, durations).explain(cell)


class _Explainer:
    def __init__(
        self,
        detailed: planning.Detailed,
        snapshot: graphs.Snapshot,
        durations: Durations,
    ) -> None:
        self._detailed, self._snapshot = detailed, snapshot
        self._draft = detailed.drafts[0]
        self._expanded = self._draft.expanded
        self._nodes = detailed.plan.nodes
        self._durations = durations
        self._written = {task.id: task for task in snapshot.graphs[0].tasks}

    def explain(self, cell: int) -> Explanation:
        task, node = self._expanded.cells[cell]
        written = self._written[task.id]
        known = neighbours.Known(
            self._draft,
            self._written,
            self._name,
            lambda each: self._why_skipped(each) is not None,
        )
        condition = None
        if expressions.is_expression(written.body.get('condition')):
            condition = 'its condition is not computed, but taken for true'
        return Explanation(
            self._name(cell),
            task.type,
            task.provenance,
            self._why_skipped(cell),
            condition,
            tuple(self._placements(task, node)),
            neighbours.find(known, cell, before=True),
            neighbours.find(known, cell, before=False),
            tuple(self._path(cell)),
        )

    def _name(self, cell: int) -> str:
        task, node = self._expanded.cells[cell]
        return drafting.name_of(task, self._nodes[node])

    def _why_skipped(self, cell: int) -> str | None:
        task, node = self._expanded.cells[cell]
        if task.type == 'skipped':
            return 'its type is skipped'
        if defaults.is_unwanted(task):
            return 'its condition is false'
        if cell in self._detailed.selected[0]:
            return None
        chosen = self._snapshot.selection
        if chosen.nodes is not None and node not in self._nodes_selected:
            return 'its node is not among those selected'
        if chosen.tasks is not None and task.id not in chosen.tasks:
            return 'it is not among the tasks selected'
        return 'it is in no subgraph selected'

    @functools.cached_property
    def _nodes_selected(self) -> set[int]:
        """Nodes on which anything is selected."""
        selected = self._detailed.selected[0]
        return {self._expanded.cells[cell][1] for cell in selected}

    def _placements(self, task: graphs.Task, node: int) -> Iterator[Placement]:
        yield from self._placed_by(task, node)
        for group, nodes in self._expanded.groups:
            members = names.listed(group.body.get('tasks'))
            if node in nodes and task.id in members:
                yield from self._placed_by(group, node, is_group=True)

    def _placed_by(
        self, task: graphs.Task, node: int, is_group: bool = False
    ) -> Iterator[Placement]:
        field, at = placement.field_of(task.body), self._nodes[node]
        if field is None or at is None:
            return
        places = self._expanded.places
        for match in placement.matches(task.body[field], places):
            if node in match.nodes:
                yield Placement(
                    task.id,
                    field,
                    match.written,
                    match.tag,
                    tuple(self._roles_with(at, match.tag)),
                    task.provenance,
                    is_group,
                )

    def _roles_with(self, node: graphs.Node, tag: str | None) -> Iterator[str]:
        known = self._snapshot.roles.tags
        for role in node.roles:
            tags = known.get(role, (role,))
            if tag is not None and (
                tag in tags or tag.removeprefix('primary-') in tags
            ):
                yield role

    def _path(self, cell: int) -> Iterator[Step]:
        """Of what is not known how long it takes, as if it took no time."""
        for number in lateness.chain(
            self._draft, cell, lambda each: self._seconds(each) or 0.0
        ):
            yield Step(self._name(number), self._seconds(number))

    def _seconds(self, number: int) -> float | None:
        """How long it took last; sync points and what is skipped take 0."""
        if number >= len(self._expanded.cells):
            return 0.0
        task, node = self._expanded.cells[number]
        at = self._nodes[node]
        if at is None or self._why_skipped(number) is not None:
            return 0.0
        return self._durations.get((task.id, at.name))
