"""What a resume does to the executions of a run, and what it skips."""

from collections.abc import Sequence

import sqlalchemy as sa

from trailmark.common import exceptions, states
from trailmark.common.states import ExecutionState
from trailmark.db import moves, naming

_UNDONE = ', '.join(f"'{state}'" for state in sorted(states.UNDONE_STATES))
_SKIPPABLE = ', '.join(
    f"'{old}'"
    for old, new in sorted(states.EXECUTION_TRANSITIONS)
    if new == ExecutionState.SKIPPED
)
_BUDGET = sa.text(
    'UPDATE tasks_history SET retries_left = NULL, interruptions = 0,'
    " not_before = NULL WHERE run_id = :run AND state IN ('pending',"
    " 'running') AND (retries_left IS NOT NULL OR interruptions <> 0"
    ' OR not_before IS NOT NULL)'
)

#: Executions whose last attempt may still run, and the journal that has it.
_UNCONFIRMED = sa.text(
    'SELECT h.graph_no, h.node_no, h.task_no, h.journal'
    ' FROM tasks_history h WHERE h.run_id = :run'
    f' AND h.state IN ({_UNDONE}) AND h.journal IS NOT NULL'
    ' AND EXISTS (SELECT 1 FROM faults f WHERE f.run_id = h.run_id'
    ' AND f.graph_no = h.graph_no AND f.node_no = h.node_no'
    ' AND f.task_no = h.task_no AND f.attempt = h.attempt'
    " AND f.kind = 'Unconfirmed')"
)
_KEEP_JOURNAL = sa.text(
    'UPDATE tasks_history SET journal = :journal WHERE run_id = :run'
    ' AND graph_no = :graph_no AND node_no = :node_no AND task_no = :task_no'
    " AND state = 'pending'"
)


def reset(
    connection: sa.Connection,
    run: int,
    above: int,
    skip: Sequence[tuple[str, str | None]],
) -> None:
    """Skip what is to be skipped; make pending again what is undone.

    Where the end of the last attempt was never confirmed, its journal is
    kept: only its agents may start the next one. Ids of the transitions
    follow `above`. Raises NotFound for what names no execution of the run.
    """
    for task, node in skip:
        above += _skip(connection, run, above, task, node)
    unconfirmed = connection.execute(_UNCONFIRMED, {'run': run}).all()
    moves.move(
        connection,
        run,
        above,
        f'h.state IN ({_UNDONE})',
        ExecutionState.PENDING,
        'resume',
    )
    connection.execute(_BUDGET, {'run': run})
    if unconfirmed:
        rows = [{**row._mapping, 'run': run} for row in unconfirmed]
        connection.execute(_KEEP_JOURNAL, rows)


def _skip(
    connection: sa.Connection,
    run: int,
    above: int,
    task: str,
    node: str | None,
) -> int:
    numbers = naming.task_numbers(connection, run, [task])
    which = f'h.task_no IN ({", ".join(map(str, numbers)) or "-1"})'
    if node is not None:
        which += (
            ' AND h.node_no IN (SELECT n.node_no FROM run_nodes n'
            ' WHERE n.run_id = :run AND n.name = :node)'
        )
    values = {'node': node} if node is not None else {}
    found = connection.execute(
        sa.text(
            'SELECT 1 FROM tasks_history h WHERE h.run_id = :run'
            f' AND {which} LIMIT 1'
        ),
        {'run': run, **values},
    ).first()
    if found is None:
        name = f'{task}@{node}' if node else task
        raise exceptions.NotFound(
            kind=f'execution in run {run} named', name=name
        )
    return moves.move(
        connection,
        run,
        above,
        f'{which} AND h.state IN ({_SKIPPABLE})',
        ExecutionState.SKIPPED,
        'skip',
        values,
    )
