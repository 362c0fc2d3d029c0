"""Reports find the engines that drive the runs they speak of."""

import concurrent.futures
import logging
import threading
from collections.abc import Callable, Iterable
from typing import Protocol

from trailmark.agent import freshness
from trailmark.common import clock, exceptions
from trailmark.messaging import contracts, parts

LOG = logging.getLogger(__name__)
#: Engines that are spoken to at the same time.
_CALLS = 8
#: Runs whose engines are remembered.
_RUNS = 10_000
_UNANSWERED = exceptions.MessageNotSent, exceptions.MessageRefused


class Client(Protocol):
    """How engines are reached; `engine` None: any of them.

    Both raise MessageNotSent, and MessageRefused for what is no answer.
    """

    def report(
        self, engine: str | None, report: contracts.Report
    ) -> contracts.ReportAnswer:
        """What an engine answers to a report."""

    def attempt_wanted(
        self, engine: str | None, attempt_id: str, epoch: int
    ) -> bool:
        """Whether a dispatch is still to be carried out."""

    def parameters(
        self, engine: str | None, attempt_id: str, offset: int
    ) -> contracts.Piece:
        """A piece of what did not travel with an attempt."""


class Router:
    """Implements contracts.EngineContract; from any thread.

    What is said of a run goes to the engine that dispatched last for it,
    and to any engine once that one doesn't answer. `doubt` is called with
    the reason why the agent may not go on as it is: it is refused, its
    journal fails, or it belongs to another `installation`. What answers
    tell of the clocks of engines goes to `clocks`.
    """

    def __init__(
        self,
        client: Client,
        installation: str,
        doubt: Callable[[str], None],
        clocks: freshness.EngineClocks | None = None,
    ) -> None:
        self._client = client
        self._installation = installation
        self._doubt = doubt
        self._clocks = clocks or freshness.EngineClocks()
        self._lock = threading.Lock()
        self._engines: dict[int, str] = {}
        self._pool = concurrent.futures.ThreadPoolExecutor(
            _CALLS, 'reports-to'
        )

    def heard(self, run: int, engine: str | None) -> None:
        """An engine dispatched for a run; None: it didn't say which."""
        with self._lock:
            self._engines.pop(run, None)
            if engine is not None:
                self._engines[run] = engine
            if len(self._engines) > _RUNS:
                del self._engines[next(iter(self._engines))]

    def report(self, report: contracts.Report) -> contracts.ReportAnswer:
        """What the engines answer to their parts, together.

        Raises MessageNotSent, MessageRefused, and ReportUnheard when only
        some answered.
        """
        sent = parts.by(self._engine_of, report) or {None: report}
        answers: list[contracts.ReportAnswer] = []
        unheard: list[contracts.Report] = []
        reason: Exception | None = None
        for part, call in self._call_all(sent.items()):
            try:
                answers.append(call.result())
            except _UNANSWERED as error:
                unheard.append(part)
                reason = error
        if reason is None:
            return _joined(answers)
        if not answers:
            raise reason
        raise exceptions.ReportUnheard(
            count=len(_attempts(unheard)),
            reason=reason,
            attempts=_attempts(unheard),
            answer=_joined(answers),
        )

    def attempt_wanted(self, attempt_id: str, epoch: int) -> bool:
        """Whether an old dispatch is wanted. Raises the same as `report`."""
        engine = self._engine_of(parts.run_of(attempt_id))
        try:
            return self._client.attempt_wanted(engine, attempt_id, epoch)
        except _UNANSWERED as error:
            self._forget(engine, error)
            return self._client.attempt_wanted(None, attempt_id, epoch)

    def parameters(self, attempt_id: str, offset: int) -> contracts.Piece:
        """A piece of what did not travel. Raises the same as `report`.

        Only the engine that sent the attempt has it.
        """
        engine = self._engine_of(parts.run_of(attempt_id))
        return self._client.parameters(engine, attempt_id, offset)

    def agent_failed(self, error: Exception) -> None:
        """The journal can't be written."""
        self._doubt(str(error))

    def close(self) -> None:
        """Say nothing more; what is in flight ends by itself."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _engine_of(self, run: int) -> str | None:
        with self._lock:
            return self._engines.get(run)

    def _call_all(
        self, sent: Iterable[tuple[str | None, contracts.Report]]
    ) -> list[
        tuple[
            contracts.Report, concurrent.futures.Future[contracts.ReportAnswer]
        ]
    ]:
        return [
            (part, self._pool.submit(self._say, engine, part))
            for engine, part in sent
        ]

    def _report(
        self, engine: str | None, part: contracts.Report
    ) -> contracts.ReportAnswer:
        began = clock.steady_micros()
        answer = self._client.report(engine, part)
        self._clocks.learn(answer, began)
        return answer

    def _say(
        self, engine: str | None, part: contracts.Report
    ) -> contracts.ReportAnswer:
        try:
            answer = self._report(engine, part)
        except _UNANSWERED as error:
            self._forget(engine, error)
            answer = self._report(None, part)
        self._check(answer)
        return answer

    def _check(self, answer: contracts.ReportAnswer) -> None:
        """Numbers of another database say nothing of these attempts."""
        if answer.installation not in (None, self._installation):
            reason = f'an engine serves database {answer.installation}'
            self._doubt(reason)
            raise exceptions.MessageNotSent(reason=reason)
        if answer.refused is not None:
            self._doubt(answer.refused)

    def _forget(
        self, engine: str | None, error: exceptions.TrailmarkError
    ) -> None:
        """Ask any engine instead; raises the error if any was asked."""
        if engine is None:
            raise error
        LOG.info('Engine %s does not answer, others are asked', engine)
        with self._lock:
            self._engines = {
                run: name
                for run, name in self._engines.items()
                if name != engine
            }


def _joined(
    answers: Iterable[contracts.ReportAnswer],
) -> contracts.ReportAnswer:
    found = list(answers)
    refused = [each.refused for each in found if each.refused is not None]
    return contracts.ReportAnswer(
        tuple(id for each in found for id in each.committed),
        tuple(id for each in found for id in each.end),
        refused[0] if refused else None,
        found[0].installation,
        tuple(each for answer in found for each in answer.dispatched),
        sequence=max(each.sequence for each in found),
    )


def _attempts(reports: Iterable[contracts.Report]) -> frozenset[str]:
    return frozenset(
        attempt_id
        for report in reports
        for attempt_id in (
            *report.held,
            *report.checkpoints,
            *(outcome.attempt_id for outcome in report.outcomes),
        )
    )
