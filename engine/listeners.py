"""TaskFlow listeners that fill the buffer of a run.

TaskFlow logs and swallows what a listener raises, so these touch nothing
that can fail: they never speak to the database.
"""

from collections.abc import Mapping
from typing import Any

from taskflow import states
from taskflow.listeners import base

from trailmark.engine import history
from trailmark.flows import compile as compiled


class HistoryListener(base.Listener):
    """Writes into the run's buffer how every execution ended."""

    def __init__(
        self,
        engine: Any,
        run: compiled.RunFlow,
        buffer: history.RunHistory,
    ) -> None:
        super().__init__(engine, task_listen_for=(states.SUCCESS,))
        self._executions = {execution.name: execution for execution in run}
        self._buffer = buffer

    def _task_receiver(self, state: str, details: Mapping[str, Any]) -> None:
        execution = self._executions[details['task_name']]
        self._buffer.change(execution, *details['result'])
