"""From a plan to the rows of its run: pure, and blind to databases."""

import collections
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from trailmark.common import states
from trailmark.db import records
from trailmark.flows import graphs, plan, snapshot


def derive(
    planned: plan.Plan,
    taken: graphs.Snapshot,
    node_ids: Mapping[str, int | None],
    request: Mapping[str, Any],
    actor: str,
) -> records.NewRun:
    """The run of a plan, with every row that it needs."""
    dry = taken.options.dry_run
    executions = _executions(planned, dry)
    return records.NewRun(
        cluster_id=taken.cluster_id,
        graph_types=planned.graph_types,
        state=states.RunState.READY if dry else states.RunState.PENDING,
        request=request,
        snapshot=snapshot.to_json(taken),
        nodes=tuple(_nodes(planned.nodes, node_ids)),
        tasks=_tasks(planned, executions),
        executions=executions,
        dry_run=dry,
        noop=taken.options.noop,
        actor=actor,
        message='dry run' if dry else None,
        chosen=_chosen(planned),
    )


def _executions(
    planned: plan.Plan, dry: bool
) -> Sequence[tuple[int, int, int, states.ExecutionState]]:
    # What a selection leaves out is skipped by the engine in its turn.
    state = (
        states.ExecutionState.SKIPPED if dry else states.ExecutionState.PENDING
    )
    keys = sorted(
        (vertex.graph, vertex.node, vertex.task.number)
        for vertex in planned.vertices
        if vertex.task is not None
    )
    return [(graph, node, task, state) for graph, node, task in keys]


def _chosen(planned: plan.Plan) -> frozenset[int]:
    return frozenset(
        vertex.node
        for vertex in planned.vertices
        if vertex.kind == plan.Kind.TASK and not vertex.skipped
    )


def _nodes(
    nodes: Sequence[graphs.Node | None], ids: Mapping[str, int | None]
) -> Iterator[tuple[int, int | None, str | None, tuple[str, ...]]]:
    for number, node in enumerate(nodes):
        if node is None:
            yield number, None, None, ()
        else:
            yield number, ids.get(node.name), node.name, node.roles


def _tasks(
    planned: plan.Plan,
    executions: Sequence[tuple[int, int, int, states.ExecutionState]],
) -> tuple[records.NewTask, ...]:
    totals = collections.Counter(task for _g, _n, task, _s in executions)
    return tuple(
        records.NewTask(task.number, task.graph, task.id, totals[task.number])
        for task in planned.tasks
        if totals[task.number]
    )
