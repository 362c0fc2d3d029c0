"""Steps and events of clusters as they are read (seed 001)."""

import dataclasses

from trailmark.common.states import ExecutionState

_E = ExecutionState
#: Executions that count as done, and those that ended badly.
DONE: tuple[ExecutionState, ...] = (_E.READY, _E.SKIPPED)
BAD: tuple[ExecutionState, ...] = (_E.ERROR, _E.DEP_FAILED, _E.CANCELLED)


@dataclasses.dataclass(frozen=True, slots=True)
class Step:
    """A task of a run over all of its nodes, or what a plugin reports.

    Times are microseconds since the epoch; `number` is the task's in the
    run, or the plugin's step's.
    """

    run: int
    number: int
    cluster_id: int
    name: str
    type: str
    total: int
    completed: int
    failed: int
    created_at: int
    started_at: int | None
    completed_at: int | None
    updated_at: int | None
    #: Position of the graph in the run; None: a plugin reports it.
    graph: int | None
    error_id: str | None = None
    message: str | None = None

    @property
    def id(self) -> int:
        """A number of its own: at most 2^53 while runs are below 2^37."""
        is_plugins = self.graph is None
        return (self.run << 1 | is_plugins) << 14 | self.number

    @property
    def is_over(self) -> bool:
        """Whether nothing of it is left to do."""
        return self.completed + self.failed >= self.total

    @property
    def successful(self) -> bool | None:
        """Whether it has ended well; None: it is not known yet."""
        if self.failed:
            return False
        return True if self.is_over else None


@dataclasses.dataclass(frozen=True, slots=True)
class Report:
    """What a plugin reports of a step of its own; None: as it was."""

    plugin: str
    name: str
    type: str | None
    completed: int
    total: int
    error: str | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Event:
    """How an attempt of a step on a node ended.

    `state` and `kind` say of one that failed how; `at` is microseconds.
    """

    step: Step
    node_no: int
    attempt: int
    node_id: int | None
    node: str | None
    node_group: str | None
    state: ExecutionState
    at: int
    kind: str | None = None
    message: str | None = None
    traceback: str | None = None

    @property
    def id(self) -> str:
        """The attempt's id, as logs of agents and engines have it."""
        step = self.step
        numbers = (step.run, step.graph, self.node_no, step.number)
        return '.'.join(map(str, (*numbers, self.attempt)))
