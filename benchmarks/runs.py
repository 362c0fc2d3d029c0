"""Plans and agents of the benchmarks."""

import queue
import threading
from collections.abc import Sequence

from trailmark.common.states import ExecutionState
from trailmark.flows import graphs, plan
from trailmark.messaging import contracts
from trailmark.tests import stored

Attempts = Sequence[tuple[contracts.TaskAttempt, contracts.Instance]]


def grid(nodes: int, steps: int, chained: bool = False) -> plan.Plan:
    """Chains of `steps` on every node, with a link to the next node's chain
    at every tenth step; `chained`: one chain over everything."""
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
            if (at // nodes) % 10 == 5 and (at + 1) % nodes:
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
            plan.ToleranceGroup(
                'all', frozenset(range(1, nodes + 1)), nodes
            ),
        ),
    )


class ThreadedAgents:
    """Answers every attempt at once from another thread."""

    def __init__(self) -> None:
        self.engine: contracts.EngineContract | None = None
        self.first_at: float | None = None
        self._batches: queue.SimpleQueue[Attempts] = queue.SimpleQueue()
        threading.Thread(target=self._answer, daemon=True).start()

    def journal_of(self, node: str) -> str | None:
        """No journal."""
        return None

    def is_served(self, node: str) -> bool:
        """Every node is."""
        return True

    def execute_task_on_instance(self, attempts: Attempts) -> None:
        """Take attempts."""
        self._batches.put(attempts)

    def cancel_task(self, attempt_ids: Sequence[str]) -> None:
        """Nothing to end."""

    def forget_run(self, run: int) -> None:
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


class Router:
    """Takes reports to the drive of the one run."""

    def __init__(self, report: object) -> None:
        self.report = report


new_run, HOLDER = stored.new_run, stored.HOLDER
