"""What an agent says to its engine: outcomes at once, the rest later."""

import dataclasses
import logging
import threading
import time
from collections.abc import Callable, Iterable

from trailmark.agent import rounds
from trailmark.common import clock
from trailmark.messaging import contracts

LOG = logging.getLogger(__name__)
#: Outcomes that travel in one report.
_MOST = 1000


@dataclasses.dataclass(slots=True)
class _Told:
    outcome: contracts.Outcome
    #: When it was said last, by the monotonic clock.
    at: float | None = None
    heard: bool = False


class Reporter:
    """A thread that reports until everything is committed.

    `interval`: seconds between reports while something is held or uncommitted.

    `held` gives the ids of the attempts that are held; `tell` takes in what
    the engine wants.
    """

    def __init__(
        self,
        agent: str,
        journal: str,
        engine: contracts.EngineContract,
        held: Callable[[], tuple[str, ...]],
        tell: Callable[[rounds.Round], None],
        interval: float,
    ) -> None:
        self._interval = interval
        self._agent = agent
        self._journal = journal
        self._engine = engine
        self._held = held
        self._tell = tell
        self._changed = threading.Condition()
        self._due = False
        self._stopped = False
        self._failing = False
        self._outcomes: dict[str, _Told] = {}
        self._checkpoints: dict[str, str] = {}
        self._doubtful: list[rounds.Arrival] = []
        self._thread = threading.Thread(
            target=self._run, name=f'{agent}-reports', daemon=True
        )
        self._thread.start()

    def ended(self, outcomes: Iterable[contracts.Outcome]) -> None:
        """Report these at once, also if they were reported before."""
        with self._changed:
            for outcome in outcomes:
                self._outcomes[outcome.attempt_id] = _Told(outcome)
                self._checkpoints.pop(outcome.attempt_id, None)
            self._wake()

    def accepted(self) -> None:
        """Something is held: say so in the next report."""
        with self._changed:
            self._changed.notify()

    def reached(self, checkpoints: dict[str, str]) -> None:
        """Report these checkpoints with the next report."""
        with self._changed:
            self._checkpoints |= checkpoints

    def doubt(self, arrivals: list[rounds.Arrival]) -> None:
        """Ask whether these old dispatches are still wanted."""
        with self._changed:
            self._doubtful += arrivals
            self._wake()

    def is_said(self) -> bool:
        """Whether every outcome was said and heard at least once."""
        with self._changed:
            return all(told.heard for told in self._outcomes.values())

    def stop(self) -> None:
        """Report nothing more; a report in flight is not waited for."""
        with self._changed:
            self._stopped = True
            self._wake()

    def _wake(self) -> None:
        self._due = True
        self._changed.notify()

    def _run(self) -> None:
        while self._wait():
            for arrival in self._take_doubtful():
                self._ask(arrival)
            self._report()

    def _wait(self) -> bool:
        with self._changed:
            since = time.monotonic()
            while not (self._due or self._stopped):
                busy = self._outcomes or self._checkpoints or self._held()
                left = since + self._interval - time.monotonic()
                if busy and left <= 0:
                    break
                self._changed.wait(left if busy else None)
                since = since if busy else time.monotonic()
            self._due = False
            return not self._stopped

    def _take_doubtful(self) -> list[rounds.Arrival]:
        with self._changed:
            taken, self._doubtful = self._doubtful, []
            return taken

    def _ask(self, arrival: rounds.Arrival) -> None:
        """An engine that can't answer dispatches again when it can."""
        attempt, instance = arrival
        try:
            wanted = self._engine.attempt_wanted(attempt.id, attempt.epoch)
        except Exception as error:
            LOG.warning('Old attempt %s is dropped: %s', attempt.id, error)
            return
        if wanted:
            fresh = dataclasses.replace(attempt, sent_at=clock.now())
            self._tell(rounds.Round(arrivals=[(fresh, instance)]))

    def _report(self) -> None:
        report = self._next_report()
        if not (report.held or report.outcomes or report.checkpoints):
            return
        try:
            answer = self._engine.report(report)
        except Exception as error:
            self._put_back(report, error)
            return
        self._failing = False
        self._heed(report, answer)

    def _next_report(self) -> contracts.Report:
        held = self._held()
        with self._changed:
            checkpoints, self._checkpoints = self._checkpoints, {}
            return contracts.Report(
                self._agent,
                self._journal,
                held,
                self._next_outcomes(),
                checkpoints,
            )

    def _next_outcomes(self) -> tuple[contracts.Outcome, ...]:
        """Those that were not said, or were and had no effect for a while."""
        now = time.monotonic()
        again = now - self._interval * 0.9
        chosen: list[contracts.Outcome] = []
        for told in self._outcomes.values():
            if told.at is not None and told.at > again:
                continue
            if len(chosen) == _MOST:
                self._due = True
                break
            told.at = now
            chosen.append(told.outcome)
        return tuple(chosen)

    def _put_back(self, report: contracts.Report, error: Exception) -> None:
        level = logging.DEBUG if self._failing else logging.WARNING
        LOG.log(level, 'A report is not taken, it is said again: %s', error)
        self._failing = True
        with self._changed:
            self._checkpoints = {**report.checkpoints, **self._checkpoints}

    def _heed(
        self, report: contracts.Report, answer: contracts.ReportAnswer
    ) -> None:
        with self._changed:
            for outcome in report.outcomes:
                self._outcomes[outcome.attempt_id].heard = True
            for attempt_id in answer.committed:
                self._outcomes.pop(attempt_id, None)
        if answer.end:
            self._tell(rounds.Round(cancels=list(answer.end)))
