"""TaskFlow's flow detail of a run, from its rows."""

from collections.abc import Mapping
from typing import Any

from taskflow import states as taskflow_states
from taskflow.persistence import models

from trailmark.common import states
from trailmark.common.states import ExecutionState
from trailmark.db import records
from trailmark.flows import compile as compiled
from trailmark.flows import plan


def restore(
    run: compiled.RunFlow, rows: Mapping[records.Key, records.StoredExecution]
) -> Any:
    """The flow detail of a new, resumed or adopted run.

    What the engine ends itself counts as done only if everything before it
    is: a sync point that was passed once is to hold back the rest again.
    """
    detail = models.FlowDetail(run.name, run.name)
    done: set[compiled.Execution] = set()
    for execution in run.ordered:
        if execution.key is not None:
            _recall(execution, rows[execution.key])
        before = run.graph.predecessors(execution)
        if _is_done(execution, done.issuperset(before)):
            done.add(execution)
            _block_after(run, execution)
        atom = models.TaskDetail(execution.name, execution.name)
        atom.state = (
            taskflow_states.SUCCESS
            if execution in done
            else taskflow_states.PENDING
        )
        detail.add(atom)
    return detail


def _recall(
    execution: compiled.Execution, row: records.StoredExecution
) -> None:
    execution.state = row.state
    execution.attempt = row.attempt
    execution.retries_left = row.retries_left
    execution.interruptions = row.interruptions
    execution.deadline_at = row.deadline_at
    execution.journal = row.journal
    execution.not_before = row.not_before
    execution.started_at = row.started_at
    execution.again = row.state == ExecutionState.RUNNING
    if row.state == ExecutionState.SKIPPED:
        execution.skip()


def _is_done(execution: compiled.Execution, all_before: bool) -> bool:
    if not execution.is_local:
        return execution.state in states.FINISHED_STATES
    ended = execution.state in states.FINISHED_STATES
    if all_before and (ended or execution.key is None):
        if not ended:
            execution.state = _passed(execution)
        return True
    if ended:
        execution.settled = True
        execution.state = ExecutionState.PENDING
    return False


def _passed(execution: compiled.Execution) -> ExecutionState:
    if execution.blocked and execution.kind != plan.Kind.SYNC:
        return ExecutionState.DEP_FAILED
    return ExecutionState.READY


def _block_after(run: compiled.RunFlow, execution: compiled.Execution) -> None:
    if execution.is_bad:
        for after in run.graph.successors(execution):
            after.blocked = True
