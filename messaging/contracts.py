"""What engines and agents say to each other: records and interfaces."""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from trailmark.common.states import ExecutionState

#: Fault of an attempt that could not begin on its machine as it is.
SHORTAGE = 'Shortage'


@dataclasses.dataclass(frozen=True, slots=True)
class Instance:
    """The node that a task is carried out on."""

    cluster: str
    #: Where the attempt is carried out: a node's name or `master`.
    name: str
    #: Node of the execution; differs from `name` for tasks done on master.
    node: str
    roles: tuple[str, ...] = ()
    attributes: Mapping[str, Any] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True, slots=True)
class TaskAttempt:
    """One attempt of one execution, as it is sent to an agent.

    `id` is `run.graph.node.task.attempt` in numbers and never starts twice.
    Times are seconds; `sent_at` is microseconds of the steady clock that
    `clock` names: no clock of another machine tells how old it is.
    """

    id: str
    run: int
    epoch: int
    sent_at: int
    name: str
    task: str
    type: str
    attempt: int
    parameters: Mapping[str, Any]
    timeout: float
    noop: bool = False
    #: Commands of test_pre and test_post.
    test_pre: str | None = None
    test_post: str | None = None
    #: Values that must not appear in what is reported.
    secrets: tuple[str, ...] = ()
    checkpoint: str | None = None
    #: The journal that accepted this id, when it is asked for again.
    journal: str | None = None
    #: The folder on master from which relative sources are taken.
    source: str | None = None
    #: Parameters and secrets are to be fetched: they stand not here.
    large: bool = False
    clock: str = ''
    #: How far the engine has seen that journal, as Report.sequence.
    sequence: int = 0


@dataclasses.dataclass(frozen=True, slots=True)
class Piece:
    """Bytes of something large; the last has the SHA-256 of all of them."""

    data: bytes
    digest: str | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Outcome:
    """How an attempt ended.

    `state` is ready, error or cancelled; `fault` names the kind of failure
    (`Failed`, `Timeout`, `TestFailed`, `Interrupted`, `Cancelled`,
    `Unconfirmed`, `DriverError`, `Refused`, `Shortage`) and `interrupted`
    says that nobody knows how far the attempt came. `summary` is JSON data.
    """

    attempt_id: str
    state: ExecutionState
    message: str | None = None
    fault: str | None = None
    interrupted: bool = False
    summary: Mapping[str, Any] | None = None
    #: Last checkpoint that the attempt wrote.
    checkpoint: str | None = None
    #: Microseconds since the epoch, by the clock of the agent.
    started_at: int | None = None
    ended_at: int | None = None
    #: Where a driver failed that was not meant to.
    traceback: str | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Presence:
    """Which agent this is: of a node, in a process of a machine.

    `name` is stable and unique among the agents of the node; `started_at`
    is microseconds since the epoch; `closing`: it takes nothing in any more;
    `unable` says why it can take nothing in now, None if it can.
    """

    node: str
    name: str
    host: str
    pid: int
    version: str
    started_at: int
    drivers: tuple[str, ...] = ()
    workers: int = 0
    closing: bool = False
    unable: str | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Output:
    """What an attempt printed so far: `size` characters, the last of them."""

    size: int
    tail: str


@dataclasses.dataclass(frozen=True, slots=True)
class Report:
    """What an agent says: what it holds, what ended, how far things are.

    `checkpoints` maps attempt ids to the newest checkpoint's text, and
    `outputs` to what they print, where that is new;
    `presence` stands in some reports, at least every few seconds, of agents
    that are not part of the engine's own process. `sequence` grows with every
    transaction of the journal: one that comes back with a smaller one is an
    old copy.
    """

    agent: str
    journal: str
    held: tuple[str, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    checkpoints: Mapping[str, str] = dataclasses.field(default_factory=dict)
    presence: Presence | None = None
    outputs: Mapping[str, Output] = dataclasses.field(default_factory=dict)
    #: The node for which the answer may bring attempts along.
    node: str | None = None
    sequence: int = 0


@dataclasses.dataclass(frozen=True, slots=True)
class Dispatched:
    """Attempts of one instance; `context` says who asked, and its engine."""

    context: Mapping[str, Any]
    attempts: tuple[TaskAttempt, ...]
    instance: Instance


@dataclasses.dataclass(frozen=True, slots=True)
class ReportAnswer:
    """Outcomes that are durable, and attempts that are to be ended.

    `refused` says why the agent may not serve its node, None if it may;
    `installation` names the database whose numbers the attempts' ids are;
    `dispatched` is to be carried out, as if it had been cast. `clock` names
    the steady clock of the engine, which stood at `at` microseconds then.
    `sequence` is the highest that was ever reported of the journal.
    """

    committed: tuple[str, ...] = ()
    end: tuple[str, ...] = ()
    refused: str | None = None
    installation: str | None = None
    dispatched: tuple[Dispatched, ...] = ()
    clock: str | None = None
    at: int = 0
    sequence: int = 0


class AgentContract(Protocol):
    """What an engine asks of a node's agents. Casts: nothing is answered."""

    def execute_task_on_instance(
        self, attempts: Sequence[tuple[TaskAttempt, Instance]]
    ) -> None:
        """Carry attempts out; a repeated id is answered from the journal."""

    def cancel_task(self, attempt_ids: Sequence[str]) -> None:
        """End attempts, also ones that have not arrived yet."""

    def forget_run(self, run: int) -> None:
        """The run ended: its journal rows may go when they are old."""


class Dispatch(Protocol):
    """How an engine reaches the agents of all nodes. Nothing is answered."""

    def execute_task_on_instance(
        self,
        attempts: Sequence[tuple[TaskAttempt, Instance]],
        context: Mapping[str, str],
    ) -> None:
        """Have attempts carried out by agents of their instances.

        `context` says who asked: request_id, user, project.
        """

    def cancel_task(self, node: str, attempt_ids: Sequence[str]) -> None:
        """Have a node's agents end attempts, also such as come later."""

    def forget_run(self, nodes: Sequence[str], run: int) -> None:
        """Tell the agents of nodes that the run ended."""

    def journal_of(self, node: str) -> str | None:
        """The journal that would accept an attempt on the node, if known."""

    def is_served(self, node: str) -> bool:
        """Whether a live agent serves the node."""

    def silent_for(self, node: str) -> float | None:
        """Seconds since an agent of the node was heard of, None if never."""

    def heard_at(self, node: str) -> float | None:
        """When an agent of the node last spoke to this process itself.

        Seconds of the steady clock; None if never.
        """

    def can_hear(self) -> bool:
        """Whether what agents say reaches this process now."""


class EngineContract(Protocol):
    """What an agent says to the engine that drives a run."""

    def report(self, report: Report) -> ReportAnswer:
        """Take outcomes in. Late and repeated ones are dropped."""

    def attempt_wanted(self, attempt_id: str, epoch: int) -> bool:
        """Whether an old dispatch is still to be carried out."""

    def parameters(self, attempt_id: str, offset: int) -> Piece:
        """A piece of what did not travel with an open attempt.

        Raises NotFound.
        """

    def agent_failed(self, error: Exception) -> None:
        """The agent can't go on: its journal can't be written."""


class Later(Protocol):
    """An answer to a report that may not be known yet."""

    def then(self, use: Callable[[ReportAnswer | Exception], None]) -> None:
        """Have this called once with the answer, or why there is none."""


class EngineService(Protocol):
    """What an engine that serves others hears; the last two hasten it."""

    def report(self, report: Report) -> Later:
        """Take outcomes in, without waiting for anything."""

    def attempt_wanted(self, attempt_id: str, epoch: int) -> bool:
        """Whether an old dispatch is still to be carried out."""

    def parameters(self, attempt_id: str, offset: int) -> Piece:
        """A piece of what did not travel with an open attempt.

        Raises NotFound.
        """

    def run_waits(self, run: int) -> None:
        """A run was inserted that no engine has claimed."""

    def look_at_run(self, run: int) -> None:
        """Something was asked of a run, maybe one of another engine."""


class Planner(Protocol):
    """What the API asks of those who know the drivers."""

    def steps(
        self, attempt: TaskAttempt, instance: Instance
    ) -> tuple[str, ...]:
        """Sentences about what an attempt would do, secrets masked.

        They are known without a look at the node.
        """


@dataclasses.dataclass(frozen=True, slots=True)
class Holder:
    """The process that holds a claim."""

    host: str
    boot_id: str
    pid: int
    #: Start time of the process in clock ticks since boot, as /proc says.
    started: int


class RunContract(Protocol):
    """What the API asks of engines. It merely hastens: rows suffice."""

    @property
    def serves_all(self) -> bool:
        """Whether whoever drives runs here serves every node by itself."""

    def holder(self) -> Holder | None:
        """Who drives runs that are inserted here; None: any engine may."""

    def execute_run(self, run: int, claim: Any = None) -> None:
        """A run was inserted, or resumed, for this holder.

        `claim` is the claim (db.records.Claim) that came with it, None if
        the run is still to be claimed.
        """

    def look_at_run(self, run: int) -> None:
        """Something was asked of the run."""
