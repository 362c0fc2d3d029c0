"""What an agent says to its engine: outcomes at once, the rest later."""

import dataclasses
import logging
import math
import threading
import time
from collections.abc import Callable, Collection, Iterable

from trailmark.agent import outbox, rounds
from trailmark.common import clock, exceptions
from trailmark.messaging import arriving, contracts

LOG = logging.getLogger(__name__)


class Reporter:
    """A thread that reports until everything is committed.

    `interval`: seconds between reports while something is held or
    uncommitted, and all the time where `presence` is to be told.

    `held` gives the ids of the attempts that are held; `served` takes in
    what engines answer: attempts to be carried out, and to be ended. Of the
    journal each report tells the `sequence`; `seen` is called with where an
    engine has seen it.
    """

    def __init__(
        self,
        agent: str,
        journal: str,
        engine: contracts.EngineContract,
        held: Callable[[], tuple[str, ...]],
        served: contracts.AgentContract,
        interval: float,
        presence: contracts.Presence | None = None,
        sequence: Callable[[], int] = int,
        seen: Callable[[int], None] = lambda sequence: None,
    ) -> None:
        self._interval = interval
        self._agent = agent
        self._journal = journal
        self._engine = engine
        self._held = held
        self._served = served
        self._presence = presence
        self._sequence, self._seen = sequence, seen
        #: When it was told last who is there, by the monotonic clock.
        self._told_at = -math.inf
        self._changed = threading.Condition()
        self._due = False
        self._stopped = False
        self._failing = False
        self._outbox = outbox.Outbox()
        self._doubtful: list[rounds.Arrival] = []
        self._thread = threading.Thread(
            target=self._run, name=f'{agent}-reports', daemon=True
        )
        self._thread.start()

    def ended(self, outcomes: Iterable[contracts.Outcome]) -> None:
        """Report these at once, also if they were reported before."""
        with self._changed:
            self._outbox.ended(outcomes)
            self._wake()

    def accepted(self) -> None:
        """Something is held: say so in the next report."""
        with self._changed:
            self._changed.notify()

    def reached(self, checkpoints: dict[str, str]) -> None:
        """Report these checkpoints with the next report."""
        with self._changed:
            self._outbox.reached(checkpoints)

    def printed(self, attempt_id: str, output: contracts.Output) -> None:
        """Report this with the next report."""
        with self._changed:
            self._outbox.printed(attempt_id, output)

    def doubt(self, arrivals: list[rounds.Arrival]) -> None:
        """Ask whether these old dispatches are still wanted."""
        with self._changed:
            self._doubtful += arrivals
            self._wake()

    def announce(self, closing: bool = False) -> None:
        """Report at once who is there, where that is told at all."""
        with self._changed:
            if self._presence is not None:
                self._presence = dataclasses.replace(
                    self._presence, closing=closing
                )
                self._told_at = -math.inf
                self._wake()

    def unable(self, reason: str | None) -> None:
        """Report at once why nothing can be taken in, or None: it can.

        Guard: full-journal.
        """
        with self._changed:
            there = self._presence
            if there is not None and there.unable != reason:
                self._presence = dataclasses.replace(there, unable=reason)
                self._told_at = -math.inf
                self._wake()

    def is_said(self) -> bool:
        """Whether every outcome was said and heard at least once."""
        with self._changed:
            return self._outbox.is_said

    def stop(self, seconds: float = 0.0) -> None:
        """Report nothing more; a report in flight is waited for so long."""
        with self._changed:
            self._stopped = True
            self._wake()
        self._thread.join(seconds)

    def _wake(self) -> None:
        self._due = True
        self._changed.notify()

    def _run(self) -> None:
        while self._wait():
            for arrival in self._take_doubtful():
                self._ask(arrival)
            self._report()
        if self._presence is not None:
            self._report()

    def _wait(self) -> bool:
        with self._changed:
            since = time.monotonic()
            while not (self._due or self._stopped):
                pause = self._pause()
                if pause is None:
                    self._changed.wait()
                    since = time.monotonic()
                    continue
                left = since + pause - time.monotonic()
                if left <= 0:
                    break
                self._changed.wait(left)
            self._due = False
            return not self._stopped

    def _pause(self) -> float | None:
        """Seconds between reports; None while there is nothing to say."""
        if self._held() or not self._outbox.is_empty:
            return self._interval
        # That it is there is said less often.
        return None if self._presence is None else 2 * self._interval

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
            fresh = dataclasses.replace(
                attempt, sent_at=clock.steady_micros(), clock=clock.STEADY
            )
            self._served.execute_task_on_instance([(fresh, instance)])

    def _report(self) -> None:
        report, more = self._next_report()
        told = report.held or report.outcomes or report.checkpoints
        if not (told or report.presence):
            return
        try:
            answer = self._engine.report(report)
        except exceptions.ReportUnheard as error:
            self._put_back(report, error.attempts, error)
            self._heed(report, error.answer, error.attempts)
        except Exception as error:
            self._put_back(report, report.checkpoints, error)
            return
        else:
            self._failing = False
            self._heed(report, answer)
        if more:
            with self._changed:
                self._wake()

    def _next_report(self) -> tuple[contracts.Report, bool]:
        """A report, and whether there is more to say at once."""
        held = self._held()
        with self._changed:
            now = time.monotonic()
            again = now - self._interval * 0.9
            outcomes, more = self._outbox.outcomes(now, again)
            checkpoints, further = self._outbox.checkpoints()
            report = contracts.Report(
                self._agent,
                self._journal,
                held,
                outcomes,
                checkpoints,
                self._who_is_there(now, again),
                self._outbox.outputs(),
                self._node(),
                # After what it tells, which is durable at that.
                self._sequence(),
            )
            return report, more or further

    def _who_is_there(
        self, now: float, again: float
    ) -> contracts.Presence | None:
        """Told now and then: it says the same each time."""
        if self._told_at > again:
            return None
        self._told_at = now
        return self._presence

    def _node(self) -> str | None:
        there = self._presence
        if there is None or there.closing or there.unable is not None:
            return None
        return there.node

    def _put_back(
        self,
        report: contracts.Report,
        attempt_ids: Collection[str],
        error: Exception,
    ) -> None:
        level = logging.DEBUG if self._failing else logging.WARNING
        LOG.log(level, 'A report is not taken, it is said again: %s', error)
        self._failing = True
        with self._changed:
            self._told_at = -math.inf
            self._outbox.unheard(report, attempt_ids)

    def _heed(
        self,
        report: contracts.Report,
        answer: contracts.ReportAnswer,
        unheard: Collection[str] = (),
    ) -> None:
        with self._changed:
            self._outbox.heard(report, answer.committed, unheard)
        self._seen(answer.sequence)
        if answer.end:
            self._served.cancel_task(answer.end)
        for dispatched in answer.dispatched:
            arriving.hand_over(dispatched, self._served)
