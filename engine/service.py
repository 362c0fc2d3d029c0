"""What an engine that serves others hears from agents and the API."""

import dataclasses
import logging
from concurrent import futures

from trailmark.common import clock
from trailmark.engine import claiming, host, presence
from trailmark.messaging import contracts, late_answers

LOG = logging.getLogger(__name__)
#: Reports about runs of others that are answered at the same time.
_STRAYS = 8


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
        self._strays = futures.ThreadPoolExecutor(_STRAYS, 'strays')

    def report(self, report: contracts.Report) -> contracts.Later:
        """Take in who is there and what ended. Raises MessageRefused.

        Who says what ended waits for what follows.
        """
        is_driven = self._host.drives(report)
        waits = None
        if report.node is not None and report.outcomes:
            waits = self._late.to(report.node)
        answer = waits or late_answers.LateAnswer()
        if is_driven:
            self._answer(report, answer, waits)
        else:
            # The database knows about the runs of others.
            self._strays.submit(self._answer, report, answer, waits)
        return answer

    def _answer(
        self,
        report: contracts.Report,
        answer: late_answers.LateAnswer,
        waits: late_answers.LateAnswer | None,
    ) -> None:
        try:
            refused = self._presences.hear(report)
            said = self._host.report(report, waits)
        except Exception as error:
            LOG.warning('A report is not taken in: %s', error)
            answer.say(error)
            return
        answer.say(
            dataclasses.replace(
                said,
                refused=refused,
                installation=self._installation,
                clock=clock.STEADY,
                at=clock.steady_micros(),
                sequence=self._presences.sequence_of(report.journal),
            )
        )

    def attempt_wanted(self, attempt_id: str, epoch: int) -> bool:
        """Whether an old dispatch is still to be carried out."""
        return self._host.attempt_wanted(attempt_id, epoch)

    def parameters(self, attempt_id: str, offset: int) -> contracts.Piece:
        """A piece of what did not travel with an attempt."""
        return self._host.parameters(attempt_id, offset)

    def run_waits(self, run: int) -> None:
        """Claim it now rather than in a second."""
        self._claimer.wake()

    def look_at_run(self, run: int) -> None:
        """Obey now rather than in a second."""
        self._host.look_at_run(run)

    def close(self) -> None:
        """Answer what was heard."""
        self._strays.shutdown()
