"""Engines behind a broker that record what agents say, for their tests."""

import collections
import dataclasses
import threading
from collections.abc import Sequence
from typing import Any

from trailmark.common import clock, exceptions
from trailmark.messaging import (
    agents,
    contracts,
    engines,
    large,
    late_answers,
)


class Engine:
    """Commits every outcome it hears; `refusal` says why agents may not go on.

    `end` names attempts to be ended, once; `wanted` answers old dispatches.
    """

    def __init__(
        self, transport: Any, name: str = 'e1', installation: str = 'db1'
    ) -> None:
        self.name, self.installation = name, installation
        self.lock = threading.Lock()
        self.reports: list[contracts.Report] = []
        self.outcomes: dict[str, contracts.Outcome] = {}
        self.told: collections.Counter[str] = collections.Counter()
        self.refusal: str | None = None
        self.end: tuple[str, ...] = ()
        self.wanted = True
        #: Brought along by the next answer to this node.
        self.brought: dict[str, contracts.Dispatched] = {}
        #: How far journals were seen.
        self.sequences: collections.Counter[str] = collections.Counter()
        #: What does not travel with attempts, by their ids.
        self.bodies: dict[str, bytes] = {}
        self._transport = transport
        self._client = agents.AgentClient(transport)
        self._server: Any = None

    def start(self) -> None:
        """Listen."""
        self._server = engines.server(self._transport, self.name, self)
        self._server.start()

    def stop(self) -> None:
        """Listen no more; it can be started again."""
        server, self._server = self._server, None
        if server is not None:
            server.close()

    def dispatch(
        self,
        *arrivals: tuple[contracts.TaskAttempt, contracts.Instance],
        engine: str | None = None,
    ) -> None:
        """Cast attempts, as if by this engine or the one that is named."""
        for attempt, instance in arrivals:
            seen = self.sequences[attempt.journal or '']
            sent = dataclasses.replace(attempt, sequence=seen)
            self._client.execute_task_on_instance(
                {'engine': engine or self.name}, [sent], instance
            )

    def cancel(self, node: str, attempt_ids: Sequence[str]) -> None:
        """Cast that attempts are to end."""
        self._client.cancel_task(node, attempt_ids)

    def presences(self, closing: bool = False) -> list[contracts.Presence]:
        """Who was there, of agents with an open journal."""
        with self.lock:
            return [
                report.presence
                for report in self.reports
                if report.journal
                and report.presence is not None
                and report.presence.closing == closing
            ]

    def held(self) -> set[str]:
        """Attempts of the last report."""
        with self.lock:
            return set(self.reports[-1].held) if self.reports else set()

    # EngineService.

    def report(self, report: contracts.Report) -> contracts.Later:
        answer = late_answers.LateAnswer()
        answer.say(self._said(report))
        return answer

    def _said(self, report: contracts.Report) -> contracts.ReportAnswer:
        with self.lock:
            self.reports.append(report)
            seen = max(self.sequences[report.journal], report.sequence)
            self.sequences[report.journal] = seen
            for outcome in report.outcomes:
                self.outcomes[outcome.attempt_id] = outcome
                self.told[outcome.attempt_id] += 1
            end, self.end = self.end, ()
            brought = self.brought.pop(report.node or '', None)
        return contracts.ReportAnswer(
            tuple(each.attempt_id for each in report.outcomes),
            end,
            self.refusal if report.journal else None,
            self.installation,
            (brought,) if brought else (),
            *self.clock(),
            seen,
        )

    def clock(self) -> tuple[str, int]:
        """The steady clock that its dispatches were sent by."""
        return clock.STEADY, clock.steady_micros()

    def attempt_wanted(self, attempt_id: str, epoch: int) -> bool:
        return self.wanted

    def parameters(self, attempt_id: str, offset: int) -> contracts.Piece:
        if attempt_id not in self.bodies:
            raise exceptions.NotFound(kind='open attempt', name=attempt_id)
        return large.piece(self.bodies[attempt_id], offset)

    def run_waits(self, run: int) -> None:
        raise NotImplementedError

    def look_at_run(self, run: int) -> None:
        raise NotImplementedError


def of_node(
    arrival: tuple[contracts.TaskAttempt, contracts.Instance], node: str
) -> tuple[contracts.TaskAttempt, contracts.Instance]:
    """The same dispatch for another node."""
    attempt, instance = arrival
    return attempt, dataclasses.replace(instance, name=node, node=node)
