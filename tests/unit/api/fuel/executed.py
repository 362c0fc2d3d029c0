"""Runs whose history is written as an engine writes it."""

from collections.abc import Mapping
from typing import Any

from trailmark.common.states import ExecutionState
from trailmark.db import flushes, records, tasks_history


def finish(
    case: Any,
    task: str,
    node: str | None,
    summary: Mapping[str, Any],
    times: tuple[int, int],
    state: ExecutionState = ExecutionState.READY,
    message: str | None = None,
) -> None:
    """Let an execution of the last run that the engine got end.

    `times` are its start and end in seconds since the epoch.
    """
    run, claim = case.engine.executed[-1]
    row = tasks_history.get(case.db, run, task, node)
    key = (row.graph, row.node_no, row.task_no)
    started, ended = (1_000_000 * at for at in times)
    change = records.RowChange(
        key=key,
        base=ExecutionState.PENDING,
        state=state,
        attempt=1,
        retries_left=0,
        interruptions=0,
        deadline_at=None,
        journal=None,
        not_before=None,
        started_at=started,
        ended_at=ended,
        message=message,
    )
    moves = [
        records.Transition(key, old, new, 1, at)
        for old, new, at in (
            (ExecutionState.PENDING, ExecutionState.RUNNING, started),
            (ExecutionState.RUNNING, state, ended),
        )
    ]
    said = [records.Summary(key, 1, summary)]
    batch = records.Batch([change], moves, said)
    case.engine.executed[-1] = (run, flushes.flush(case.db, claim, batch))
