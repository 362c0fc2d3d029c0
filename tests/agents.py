"""Agents in memory, for tests of the engine over a real database."""

import random
import threading
from collections.abc import Callable, Mapping, Sequence

from trailmark.common import clock
from trailmark.common.states import ExecutionState
from trailmark.messaging import contracts

Attempts = Sequence[tuple[contracts.TaskAttempt, contracts.Instance]]
Answer = Callable[[contracts.TaskAttempt], contracts.Outcome | None]


def ready(attempt: contracts.TaskAttempt) -> contracts.Outcome:
    """The attempt succeeds."""
    return contracts.Outcome(attempt.id, ExecutionState.READY)


def failed(attempt: contracts.TaskAttempt) -> contracts.Outcome:
    """The attempt fails."""
    return contracts.Outcome(
        attempt.id, ExecutionState.ERROR, 'exit code 1', 'Failed'
    )


def interrupted(attempt: contracts.TaskAttempt) -> contracts.Outcome:
    """Nobody knows how far the attempt came."""
    return contracts.Outcome(
        attempt.id,
        ExecutionState.ERROR,
        'its agent was restarted',
        'Interrupted',
        interrupted=True,
    )


class Agents:
    """Answers attempts from one thread, in random order, some twice.

    `answer` says how an attempt ends, None never; `watch` is called with
    every attempt when it starts. `unserved` names nodes without agents.
    """

    def __init__(
        self,
        answer: Answer = ready,
        watch: Callable[[contracts.TaskAttempt], None] | None = None,
        seed: int = 0,
        unserved: Sequence[str] = (),
        held: bool = True,
    ) -> None:
        self.engine: contracts.EngineContract | None = None
        self.answer, self.watch, self._held = answer, watch, held
        self.unserved = unserved
        #: Of all nodes.
        self.journal = 'journal'
        self.started: list[contracts.TaskAttempt] = []
        self.cancelled: list[str] = []
        self._random = random.Random(seed)
        self._waiting: list[contracts.TaskAttempt] = []
        self._changed = threading.Condition()
        threading.Thread(target=self._answer_all, daemon=True).start()

    def journal_of(self, node: str) -> str | None:
        """One journal for all."""
        return self.journal

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
        """Whether an agent serves the node."""
        return node not in self.unserved

    def execute_task_on_instance(
        self, attempts: Attempts, context: Mapping[str, str]
    ) -> None:
        """Take attempts."""
        with self._changed:
            for attempt, _ in attempts:
                self.started.append(attempt)
                if self.watch is not None:
                    self.watch(attempt)
                self._waiting.append(attempt)
            self._changed.notify()
        if self._held:
            self._say(held=tuple(attempt.id for attempt, _ in attempts))

    def cancel_task(self, node: str, attempt_ids: Sequence[str]) -> None:
        """Remember that attempts were to be ended."""
        self.cancelled.extend(attempt_ids)

    def forget_run(self, nodes: Sequence[str], run: int) -> None:
        """Nothing is kept."""

    def hold(self, attempt_id: str) -> None:
        """Say that an attempt is being carried out."""
        self._say(held=(attempt_id,))

    def end(self, attempt_id: str, state: ExecutionState) -> None:
        """End an attempt by hand."""
        self._say(outcomes=(contracts.Outcome(attempt_id, state),))

    def _answer_all(self) -> None:
        while True:
            with self._changed:
                while not self._waiting:
                    self._changed.wait()
                number = self._random.randrange(len(self._waiting))
                attempt = self._waiting.pop(number)
            outcome = self.answer(attempt)
            if outcome is not None:
                for _ in range(self._random.choice((1, 1, 2))):
                    self._say(outcomes=(outcome,))

    def _say(
        self,
        held: tuple[str, ...] = (),
        outcomes: tuple[contracts.Outcome, ...] = (),
    ) -> None:
        assert self.engine is not None
        self.engine.report(
            contracts.Report('agent', 'journal', held, outcomes)
        )
