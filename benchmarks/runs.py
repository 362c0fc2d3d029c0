"""Plans and agents of the benchmarks."""

import dataclasses
import queue
import threading
from collections.abc import Mapping, Sequence

from measuring import Memory, phase

from trailmark.common import clock
from trailmark.common.states import ExecutionState, RunState
from trailmark.db import connection, deployments, records, runs
from trailmark.engine import driving, settings
from trailmark.flows import graphs, plan
from trailmark.messaging import contracts
from trailmark.tests import plans, stored

Attempts = Sequence[tuple[contracts.TaskAttempt, contracts.Instance]]


def grid(
    nodes: int, steps: int, chained: bool = False, linked: bool = True
) -> plan.Plan:
    """Chains of `steps` on every node, with a link to the next node's chain
    at every tenth step unless `linked` is False; `chained`: one chain over
    everything."""
    tasks = tuple(
        plan.PlannedTask(
            number=number,
            graph=0,
            id=f't{number}',
            type='noop',
            place='node',
            parameters={},
            retries=0,
            interval=0.0,
            timeout=60.0,
        )
        for number in range(steps)
    )
    vertices = [
        plan.Vertex(f't{step}@n{node}', plan.Kind.TASK, 0, tasks[step], node)
        for step in range(steps)
        for node in range(1, nodes + 1)
    ]
    count = len(vertices)
    after: list[list[int]] = [[] for _ in vertices]
    if chained:
        for at in range(count - 1):
            after[at].append(at + 1)
    else:
        for at in range(count - nodes):
            after[at].append(at + nodes)
            crosses = (at // nodes) % 10 == 5 and (at + 1) % nodes
            if linked and crosses:
                after[at].append(at + nodes + 1)
    priorities = (
        list(range(count, 0, -1))
        if chained
        else [steps - at // nodes for at in range(count)]
    )
    return plan.Plan(
        graph_types=('default',),
        nodes=(None, *(graphs.Node(f'n{n}') for n in range(1, nodes + 1))),
        tasks=tasks,
        vertices=vertices,
        after=after,
        priorities=priorities,
        tolerance=(
            plan.ToleranceGroup('all', frozenset(range(1, nodes + 1)), nodes),
        ),
    )


class ThreadedAgents:
    """Answers every attempt at once from another thread."""

    def __init__(self) -> None:
        self.engine: contracts.EngineContract | None = None
        self._batches: queue.SimpleQueue[Attempts] = queue.SimpleQueue()
        threading.Thread(target=self._answer, daemon=True).start()

    def journal_of(self, node: str) -> str | None:
        """No journal."""
        return None

    def silent_for(self, node: str) -> float | None:
        """No time, where it is served."""
        return 0.0 if self.is_served(node) else None

    def heard_at(self, node: str) -> float | None:
        """Now, where it is served."""
        return clock.steady() if self.is_served(node) else None

    def can_hear(self) -> bool:
        """Always."""
        return True

    def is_served(self, node: str) -> bool:
        """Every node is."""
        return True

    def execute_task_on_instance(
        self, attempts: Attempts, context: Mapping[str, str]
    ) -> None:
        """Take attempts."""
        self._batches.put(attempts)

    def cancel_task(self, node: str, attempt_ids: Sequence[str]) -> None:
        """Nothing to end."""

    def forget_run(self, nodes: Sequence[str], run: int) -> None:
        """Nothing to forget."""

    def _answer(self) -> None:
        while True:
            attempts = self._batches.get()
            assert self.engine is not None
            self.engine.report(
                contracts.Report(
                    'benchmark',
                    'journal',
                    outcomes=tuple(
                        contracts.Outcome(attempt.id, ExecutionState.READY)
                        for attempt, _ in attempts
                    ),
                )
            )


class _Router:
    """Takes reports to the drive of the one run."""

    def __init__(self, drive: driving.Drive) -> None:
        self.report = drive.executor.inbox.report

    def attempt_wanted(self, attempt_id: str, epoch: int) -> bool:
        """Every attempt is."""
        return True

    def agent_failed(self, error: Exception) -> None:
        """It does not."""


@dataclasses.dataclass(frozen=True)
class Driven:
    """How a run ended, and what its engine held above its plan."""

    state: RunState
    flushes: int
    peak_kb: int


def drive_whole(
    database: connection.Database,
    planned: plan.Plan,
    measured: dict[str, float],
    cluster: str = 'c',
) -> Driven:
    """Insert, build and run a plan, answered from another thread."""
    record = records.DeploymentRecord(
        cluster, f'/{cluster}', cluster, (), (), {}, (), ()
    )
    with phase(measured, 'insert'):
        owner = deployments.store(database, record).cluster
        new = stored.new_run(owner.id, planned)
        _, claim = runs.insert(database, new, stored.HOLDER, 30.0)
        del new
    assert claim is not None
    agents = ThreadedAgents()
    memory = Memory()
    tools = driving.Tools(database, agents, {}, settings.Settings())
    with phase(measured, 'build'):
        drive = driving.Drive(tools, claim, plans.snapshot(planned), planned)
    agents.engine = _Router(drive)
    with phase(measured, 'run'):
        state = drive.run()
    return Driven(state, drive.flushes, memory.peak_kb())
