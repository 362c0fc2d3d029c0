"""Executions of runs as they are now: restored, paged, counted."""

import functools
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from trailmark.common import exceptions
from trailmark.common.states import ExecutionState
from trailmark.db import counting, history_pages, naming, records, tables
from trailmark.db.connection import Database

_RESTORE = sa.text(
    'SELECT graph_no, node_no, task_no, state, attempt, retries_left,'
    ' interruptions, deadline_at, journal, not_before, started_at'
    ' FROM tasks_history WHERE run_id = :run'
)
_H = tables.tasks_history.c


def restore(
    db: Database, run: int
) -> dict[records.Key, records.StoredExecution]:
    """Every execution of a run by its key. Raises DatabaseUnavailable."""

    @functools.cache
    def stored(state: str, *rest: Any) -> records.StoredExecution:
        # Most rows of a run are alike; the record is frozen.
        return records.StoredExecution(ExecutionState(state), *rest)

    with db.reader() as connection:
        rows = connection.execute(_RESTORE, {'run': run})
        return {(r[0], r[1], r[2]): stored(*r[3:]) for r in rows}


def runs_attempt(
    db: Database, run: int, key: records.Key, attempt: int
) -> bool:
    """Whether this attempt of an execution is the one that runs now."""
    which = zip((_H.graph_no, _H.node_no, _H.task_no), key, strict=True)
    with db.reader() as connection:
        found = connection.execute(
            sa.select(_H.attempt).where(
                _H.run_id == run,
                _H.state == ExecutionState.RUNNING,
                *(column == number for column, number in which),
            )
        ).scalar()
    return found == attempt


def page(
    db: Database,
    *,
    run: int | None = None,
    cluster: int | None = None,
    nodes: Sequence[str | int] = (),
    statuses: Sequence[str] = (),
    tasks: Sequence[str] = (),
    after: int | None = None,
    limit: int | None = 100,
    summary: bool = False,
) -> list[records.HistoryRow]:
    """Executions, of the newest run first, within a run by their key.

    `cluster` is an id; `nodes` are names or ids; tasks may be `type:name`;
    `after` is the id of the last row of the page before. Raises NotFound
    for an unknown run or marker, DatabaseUnavailable.
    """
    found: list[records.HistoryRow] = []
    with db.reader() as connection:
        marker = None
        if after is not None:
            marker = history_pages.key_of(connection, after)
        for one in history_pages.runs_of(
            connection, run, cluster, nodes, after
        ):
            which = history_pages.which(
                connection, one, nodes, statuses, tasks
            )
            if which is None:
                continue
            if marker and after and one == history_pages.run_of(after):
                which.append(history_pages.beyond(db.dialect, marker))
            left = None if limit is None else limit - len(found)
            found += history_pages.rows(connection, one, which, left, summary)
            if limit is not None and len(found) >= limit:
                break
    return found


def executed_tasks(db: Database, run: int) -> set[tuple[str, str]]:
    """Graph type and name of each task that has rows in a run."""
    t = tables.run_tasks.c
    with db.reader() as connection:
        kinds = naming.graph_types(connection, run)
        rows = connection.execute(
            sa.select(t.graph_no, t.name).where(t.run_id == run)
        )
        return {(kinds[graph], name) for graph, name in rows}


def get(
    db: Database, run: int, task: str, node: str | None = None
) -> records.HistoryRow:
    """The execution of a task on a node, with its summary.

    Without a node it must be the only one of the task. Raises NotFound,
    DatabaseUnavailable.
    """
    rows = page(
        db,
        run=run,
        tasks=[task],
        nodes=[node] if node is not None else [],
        limit=2,
        summary=True,
    )
    if len(rows) == 1:
        return rows[0]
    kind = f'execution in run {run} named'
    if rows:
        kind = f'single execution in run {run} named'
    name = f'{task}@{node}' if node is not None else task
    raise exceptions.NotFound(kind=kind, name=name)


def failed(
    db: Database, run: int, limit: int = 1000
) -> list[records.HistoryRow]:
    """Executions of a run in error, with summaries."""
    return page(
        db,
        run=run,
        statuses=[ExecutionState.ERROR],
        limit=limit,
        summary=True,
    )


def counts(db: Database, run: int) -> dict[str, int]:
    """Executions of a run by state."""
    with db.reader() as connection:
        return counting.counts(connection, [run])[run]


def node_counts(
    db: Database, run: int
) -> list[tuple[str | None, dict[str, int]]]:
    """Executions by state of each node of a run, in the nodes' order.

    The name is None for what has no node.
    """
    n = tables.run_nodes.c
    number = sa.func.count()
    with db.reader() as connection:
        names = connection.execute(
            sa.select(n.node_no, n.name)
            .where(n.run_id == run)
            .order_by(n.node_no)
        ).all()
        rows = connection.execute(
            sa.select(_H.node_no, _H.state, number)
            .where(_H.run_id == run)
            .group_by(_H.node_no, _H.state)
        )
        found: dict[int, dict[str, int]] = {}
        for node_no, state, counted in rows:
            found.setdefault(node_no, {})[state] = counted
    return [(name, found[no]) for no, name in names if no in found]
