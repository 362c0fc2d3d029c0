"""What a dry run would do, as its tasks tell it."""

from collections.abc import Iterator
from typing import Any

from trailmark.api import calls
from trailmark.common import tasktypes
from trailmark.flows import graphs, plan, planning
from trailmark.messaging import contracts


def told(
    call: calls.Call, taken: graphs.Snapshot, run: int
) -> list[dict[str, Any]]:
    """The executions that a run would carry out, in order, as JSON data.

    `taken` knows the id of its cluster, for parameters may name it.
    Executions of one task with the same steps are one entry; those that are
    skipped are left out.
    """
    planned = planning.plan(taken, call.context.catalog)
    found: dict[tuple[int, tuple[str, ...]], list[str]] = {}
    for task, node, attempt in _attempts(planned, taken, run):
        instance = _instance(taken, task, node)
        steps = call.context.planner.steps(attempt, instance)
        found.setdefault((task.number, steps), []).append(node.name)
    return [
        _entry(planned, planned.tasks[number], nodes, steps)
        for (number, steps), nodes in found.items()
    ]


def _entry(
    planned: plan.Plan,
    task: plan.PlannedTask,
    nodes: list[str],
    steps: tuple[str, ...],
) -> dict[str, Any]:
    return {
        'task': task.id,
        'type': task.type,
        'graph_type': planned.graph_types[task.graph],
        'nodes': nodes,
        'steps': list(steps),
    }


def _attempts(
    planned: plan.Plan, taken: graphs.Snapshot, run: int
) -> Iterator[tuple[plan.PlannedTask, graphs.Node, contracts.TaskAttempt]]:
    for vertex in planned.vertices:
        task, node = vertex.task, planned.nodes[vertex.node]
        if task is None or node is None or vertex.skipped:
            continue
        attempt = contracts.TaskAttempt(
            id=f'{run}.{vertex.graph}.{vertex.node}.{task.number}.1',
            run=run,
            epoch=0,
            sent_at=0,
            name=vertex.name,
            task=task.id,
            type=task.type,
            attempt=1,
            parameters=task.parameters,
            timeout=task.timeout,
            noop=taken.options.noop,
            test_pre=task.test_pre,
            test_post=task.test_post,
            secrets=task.secrets,
            source=task.folder,
        )
        yield task, node, attempt


def _instance(
    taken: graphs.Snapshot, task: plan.PlannedTask, node: graphs.Node
) -> contracts.Instance:
    on_master = task.place == tasktypes.Place.MASTER
    return contracts.Instance(
        cluster=taken.cluster,
        name=graphs.MASTER if on_master else node.name,
        node=node.name,
        roles=node.roles,
        attributes=node.attributes,
    )
