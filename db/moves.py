"""Many executions moved at once: their transitions and their rows."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from trailmark.common.states import ExecutionState
from trailmark.db import clocks

#: Columns that an execution keeps of its last attempt end with it.
_FRESH = (
    'retries_left = NULL, interruptions = 0, deadline_at = NULL,'
    ' journal = NULL, not_before = NULL'
)


def move(
    connection: sa.Connection,
    run: int,
    above: int,
    which: str,
    new: ExecutionState,
    message: str | None,
    values: Mapping[str, Any] | None = None,
) -> int:
    """Move the rows of a run that a condition picks; return how many.

    `which` is SQL over tasks_history `h` and must name the old states; ids
    of transitions follow `above`.
    """
    at = clocks.read(connection)
    params = {**(values or {}), 'run': run, 'new': new, 'at': at}
    where = f'h.run_id = :run AND ({which})'
    moved = connection.execute(
        sa.text(_TRANSITIONS + where),
        {**params, 'above': above, 'message': message},
    ).rowcount
    if moved:
        params['ended'] = None if new == ExecutionState.PENDING else at
        started = ', started_at = NULL' if params['ended'] is None else ''
        connection.execute(
            sa.text(
                'UPDATE tasks_history AS h SET state = :new,'
                f' ended_at = {_ENDED}, message = :message, {_FRESH}{started}'
                f' WHERE {where}'
            ),
            {**params, 'message': message if params['ended'] else None},
        )
    return moved


# What started by a clock that was set back since ends when it started.
_ENDED = 'CASE WHEN started_at > :ended THEN started_at ELSE :ended END'
_TRANSITIONS = (
    'INSERT INTO task_transitions (run_id, id, graph_no, node_no, task_no,'
    ' old_state, new_state, attempt, at, message)'
    ' SELECT h.run_id, :above + ROW_NUMBER() OVER'
    ' (ORDER BY h.graph_no, h.node_no, h.task_no), h.graph_no, h.node_no,'
    ' h.task_no, h.state, :new, h.attempt, :at, :message'
    ' FROM tasks_history h WHERE '
)
