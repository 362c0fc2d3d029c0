"""From a plan to the TaskFlow flow that an engine runs."""

from collections.abc import Iterator
from typing import Any

import networkx as nx
from taskflow import flow, task
from taskflow.engines.action_engine import compiler
from taskflow.types import graph, tree

from trailmark.common.states import ExecutionState
from trailmark.flows import plan

#: States after which what comes next may not start.
_BAD = frozenset(
    (
        ExecutionState.ERROR,
        ExecutionState.DEP_FAILED,
        ExecutionState.CANCELLED,
    )
)

#: Number of graph, node and task in the run.
Key = tuple[int, int, int]


class Execution(task.Task):
    """One vertex of a plan as a TaskFlow atom, with its state in this run.

    `key` is None where there is no row: barriers, and the sync points
    between graph types. Times are microseconds since the epoch.
    """

    key: Key | None
    task: plan.PlannedTask | None

    def __init__(
        self, vertex: plan.Vertex, priority: int, noop: bool = False
    ) -> None:
        # Not the constructor of Atom: it inspects execute() of every atom.
        self.name = vertex.name
        self.priority = priority
        self.task = vertex.task
        self.node = vertex.node
        self.kind = vertex.kind
        self.skipped = vertex.skipped
        #: The engine ends it itself, without an agent.
        self.is_local = vertex.skipped or vertex.kind != plan.Kind.TASK
        self.key = None
        if vertex.task is not None:
            self.key = (vertex.graph, vertex.node, vertex.task.number)
        self.tolerated = vertex.task is not None and (
            noop or not vertex.task.fail_on_error
        )
        self.state = ExecutionState.PENDING
        self.attempt = 0
        self.retries_left: int | None = None
        self.interruptions = 0
        self.deadline_at: int | None = None
        self.journal: str | None = None
        self.not_before: int | None = None
        self.started_at: int | None = None
        self.message: str | None = None
        #: Something before it ended badly.
        self.blocked = False
        #: It was running when its engine died: the same attempt is asked.
        self.again = False
        #: Its row has ended already, and only its place is to be kept.
        self.settled = False

    def execute(self) -> None:
        """Nothing: the executor has it done elsewhere."""
        raise NotImplementedError

    def update_progress(self, progress: float) -> None:
        """Nothing: how far a task is, only its driver knows."""

    def skip(self) -> None:
        """It is not wanted any more: the engine ends it in its turn."""
        self.skipped = self.is_local = True

    @property
    def is_bad(self) -> bool:
        """Whether what comes after it may not start."""
        if self.kind == plan.Kind.SYNC:
            return False
        if self.state == ExecutionState.ERROR and self.tolerated:
            return False
        return self.state in _BAD


def _inspect_once() -> None:
    inspected = Execution.__new__(Execution)
    task.Task.__init__(inspected, 'inspected once')
    for name in vars(inspected).keys() - {'name', 'priority'}:
        setattr(Execution, name, vars(inspected)[name])


_inspect_once()


class RunFlow(flow.Flow):
    """The executions of a run, and what must end before what."""

    requires: frozenset[str] = frozenset()

    def __init__(self, name: str, ordered: list[Execution]) -> None:
        super().__init__(name)
        self.ordered = ordered
        self.graph: Any = graph.DiGraph(name=name)
        self.graph.add_nodes_from(ordered, kind=compiler.TASK)

    def add(self, *items: Any) -> None:
        """Refused: a run has what its plan has."""
        raise NotImplementedError

    def __len__(self) -> int:
        return len(self.ordered)

    def __iter__(self) -> Iterator[Execution]:
        return iter(self.ordered)

    def iter_nodes(self) -> Iterator[tuple[Execution, dict[str, Any]]]:
        """Executions with their data."""
        return iter(self.graph.nodes(data=True))

    def iter_links(
        self,
    ) -> Iterator[tuple[Execution, Execution, dict[str, Any]]]:
        """Pairs that must end one after the other, with their data."""
        return iter(self.graph.edges(data=True))

    def compilation(self) -> Any:
        """What TaskFlow's own compiler would answer."""
        return compiler.Compilation(
            self.graph, tree.Node(self, kind=compiler.FLOW)
        )


def compile_plan(name: str, planned: plan.Plan, noop: bool = False) -> RunFlow:
    """The flow of a plan: one atom per vertex, one link per edge."""
    ordered = [
        Execution(vertex, priority, noop)
        for vertex, priority in zip(
            planned.vertices, planned.priorities, strict=True
        )
    ]
    run = RunFlow(name, ordered)
    _link(run.graph, ordered, planned)
    return run


def _link(
    into: nx.DiGraph, ordered: list[Execution], planned: plan.Plan
) -> None:
    into.add_edges_from(
        (before, ordered[number])
        for before, numbers in zip(ordered, planned.after, strict=True)
        for number in numbers
    )
