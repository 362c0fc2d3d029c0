"""What the outcome of an attempt means for its execution."""

import dataclasses
import json
from collections.abc import Mapping
from typing import Any

from trailmark.common.states import ExecutionState
from trailmark.engine import history, settings
from trailmark.flows import compile as compiled
from trailmark.messaging import contracts

#: Seconds until a machine that was short of something is asked again.
SHORTAGE_PAUSE = 5.0


@dataclasses.dataclass(frozen=True, slots=True)
class Verdict:
    """The state that an execution goes to; pending: another attempt."""

    state: ExecutionState
    message: str | None


class Judge:
    """Decides between the end of an execution and its next attempt."""

    def __init__(
        self, buffer: history.RunHistory, options: settings.Settings
    ) -> None:
        self._history, self._settings = buffer, options

    def judge(
        self,
        execution: compiled.Execution,
        outcome: contracts.Outcome,
        stopping: bool,
    ) -> Verdict:
        """Write down what the attempt left, and say what comes next."""
        self._keep(execution, outcome)
        state = outcome.state
        if state == ExecutionState.ERROR:
            if outcome.fault == contracts.SHORTAGE:
                return self._not_begun(execution, outcome)
            if outcome.interrupted:
                return self._interrupted(execution, outcome)
            return self._failed(execution, outcome)
        if state == ExecutionState.CANCELLED and not stopping:
            return Verdict(ExecutionState.ERROR, outcome.message)
        return Verdict(state, outcome.message)

    def _keep(
        self, execution: compiled.Execution, outcome: contracts.Outcome
    ) -> None:
        if outcome.summary:
            body = _bounded(outcome.summary, self._settings.summary_limit)
            self._history.summary(execution, body)
        if outcome.state != ExecutionState.READY:
            kind = outcome.fault or 'Failed'
            self._history.fault(
                execution, kind, outcome.message, outcome.traceback
            )

    def _interrupted(
        self, execution: compiled.Execution, outcome: contracts.Outcome
    ) -> Verdict:
        """Guard: interruption-limit."""
        assert execution.task is not None
        if execution.task.on_interrupt == 'fail':
            return Verdict(ExecutionState.ERROR, outcome.message)
        execution.interruptions += 1
        most = self._settings.max_interruptions
        if execution.interruptions > most:
            message = f'interrupted more than {most} times'
            return Verdict(ExecutionState.ERROR, message)
        execution.not_before = None
        return Verdict(ExecutionState.PENDING, outcome.message)

    def _failed(
        self, execution: compiled.Execution, outcome: contracts.Outcome
    ) -> Verdict:
        task = execution.task
        assert task is not None
        left = execution.retries_left
        left = task.retries if left is None else left
        if left <= 0 or outcome.fault == 'Unconfirmed':
            return Verdict(ExecutionState.ERROR, outcome.message)
        execution.retries_left = left - 1
        return self._later(execution, outcome, task.interval)

    def _not_begun(
        self, execution: compiled.Execution, outcome: contracts.Outcome
    ) -> Verdict:
        """Nothing of it was done: it waits, however often that happens."""
        return self._later(execution, outcome, SHORTAGE_PAUSE)

    def _later(
        self,
        execution: compiled.Execution,
        outcome: contracts.Outcome,
        seconds: float,
    ) -> Verdict:
        """The next attempt, after so long a time by the database's clock."""
        if seconds:
            due = self._history.now() + int(seconds * 1_000_000)
            execution.not_before = due
        return Verdict(ExecutionState.PENDING, outcome.message)


def _bounded(summary: Mapping[str, Any], most: int) -> Mapping[str, Any]:
    """The summary, or the beginning of its JSON if that is too long."""
    text = json.dumps(summary)
    if len(text) <= most:
        return summary
    return {'cut': f'{len(text) - most} bytes cut', 'beginning': text[:most]}


def given_up(
    attempt_id: str, message: str, cancelled: bool
) -> contracts.Outcome:
    """The outcome of an attempt of which nobody knows how it ended."""
    state = ExecutionState.CANCELLED if cancelled else ExecutionState.ERROR
    return contracts.Outcome(attempt_id, state, message, 'Unconfirmed')
