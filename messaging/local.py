"""The dispatch of an engine to the one agent of its own process."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from trailmark.common import clock
from trailmark.messaging import contracts


class LocalAgent(contracts.AgentContract, Protocol):
    """An agent that serves every node while it can."""

    def is_able(self) -> bool:
        """Whether attempts are carried out here."""

    def journal_id(self) -> str:
        """The id of the agent's journal."""


class LocalDispatch:
    """Implements contracts.Dispatch: all nodes are served by one agent."""

    def __init__(self, agent: LocalAgent) -> None:
        self._agent = agent

    def execute_task_on_instance(
        self,
        attempts: Sequence[tuple[contracts.TaskAttempt, contracts.Instance]],
        context: Mapping[str, str],
    ) -> None:
        """Have the agent carry attempts out."""
        self._agent.execute_task_on_instance(attempts)

    def cancel_task(self, node: str, attempt_ids: Sequence[str]) -> None:
        """Have the agent end attempts."""
        self._agent.cancel_task(attempt_ids)

    def forget_run(self, nodes: Sequence[str], run: int) -> None:
        """Tell the agent that the run ended."""
        self._agent.forget_run(run)

    def journal_of(self, node: str) -> str | None:
        """The journal of the agent, whatever the node."""
        return self._agent.journal_id() if self._agent.is_able() else None

    def is_served(self, node: str) -> bool:
        """Whether the agent carries attempts out."""
        return self._agent.is_able()

    def silent_for(self, node: str) -> float | None:
        """No time while the agent is able."""
        return 0.0 if self._agent.is_able() else None

    def heard_at(self, node: str) -> float | None:
        """This moment while the agent is able."""
        return clock.steady() if self._agent.is_able() else None

    def can_hear(self) -> bool:
        """Always: it is part of this process."""
        return True
