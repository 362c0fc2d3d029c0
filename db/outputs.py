"""What running attempts print, as far as it was heard: the end of it."""

from collections.abc import Iterable

import sqlalchemy as sa

from trailmark.common import clock
from trailmark.common.states import ExecutionState
from trailmark.db import bulk, records, tables
from trailmark.db.connection import Database

_TABLE = tables.task_outputs


def save(db: Database, run: int, outputs: Iterable[records.Output]) -> None:
    """Replace what was known of these executions.

    Raises DatabaseUnavailable.
    """
    t = _TABLE.c
    with db.writer() as connection:
        for each in outputs:
            graph_no, node_no, task_no = each.key
            key = {
                'run_id': run,
                'graph_no': graph_no,
                'node_no': node_no,
                'task_no': task_no,
            }
            connection.execute(
                _TABLE.delete().where(
                    *(t[name] == value for name, value in key.items())
                )
            )
            connection.execute(
                _TABLE.insert(),
                {
                    **key,
                    'attempt': each.attempt,
                    'size': each.size,
                    'tail': bulk.clean(each.tail) or '',
                    'at': clock.now(),
                },
            )


def of_run(db: Database, run: int) -> list[records.OutputRow]:
    """What attempts print that run now. Raises DatabaseUnavailable."""
    o, h = _TABLE.c, tables.tasks_history.c
    n, t = tables.run_nodes.c, tables.run_tasks.c
    keys = ('run_id', 'graph_no', 'node_no', 'task_no', 'attempt')
    found = (
        sa.select(t.name, n.name.label('node'), o.attempt, o.size, o.tail)
        .select_from(_TABLE)
        .join(
            tables.tasks_history, sa.and_(*(o[key] == h[key] for key in keys))
        )
        .join(
            tables.run_nodes,
            sa.and_(n.run_id == o.run_id, n.node_no == o.node_no),
        )
        .join(
            tables.run_tasks,
            sa.and_(t.run_id == o.run_id, t.task_no == o.task_no),
        )
        .where(o.run_id == run, h.state == ExecutionState.RUNNING)
        .order_by(o.at, o.node_no, o.task_no)
    )
    with db.reader() as connection:
        return [records.OutputRow(*row) for row in connection.execute(found)]


def drop(db: Database, run: int) -> None:
    """The run has ended: summaries have it all. Raises \
DatabaseUnavailable."""
    with db.writer() as connection:
        connection.execute(_TABLE.delete().where(_TABLE.c.run_id == run))
