"""What an engine that serves others hears from agents and the API."""

import dataclasses
import logging

from trailmark.engine import claiming, host, presence
from trailmark.messaging import contracts, late_answers

LOG = logging.getLogger(__name__)
#: Seconds for which an agent waits for the next attempts in an answer.
_PATIENCE = 0.5


class EngineService:
    """Implements contracts.EngineService; `installation` is the database's."""

    def __init__(
        self,
        engine: host.EngineHost,
        claimer: claiming.Claimer,
        presences: presence.Presences,
        installation: str,
        late: late_answers.LateAnswers,
    ) -> None:
        self._host, self._claimer = engine, claimer
        self._presences, self._installation = presences, installation
        self._late = late

    def report(self, report: contracts.Report) -> contracts.ReportAnswer:
        """Take in who is there and what ended. Raises DatabaseUnavailable."""
        refused = self._presences.hear(report)
        return dataclasses.replace(
            self._answer(report),
            refused=refused,
            installation=self._installation,
        )

    def _answer(self, report: contracts.Report) -> contracts.ReportAnswer:
        if report.node is None or not report.outcomes:
            return self._host.report(report)
        with self._late.to(report.node) as late:
            said = self._host.report(report, late)
            committed, dispatched = late.wait(_PATIENCE)
            return dataclasses.replace(
                said,
                committed=(*said.committed, *committed),
                dispatched=dispatched,
            )

    def attempt_wanted(self, attempt_id: str, epoch: int) -> bool:
        """Whether an old dispatch is still to be carried out."""
        return self._host.attempt_wanted(attempt_id, epoch)

    def parameters(self, attempt_id: str, offset: int) -> contracts.Piece:
        """A piece of what did not travel with an attempt."""
        return self._host.parameters(attempt_id, offset)

    def agent_failed(self, error: Exception) -> None:
        """Never called: agents are processes of their own."""

    def run_waits(self, run: int) -> None:
        """Claim it now rather than in a second."""
        self._claimer.wake()

    def look_at_run(self, run: int) -> None:
        """Obey now rather than in a second."""
        self._host.look_at_run(run)
