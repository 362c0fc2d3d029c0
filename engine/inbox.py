"""What other threads tell the engine's thread of a run."""

import dataclasses
import queue

from trailmark.common import clock
from trailmark.engine import futures
from trailmark.messaging import contracts, late_answers


@dataclasses.dataclass(frozen=True, slots=True)
class CheckpointLeft:
    """What a running attempt left for the next one."""

    attempt_id: str
    body: str


Answer = contracts.Outcome | CheckpointLeft


class Inbox:
    """Outcomes of open attempts, each taken once, and wishes to look.

    An outcome is committed when its attempt is neither open, nor to be asked
    for again, nor among those that were closed since the last flush.
    """

    def __init__(self) -> None:
        self._queue: queue.SimpleQueue[Answer | BaseException | None] = (
            queue.SimpleQueue()
        )
        self._woken = False
        #: Dispatched attempts by id; changed by the engine's thread only.
        self.open: dict[str, futures.Future] = {}
        #: Attempts that ran under another engine, not asked for again yet.
        self.inherited: set[str] = set()
        self._unflushed: set[str] = set()
        #: Who waits until the outcome of an attempt is durable.
        self._awaiting: dict[str, late_answers.LateAnswer] = {}
        #: Whether whoever holds an attempt is to end it.
        self.ending = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing waits to be taken in."""
        return self._queue.empty()

    def wake(self) -> None:
        """From any thread: look at what is asked of the run."""
        self._woken = True
        self._queue.put(None)

    def fail(self, error: BaseException) -> None:
        """From any thread: the engine is to raise this."""
        self._queue.put(error)

    def report(
        self,
        report: contracts.Report,
        late: late_answers.LateAnswer | None = None,
    ) -> contracts.ReportAnswer:
        """From any thread: take in what an agent says of this run.

        What is not committed yet is told to the answer that is `late`.

        Guard: end-unwanted.
        """
        committed, end = [], []
        now = clock.steady()
        for outcome in report.outcomes:
            if outcome.attempt_id in self.open:
                if late is not None:
                    late.expect()
                    self._awaiting[outcome.attempt_id] = late
                self._queue.put(outcome)
            elif self._is_closed(outcome.attempt_id):
                committed.append(outcome.attempt_id)
        for attempt_id in report.held:
            future = self.open.get(attempt_id)
            if future is not None:
                future.held_at = now
                if self.ending:
                    end.append(attempt_id)
            elif self._is_closed(attempt_id):
                end.append(attempt_id)
        for attempt_id, body in report.checkpoints.items():
            self._queue.put(CheckpointLeft(attempt_id, body))
        return contracts.ReportAnswer(tuple(committed), tuple(end))

    def _is_closed(self, attempt_id: str) -> bool:
        """Whether an attempt that is not open is done with, durably."""
        return (
            attempt_id not in self._unflushed
            and attempt_id not in self.inherited
        )

    def was_woken(self) -> bool:
        """Whether somebody called wake() since the last time."""
        woken, self._woken = self._woken, False
        return woken

    def close(self, attempt_id: str) -> None:
        """The attempt is answered; its outcome is not durable yet."""
        self._unflushed.add(attempt_id)
        self.open.pop(attempt_id, None)

    def committed(self) -> None:
        """Everything that was closed is durable now.

        Guard: committed-before-forgotten.
        """
        for attempt_id in self._unflushed:
            late = self._awaiting.pop(attempt_id, None)
            if late is not None:
                late.commit(attempt_id)
        self._unflushed.clear()

    def get(self, patience: float, most: int) -> list[Answer]:
        """Outcomes, waiting for the first at most `patience` seconds."""
        found: list[Answer] = []
        try:
            item = self._queue.get(timeout=patience)
            while True:
                if isinstance(item, BaseException):
                    raise item
                if item is not None:
                    found.append(item)
                if len(found) >= most:
                    return found
                item = self._queue.get_nowait()
        except queue.Empty:
            return found
