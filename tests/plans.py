"""Small plans for tests, without files."""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from trailmark.flows import graphs, plan


@dataclasses.dataclass(frozen=True)
class Step:
    """A task on nodes; without nodes a sync point."""

    id: str
    nodes: tuple[str, ...] = ()
    skipped: bool = False
    retries: int = 0
    interval: float = 0.0
    timeout: float = 60.0
    limit: int | None = None
    fail_on_error: bool = True
    on_interrupt: str = 'rerun'


def make(
    steps: Sequence[Step],
    edges: Sequence[tuple[str, str]] = (),
    tolerance: Mapping[str, tuple[Sequence[str], int]] | None = None,
) -> plan.Plan:
    """A plan of steps in topological order; edges name vertices.

    `tolerance` maps a group to its nodes and how many of them may fail;
    without it every node may.
    """
    names = sorted({node for step in steps for node in step.nodes})
    numbers = {name: number for number, name in enumerate(names, 1)}
    tasks = [_task(number, step) for number, step in enumerate(steps)]
    vertices = [
        _vertex(task, step, node, numbers)
        for task, step in zip(tasks, steps, strict=True)
        for node in step.nodes or (None,)
    ]
    after = _after(vertices, edges)
    every = {'all': (names, len(names))} if tolerance is None else tolerance
    return plan.Plan(
        graph_types=('default',),
        nodes=(None, *(graphs.Node(name) for name in names)),
        tasks=tuple(tasks),
        vertices=vertices,
        after=after,
        priorities=_priorities(after),
        tolerance=tuple(
            plan.ToleranceGroup(
                group, frozenset(numbers[name] for name in nodes), allowed
            )
            for group, (nodes, allowed) in every.items()
        ),
    )


def _task(number: int, step: Step) -> plan.PlannedTask:
    return plan.PlannedTask(
        number=number,
        graph=0,
        id=step.id,
        type='noop' if step.nodes else 'stage',
        place='node' if step.nodes else 'none',
        parameters={},
        retries=step.retries,
        interval=step.interval,
        timeout=step.timeout,
        limit=step.limit,
        fail_on_error=step.fail_on_error,
        on_interrupt=step.on_interrupt,
    )


def _vertex(
    task: plan.PlannedTask,
    step: Step,
    node: str | None,
    numbers: Mapping[str, int],
) -> plan.Vertex:
    if node is None:
        return plan.Vertex(step.id, plan.Kind.SYNC, 0, task)
    return plan.Vertex(
        f'{step.id}@{node}',
        plan.Kind.TASK,
        0,
        task,
        numbers[node],
        step.skipped,
    )


def _after(
    vertices: Sequence[plan.Vertex], edges: Sequence[tuple[str, str]]
) -> list[list[int]]:
    index = {vertex.name: at for at, vertex in enumerate(vertices)}
    after: list[list[int]] = [[] for _ in vertices]
    for first, then in edges:
        after[index[first]].append(index[then])
    return after


def _priorities(after: Sequence[Sequence[int]]) -> list[int]:
    priorities = [1] * len(after)
    for number in reversed(range(len(after))):
        for other in after[number]:
            priorities[number] = max(priorities[number], 1 + priorities[other])
    return priorities


def snapshot(planned: plan.Plan, **options: Any) -> graphs.Snapshot:
    """A snapshot that fits a plan well enough for the engine."""
    nodes = tuple(node for node in planned.nodes if node is not None)
    return graphs.Snapshot(
        cluster_id=1,
        cluster='c',
        graphs=(),
        nodes=nodes,
        roles=graphs.Roles(),
        options=graphs.Options(**options),
    )
