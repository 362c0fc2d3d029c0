"""What the statements about nodes as instances give: plain records."""

import dataclasses
from collections.abc import Mapping

from trailmark.common.states import Asked, ExecutionState, RunState


@dataclasses.dataclass(frozen=True, slots=True)
class Failure:
    """An execution in error on a node, with the fault of its last attempt.

    `harmless` says that none of its attempts came beyond its `test_pre`.
    """

    run: int
    graph_no: int
    node_no: int
    task_no: int
    attempt: int
    task: str
    kind: str
    message: str | None
    at: int
    harmless: bool = False

    @property
    def id(self) -> str:
        """The attempt's id, as logs of agents and engines have it."""
        numbers = (self.run, self.graph_no, self.node_no, self.task_no)
        return '.'.join(map(str, (*numbers, self.attempt)))


@dataclasses.dataclass(frozen=True, slots=True)
class Server:
    """A node as an instance.

    `failure` is the last one of its newest run, if one of them did harm.
    `active` are the graph types of a run that is active on it, `built`
    says that one has ended well. Of one that is deleted, its name in its
    newest run stands for it.
    """

    id: int
    name: str
    roles: tuple[str, ...]
    cluster_id: int
    cluster: str
    graph_types: tuple[str, ...] = ()
    active: tuple[str, ...] = ()
    built: bool = False
    failure: Failure | None = None
    deleted: bool = False
    project: str | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class InstanceRun:
    """A run as one node sees it; times are microseconds since the epoch.

    `failed` says that an execution of the node is in error.
    """

    run: int
    server: int
    node_no: int
    graph_types: tuple[str, ...]
    request_id: str
    user: str | None
    project: str | None
    state: RunState
    asked: Asked
    created_at: int
    started_at: int | None
    ended_at: int | None
    updated_at: int
    failed: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class InstanceAttempt:
    """An attempt on a node; `ended_at` and `state` are None while it runs.

    `state` is what it ended in. `host` is that of the agent, if known.
    """

    key: tuple[int, int, int]
    task: str
    attempt: int
    started_at: int
    ended_at: int | None = None
    state: ExecutionState | None = None
    host: str | None = None
    kind: str | None = None
    message: str | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class InstanceItem:
    """An execution of a run on a node."""

    number: int
    task: str
    state: ExecutionState
    started_at: int | None
    ended_at: int | None
    kind: str | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class LastCheckpoint:
    """The newest checkpoint of a node in a run; `seq` counts them."""

    seq: int
    label: str
    body: str
    at: int


@dataclasses.dataclass(frozen=True, slots=True)
class Progress:
    """How far a run has come on one node."""

    counts: Mapping[str, int]
    failure: Failure | None = None
    checkpoint: LastCheckpoint | None = None
