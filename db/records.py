"""What the statements take and give: plain records, never ORM objects."""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from trailmark.common.states import Asked, ExecutionState, RunState


@dataclasses.dataclass(frozen=True, slots=True)
class NodeRecord:
    """A node of a cluster; id and position are known once it is stored."""

    name: str
    roles: tuple[str, ...] = ()
    attributes: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    id: int | None = None
    position: int | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class TaskRecord:
    """One task of a graph, as it was written, and where that stands.

    `folder` is the absolute path that relative sources are taken from;
    `owner` names its plugin in a merge of plugins' graphs.
    """

    body: Mapping[str, Any]
    file: str | None = None
    folder: str | None = None
    owner: str | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class GraphRecord:
    """One graph of one owner; level `plugin` with owner `*` is a merge.

    What is not stored yet has no id, revision and time.
    """

    level: str
    owner: str
    type: str
    metadata: Mapping[str, Any]
    tasks: tuple[TaskRecord, ...]
    id: int | None = None
    owner_id: int | None = None
    revision: int | None = None
    updated_at: int | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class GraphRevision:
    """A change of a graph: its content since then, None if it was removed.

    `changes` are sentences; `at` is microseconds since the epoch.
    """

    level: str
    owner: str
    type: str
    revision: int
    at: int
    actor: str | None
    changes: tuple[str, ...]
    graph: GraphRecord | None


@dataclasses.dataclass(frozen=True, slots=True)
class Owner:
    """A release or a plugin; `roles` is the JSON form of its roles file."""

    level: str
    id: int
    name: str
    description: str | None
    roles: Mapping[str, Any]
    graph_types: tuple[str, ...]
    clusters: tuple[str, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class GraphSequence:
    """Graphs of a release that run one after the other.

    `graphs` are JSON data: `type`, and perhaps `nodes` and `tasks`.
    """

    id: int
    release_id: int
    release: str
    name: str
    graphs: tuple[Mapping[str, Any], ...]


@dataclasses.dataclass(frozen=True, slots=True)
class DeploymentRecord:
    """A deployment as `trailmark deploy` stores it.

    `roles` is the JSON form of the roles file, `plugin_roles` of those of
    plugins by their names; `source` the absolute path of its folder.
    """

    cluster: str
    source: str
    release: str
    plugins: tuple[str, ...]
    nodes: tuple[NodeRecord, ...]
    roles: Mapping[str, Any]
    graphs: tuple[GraphRecord, ...]
    graph_types: tuple[str, ...]
    plugin_roles: Mapping[str, Mapping[str, Any]] = dataclasses.field(
        default_factory=dict
    )


@dataclasses.dataclass(frozen=True, slots=True)
class Cluster:
    """A stored cluster.

    `roles` are its own; `inherited_roles` those of its release and of its
    plugins in their order.
    """

    id: int
    name: str
    source: str | None
    release: str
    release_id: int
    plugins: tuple[str, ...]
    nodes: tuple[NodeRecord, ...]
    roles: Mapping[str, Any]
    inherited_roles: tuple[Mapping[str, Any], ...]
    graph_types: tuple[str, ...]
    deleted_at: int | None = None
    created_at: int | None = None
    updated_at: int | None = None
    project: str | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class StoredDeployment:
    """The cluster after it was stored, and a sentence for every change."""

    cluster: Cluster
    changes: tuple[str, ...]
    #: Level, owner, type and revision of each of its graphs.
    revisions: Sequence[Mapping[str, Any]] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class NewTask:
    """A task name of a new run: `number` is unique in the run.

    `position` is its place in the order of the work; None: its number.
    """

    number: int
    graph: int
    name: str
    total: int
    position: int | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class NewRun:
    """A run to be inserted with all its rows.

    `nodes` are (number, node id or None, name, roles); number 0 is no node.
    `executions` are (graph, node, task, state) in the order of their key.
    `snapshot` is JSON data, stored once per content; `request` what was
    asked for. With a holder the run is inserted claimed and running.
    """

    cluster_id: int
    graph_types: tuple[str, ...]
    state: RunState
    request: Mapping[str, Any]
    snapshot: Mapping[str, Any]
    nodes: Sequence[tuple[int, int | None, str | None, tuple[str, ...]]]
    tasks: Sequence[NewTask]
    executions: Sequence[tuple[int, int, int, ExecutionState]]
    dry_run: bool = False
    noop: bool = False
    actor: str | None = None
    message: str | None = None
    graph_revisions: Sequence[Mapping[str, Any]] = ()
    #: Types of the steps of its graphs; None: it changes nothing.
    step_types: Sequence[str | None] = ()
    #: Numbers of nodes and the groups that they are of.
    node_groups: Mapping[int, str] = dataclasses.field(default_factory=dict)
    #: Plugin, type and name of steps that plugins will report.
    plugin_steps: Sequence[tuple[str, str, str]] = ()
    #: Numbers of nodes on which something is wanted; None: where there is.
    chosen: frozenset[int] | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Run:
    """A run as it is now. Times are microseconds since the epoch."""

    id: int
    cluster_id: int
    cluster: str
    graph_types: tuple[str, ...]
    state: RunState
    asked: Asked
    dry_run: bool
    noop: bool
    request: Mapping[str, Any]
    snapshot_digest: str
    epoch: int
    flush_no: int
    #: Whether the lease has run out, by the clock of the database.
    lease_over: bool
    host: str | None
    boot_id: str | None
    pid: int | None
    process_started: int | None
    message: str | None
    created_at: int
    started_at: int | None
    ended_at: int | None
    #: When it was taken out of lists.
    hidden_at: int | None = None
    counts: Mapping[str, int] = dataclasses.field(default_factory=dict)
    #: level, owner, type and revision of each graph that it was made of.
    graph_revisions: Sequence[Mapping[str, Any]] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class Claim:
    """A claim on a run: every flush is fenced by its epoch."""

    run: int
    epoch: int
    flush_no: int
    lease_seconds: float
    #: Of the run, as this claim's holder left it last.
    state: RunState = RunState.RUNNING


#: Key of an execution: numbers of graph, node and task in the run.
Key = tuple[int, int, int]


@dataclasses.dataclass(frozen=True, slots=True)
class StoredExecution:
    """What a restore needs of an execution's row."""

    state: ExecutionState
    attempt: int
    retries_left: int | None
    interruptions: int
    deadline_at: int | None
    journal: str | None
    not_before: int | None
    started_at: int | None


@dataclasses.dataclass(slots=True)
class RowChange:
    """The last change of an execution's row in a flush.

    `base` is the state that the row must be in. None in `started_at` or
    `ended_at` writes NULL.
    """

    key: Key
    base: ExecutionState
    state: ExecutionState
    attempt: int
    retries_left: int | None
    interruptions: int
    deadline_at: int | None
    journal: str | None
    not_before: int | None
    started_at: int | None
    ended_at: int | None
    message: str | None


@dataclasses.dataclass(frozen=True, slots=True)
class Transition:
    """One move of an execution."""

    key: Key
    old: ExecutionState
    new: ExecutionState
    attempt: int
    at: int
    message: str | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Summary:
    """What an attempt said of itself when it ended."""

    key: Key
    attempt: int
    body: Mapping[str, Any]


@dataclasses.dataclass(frozen=True, slots=True)
class Fault:
    """A failed attempt; `traceback` is for admins alone."""

    key: Key
    attempt: int
    kind: str
    message: str | None
    at: int
    traceback: str | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Checkpoint:
    """Text that an attempt left for the next one."""

    key: Key
    attempt: int
    body: str
    at: int


@dataclasses.dataclass(frozen=True, slots=True)
class FaultRow:
    """A fault with the names of its execution."""

    graph_type: str
    task: str
    node: str | None
    fault: Fault


@dataclasses.dataclass(frozen=True, slots=True)
class CheckpointRow:
    """A checkpoint with the names of its execution."""

    graph_type: str
    task: str
    node: str | None
    checkpoint: Checkpoint


@dataclasses.dataclass(slots=True)
class Batch:
    """Everything that one flush writes."""

    changes: list[RowChange] = dataclasses.field(default_factory=list)
    transitions: list[Transition] = dataclasses.field(default_factory=list)
    summaries: list[Summary] = dataclasses.field(default_factory=list)
    faults: list[Fault] = dataclasses.field(default_factory=list)
    checkpoints: list[Checkpoint] = dataclasses.field(default_factory=list)


@dataclasses.dataclass(frozen=True, slots=True)
class HistoryRow:
    """A row of tasks_history as people read it."""

    id: int
    run: int
    graph: int
    graph_type: str
    node_no: int
    node_id: int | None
    node: str | None
    task_no: int
    task: str
    state: ExecutionState
    attempt: int
    started_at: int | None
    ended_at: int | None
    message: str | None
    summary: Mapping[str, Any] | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Progress:
    """Executions by state of one node or task of a run.

    A task has the type of its graph; the name is None for what has no node.
    """

    number: int
    name: str | None
    graph_type: str | None
    counts: Mapping[str, int]


@dataclasses.dataclass(frozen=True, slots=True)
class RunEvent:
    """Something that was asked of a run, or became of it."""

    id: int
    run: int
    at: int
    event: str
    actor: str | None
    message: str | None


@dataclasses.dataclass(frozen=True, slots=True)
class AuditRow:
    """Who asked for what; `cluster` is its name, `counts` rows by table."""

    id: int
    at: int
    actor: str | None
    project: str | None
    event: str
    kind: str
    name: str | None
    run: int | None
    cluster: str | None
    message: str | None
    counts: Mapping[str, int] | None


@dataclasses.dataclass(frozen=True, slots=True)
class TransitionRow:
    """A transition as people read it; ids grow with time within a run."""

    id: int
    run: int
    key: Key
    graph_type: str
    node: str | None
    task: str
    old: ExecutionState
    new: ExecutionState
    attempt: int
    at: int
    message: str | None


@dataclasses.dataclass(frozen=True, slots=True)
class Output:
    """What an attempt printed so far: `size` characters, the last of them."""

    key: Key
    attempt: int
    size: int
    tail: str


@dataclasses.dataclass(frozen=True, slots=True)
class OutputRow:
    """The same as people read it."""

    task: str
    node: str | None
    attempt: int
    size: int
    tail: str
