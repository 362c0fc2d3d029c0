"""Agents over oslo.messaging: what engines cast, and who takes it in."""

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from trailmark.common import exceptions
from trailmark.messaging import (
    arriving,
    contracts,
    files,
    listening,
    parts,
    targets,
    threaded,
    transport,
    wire,
)

LOG = logging.getLogger(__name__)
#: Attempts that travel in one message.
_MOST = 100
#: Called with a run and the name of the engine that dispatched for it.
Heard = Callable[[int, str | None], None]


class AgentClient:
    """Casts to the agents of nodes: nothing is answered, nobody is awaited.

    A message to a node without agents is lost; what it asked is asked again.
    """

    def __init__(self, way: Any) -> None:
        self._client = threaded.messaging.get_rpc_client(
            way, targets.agents(way, '')
        )
        self._transport = way
        self._ways: dict[str, Any] = {}

    def execute_task_on_instance(
        self,
        context: Mapping[str, Any],
        attempts: Sequence[contracts.TaskAttempt],
        instance: contracts.Instance,
    ) -> None:
        """Cast attempts of one instance; its agents report to the engine
        that `context` names. Raises MessageNotSent."""
        for first in range(0, len(attempts), _MOST):
            self._cast(
                instance.name,
                context,
                'execute_task_on_instance',
                task=wire.dump(attempts[first : first + _MOST]),
                instance=wire.dump(instance),
            )

    def cancel_task(self, node: str, attempt_ids: Sequence[str]) -> None:
        """Cast that attempts are to end. Raises MessageNotSent."""
        self._cast(node, {}, 'cancel_task', attempt_ids=list(attempt_ids))

    def forget_run(self, node: str, run: int) -> None:
        """Cast that a run has ended. Raises MessageNotSent."""
        self._cast(node, {}, 'forget_run', run=run)

    def _cast(
        self, node: str, context: Mapping[str, Any], method: str, **what: Any
    ) -> None:
        way = self._ways.get(node)
        if way is None:
            topic = targets.agents(self._transport, node).topic
            way = self._ways[node] = self._client.prepare(
                topic=topic, retry=transport.RETRIES
            )
        try:
            way.cast(dict(context), method, **what)
        except threaded.messaging.MessagingException as error:
            raise exceptions.MessageNotSent(reason=error) from error


class _AgentEndpoint:
    """What arrives for an agent of a node; garbage is logged and dropped."""

    target = threaded.messaging.Target(version=targets.VERSION)

    def __init__(
        self, node: str, agent: contracts.AgentContract, heard: Heard
    ) -> None:
        self._node, self._agent, self._heard = node, agent, heard

    def execute_task_on_instance(
        self, ctxt: Mapping[str, Any], task: Any, instance: Any
    ) -> None:
        """Take attempts in: `task` is one, or a list of them."""
        try:
            dispatched = contracts.Dispatched(
                ctxt,
                wire.load(
                    task if isinstance(task, list) else [task],
                    tuple[contracts.TaskAttempt, ...],
                ),
                wire.load(instance, contracts.Instance),
            )
            arriving.check(self._node, dispatched)
        except exceptions.MessageRefused as error:
            LOG.warning('A dispatch is refused: %s', error)
            return
        engine = ctxt.get('engine')
        for run in {each.run for each in dispatched.attempts}:
            self._heard(run, engine if isinstance(engine, str) else None)
        arriving.hand_over(dispatched, self._agent)

    def cancel_task(self, ctxt: Mapping[str, Any], attempt_ids: Any) -> None:
        """End attempts."""
        try:
            ids = wire.load(attempt_ids, list[str])
            for each in ids:
                parts.run_of(each)
        except exceptions.MessageRefused as error:
            LOG.warning('A cancel is refused: %s', error)
            return
        self._agent.cancel_task(ids)

    def forget_run(self, ctxt: Mapping[str, Any], run: Any) -> None:
        """Let the journal of a run expire."""
        try:
            number = wire.load(run, int)
            if not 0 <= number <= arriving.LARGEST:
                reason = 'no run has such a number'
                raise exceptions.MessageRefused(reason=reason)
        except exceptions.MessageRefused as error:
            LOG.warning('A message is refused: %s', error)
            return
        self._agent.forget_run(number)

    def ping(self, ctxt: Mapping[str, Any]) -> None:
        """Say that somebody listens."""


def server(
    way: Any,
    node: str,
    name: str,
    agent: contracts.AgentContract,
    heard: Heard,
    given: files.Files | None = None,
) -> listening.Listening:
    """A server that is not started: an agent's part of its node's queue.

    It gives away files where there are any that are `given`.
    """
    endpoints: list[Any] = [_AgentEndpoint(node, agent, heard)]
    if given is not None:
        endpoints.append(files.Endpoint(given))
    own = targets.agents(way, node, name)
    made = threaded.messaging.get_rpc_server(
        way,
        own,
        endpoints,
        executor='threading',
        access_policy=threaded.messaging.DefaultRPCAccessPolicy,
    )
    return listening.Listening(way, made, own, targets.agents(way, node))
