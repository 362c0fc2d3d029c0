"""Engines over oslo.messaging: what agents and the API say, who hears it."""

import logging
from collections.abc import Mapping
from typing import Any

from trailmark.common import exceptions
from trailmark.messaging import (
    answering,
    arriving,
    contracts,
    late_answers,
    listening,
    targets,
    threaded,
    transport,
    wire,
)

LOG = logging.getLogger(__name__)


class EngineClient:
    """Calls and casts to engines; `timeout` is seconds for an answer."""

    def __init__(self, way: Any, timeout: float = 10.0) -> None:
        self._client = threaded.messaging.get_rpc_client(
            way, targets.engines(way), timeout=timeout
        )

    def report(
        self, engine: str | None, report: contracts.Report
    ) -> contracts.ReportAnswer:
        """What an engine answers to a report; `engine` None: any engine.

        Raises MessageNotSent (nobody answered), MessageRefused.
        """
        said = self._call(engine, 'report', report=wire.dump(report))
        answer = wire.load(said, contracts.ReportAnswer)
        for dispatched in answer.dispatched:
            arriving.check(report.node or '', dispatched)
        return answer

    def attempt_wanted(
        self, engine: str | None, attempt_id: str, epoch: int
    ) -> bool:
        """Whether a dispatch is still to be carried out. Raises the same."""
        said = self._call(
            engine, 'attempt_wanted', attempt_id=attempt_id, epoch=epoch
        )
        return wire.load(said, bool)

    def parameters(
        self, engine: str | None, attempt_id: str, offset: int
    ) -> contracts.Piece:
        """A piece of what did not travel with an attempt. Raises the same."""
        said = self._call(
            engine, 'parameters', attempt_id=attempt_id, offset=offset
        )
        return wire.load(said, contracts.Piece)

    def ping(self, engine: str) -> None:
        """Have an engine answer. Raises MessageNotSent."""
        self._call(engine, 'ping')

    def execute_run(self, run: int) -> None:
        """Cast that a run was asked for. Raises MessageNotSent."""
        self._cast('execute_run', run=run)

    def stop_run(self, run: int) -> None:
        """Cast that something was asked of a run. Raises MessageNotSent."""
        self._cast('stop_run', run=run)

    def _call(self, engine: str | None, method: str, **what: Any) -> Any:
        way = self._client.prepare(server=engine, retry=transport.RETRIES)
        try:
            return way.call({}, method, **what)
        except Exception as error:
            # What fails there is raised here, as what it was if it can be.
            raise exceptions.MessageNotSent(reason=error) from error

    def _cast(self, method: str, **what: Any) -> None:
        way = self._client.prepare(fanout=True, retry=transport.RETRIES)
        try:
            way.cast({}, method, **what)
        except threaded.messaging.MessagingException as error:
            raise exceptions.MessageNotSent(reason=error) from error


class _EngineEndpoint:
    """What arrives for an engine; garbage is an error for who sent it."""

    target = threaded.messaging.Target(version=targets.VERSION)

    def __init__(self, engine: contracts.EngineService) -> None:
        self._engine = engine

    @threaded.messaging.expected_exceptions(exceptions.MessageRefused)  # type: ignore[untyped-decorator]
    def report(self, ctxt: Mapping[str, Any], report: Any) -> Any:
        """Take a report in; the answer comes later."""
        try:
            said = wire.load(report, contracts.Report)
        except exceptions.MessageRefused as error:
            LOG.warning('A report is refused: %s', error)
            raise
        return self._engine.report(said)

    def attempt_wanted(
        self, ctxt: Mapping[str, Any], attempt_id: Any, epoch: Any
    ) -> bool:
        """Whether an attempt is open."""
        return self._engine.attempt_wanted(
            wire.load(attempt_id, str), wire.load(epoch, int)
        )

    @threaded.messaging.expected_exceptions(exceptions.NotFound)  # type: ignore[untyped-decorator]
    def parameters(
        self, ctxt: Mapping[str, Any], attempt_id: Any, offset: Any
    ) -> Any:
        """A piece of the parameters of an open attempt."""
        return wire.dump(
            self._engine.parameters(
                wire.load(attempt_id, str), wire.load(offset, int)
            )
        )

    def ping(self, ctxt: Mapping[str, Any]) -> contracts.Later:
        """Say that somebody listens."""
        answer = late_answers.LateAnswer()
        answer.say(contracts.ReportAnswer())
        return answer

    def execute_run(self, ctxt: Mapping[str, Any], run: Any) -> None:
        """A run waits for an engine."""
        self._engine.run_waits(wire.load(run, int))

    def stop_run(self, ctxt: Mapping[str, Any], run: Any) -> None:
        """Something was asked of a run."""
        self._engine.look_at_run(wire.load(run, int))


class _Server(answering.Server):
    prompt = frozenset({'report', 'ping'})


def server(
    way: Any,
    name: str,
    engine: contracts.EngineService,
) -> listening.Listening:
    """A server that is not started: an engine's own queue and the shared."""
    own = targets.engines(way, name)
    made = threaded.messaging.get_rpc_server(
        way,
        own,
        [_EngineEndpoint(engine)],
        executor='threading',
        server_cls=_Server,
        access_policy=threaded.messaging.DefaultRPCAccessPolicy,
    )
    return listening.Listening(way, made, own, targets.engines(way))
