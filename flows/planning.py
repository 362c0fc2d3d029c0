"""From a snapshot to the plan of a run: the one way there."""

import dataclasses
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from trailmark.common import exceptions, problems, tasktypes
from trailmark.flows import (
    defaults,
    drafting,
    expressions,
    graphs,
    joining,
    placement,
    reading,
    role_names,
    selection,
    tolerance,
    validation,
)
from trailmark.flows import plan as plans

#: Numbers of tasks and of nodes have 14 bits in the ids of history rows.
MOST = 2**14 - 1
#: What parameters may name, beside CLUSTER_ID.
CONTEXT = {
    'MASTER_IP': '127.0.0.1',
    'OPENSTACK_VERSION': '',
    'CN_HOSTNAME': '',
}


@dataclasses.dataclass(frozen=True, slots=True)
class Detailed:
    """A plan, and for each graph its draft and the cells selected in it."""

    plan: plans.Plan
    drafts: tuple[drafting.Draft, ...]
    selected: tuple[set[int], ...]


def plan(
    snapshot: graphs.Snapshot,
    catalog: tasktypes.Catalog,
    read: reading.Reading = reading.WHOLE,
) -> plans.Plan:
    """The plan of a run; InvalidInput names everything that is wrong.

    What was wrong with the files that the snapshot was `read` from is named
    too; then it may hold tasks and nodes that are in no order.
    """
    return plan_in_detail(snapshot, catalog, read).plan


def plan_in_detail(
    snapshot: graphs.Snapshot,
    catalog: tasktypes.Catalog,
    read: reading.Reading = reading.WHOLE,
) -> Detailed:
    """The same, with what the plan was made from."""
    return _Planner(snapshot, catalog, read).plan()


def expand_document(planned: plans.Plan) -> dict[str, Any]:
    """A plan as JSON: vertices, edges between their names, warnings."""
    names = [vertex.name for vertex in planned.vertices]
    return {
        'vertices': [
            {
                'name': vertex.name,
                'task': vertex.task.id if vertex.task else None,
                'node': _node_name(planned, vertex),
                'kind': vertex.kind.value,
                'skipped': vertex.skipped,
            }
            for vertex in planned.vertices
        ],
        'edges': [
            [before, names[number]]
            for before, numbers in zip(names, planned.after, strict=True)
            for number in numbers
        ],
        'warnings': [str(warning) for warning in planned.warnings],
    }


def _node_name(planned: plans.Plan, vertex: plans.Vertex) -> str | None:
    node = planned.nodes[vertex.node]
    return node.name if node else None


class _Planner:
    def __init__(
        self,
        snapshot: graphs.Snapshot,
        catalog: tasktypes.Catalog,
        read: reading.Reading,
    ) -> None:
        self._reading = read
        self._snapshot = snapshot
        self._options = snapshot.options
        self._catalog = catalog
        self._nodes = placement.number(snapshot.nodes)
        self._problems: list[problems.Problem] = list(read.found)

    def plan(self) -> Detailed:
        chosen = self._choose()
        read = [self._read(graph) for graph in self._snapshot.graphs]
        places = placement.find(self._snapshot.nodes, self._snapshot.roles)
        drafts = [drafting.draft(graph, places, self._nodes) for graph in read]
        woven = [(draft.expanded, draft.after) for draft in drafts]
        kept = [selection.wanted(chosen, each, places) for each in woven]
        self._add_sure(selection.check(chosen, woven, kept))
        skipped = [
            _skipped(draft, cells)
            for draft, cells in zip(drafts, kept, strict=True)
        ]
        for draft, without in zip(drafts, skipped, strict=True):
            self._check(draft, without)
        self._check_size()
        self._refuse()
        planned = self._join(drafts, skipped, places)
        return Detailed(planned, tuple(drafts), tuple(kept))

    def _choose(self) -> selection.Chosen:
        numbers = {
            node.name: number
            for number, node in enumerate(self._nodes)
            if node
        }
        tasks = {
            task.id: None
            for graph in self._snapshot.graphs
            for task in graph.tasks
        }
        chosen = selection.choose(self._snapshot.selection, numbers, tasks)
        self._add_sure(chosen.found)
        return chosen

    def _add_sure(self, found: Iterable[problems.Problem]) -> None:
        """Add findings of the selection that hold whatever was not read."""
        unsure = self._reading.unsure
        self._problems.extend(
            each for each in found if each.field not in unsure
        )

    def _read(self, graph: graphs.Graph) -> graphs.Graph:
        explicit = self._snapshot.selection.nodes is not None
        found, read = expressions.check(graph, self._options, explicit)
        self._problems.extend(found)
        return read

    def _check(self, draft: drafting.Draft, skipped: frozenset[int]) -> None:
        expanded = draft.expanded
        running = {
            task.id
            for cell, (task, node) in enumerate(expanded.cells)
            if node and cell not in skipped
        }
        graph = expanded.graph
        self._problems.extend(
            validation.check_graph(
                graph,
                self._catalog,
                self._options,
                running,
                self._reading.has_all_tasks,
            )
        )
        roles = role_names.check(graph, self._snapshot, self._reading)
        self._problems.extend(validation.held_to(roles, self._options))
        self._add_sure(draft.found)

    def _check_size(self) -> None:
        tasks = sum(len(graph.tasks) for graph in self._snapshot.graphs)
        for noun, count in (('nodes', len(self._nodes)), ('tasks', tasks)):
            if count > MOST:
                self._problems.append(
                    problems.Problem(
                        f'a run has {MOST} {noun} at most, not {count}'
                    )
                )

    def _refuse(self) -> None:
        found = list(dict.fromkeys(self._problems))
        if any(each.severity == problems.Severity.ERROR for each in found):
            raise exceptions.InvalidInput(found)

    def _join(
        self,
        drafts: Sequence[drafting.Draft],
        skipped: Sequence[frozenset[int]],
        places: placement.Places,
    ) -> plans.Plan:
        tasks: list[plans.PlannedTask] = []
        parts = [
            joining.Part(draft, self._fill(draft, position, tasks), without)
            for position, (draft, without) in enumerate(
                zip(drafts, skipped, strict=True)
            )
        ]
        joined = joining.join(parts, self._nodes)
        self._check_names(joined['vertices'])
        return plans.Plan(
            graph_types=tuple(graph.type for graph in self._snapshot.graphs),
            nodes=self._nodes,
            tasks=tuple(tasks),
            tolerance=tolerance.groups(_groups(drafts), _taking_part(places)),
            warnings=tuple(dict.fromkeys(self._problems)),
            **joined,
        )

    def _fill(
        self,
        draft: drafting.Draft,
        position: int,
        tasks: list[plans.PlannedTask],
    ) -> dict[str, plans.PlannedTask]:
        context = {'CLUSTER_ID': self._snapshot.cluster_id, **CONTEXT}
        filled = {}
        for task in draft.expanded.graph.tasks:
            if task.id in draft.expanded.index:
                filled[task.id] = defaults.fill(
                    task,
                    (len(tasks), position),
                    self._catalog[task.type],
                    context,
                )
                tasks.append(filled[task.id])
        return filled

    def _check_names(self, vertices: Sequence[plans.Vertex]) -> None:
        names = Counter(vertex.name for vertex in vertices)
        self._problems.extend(
            problems.Problem(f'two vertices have the name {name}')
            for name, count in names.items()
            if count > 1
        )
        self._refuse()


def _skipped(draft: drafting.Draft, kept: set[int]) -> frozenset[int]:
    unwanted = {
        task.id
        for task in draft.expanded.graph.tasks
        if defaults.is_unwanted(task)
    }
    return frozenset(
        cell
        for cell, (task, _) in enumerate(draft.expanded.cells)
        if cell not in kept or task.id in unwanted
    )


def _groups(drafts: Sequence[drafting.Draft]) -> Iterator[tolerance.Placed]:
    for draft in drafts:
        for task, nodes in draft.expanded.groups:
            name = task.id
            if len(drafts) > 1:
                name = f'{draft.expanded.graph.type}:{name}'
            yield name, task, nodes


def _taking_part(places: placement.Places) -> Mapping[int, None]:
    return dict.fromkeys((*places.everywhere, places.master))
