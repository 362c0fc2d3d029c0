"""Executions of runs as they are now: restored, paged, counted."""

import functools
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from trailmark.common import exceptions
from trailmark.common.states import ExecutionState
from trailmark.db import (
    counting,
    history_filters,
    history_pages,
    records,
    tables,
)
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
    types: Sequence[str] = (),
    after: int | None = None,
    limit: int | None = 100,
    summary: bool = False,
) -> list[records.HistoryRow]:
    """Executions, of the newest run first, within a run by their key.

    `cluster` is an id; `nodes` are names or ids; tasks may be `type:name`;
    `types` are those of graphs; `after` is the id of the last row of the
    page before. Raises NotFound for an unknown run or marker,
    DatabaseUnavailable.
    """
    which = history_filters.Filter(run, cluster, nodes, statuses, tasks, types)
    return page_of(db, which, after, limit, summary)


def page_of(
    db: Database,
    which: history_filters.Filter,
    after: int | None = None,
    limit: int | None = 100,
    summary: bool = False,
) -> list[records.HistoryRow]:
    """The same, of what a filter chooses."""
    with db.reader() as connection:
        return history_pages.read(
            db.dialect, connection, which, after, limit, summary
        )


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


def executed_tasks(db: Database, run: int) -> set[tuple[str, str]]:
    """Graph type and name of each task of a run that has executions."""
    g, t = tables.run_graphs.c, tables.run_tasks.c
    same = sa.and_(g.run_id == t.run_id, g.graph_no == t.graph_no)
    found = sa.select(g.type, t.name).join(tables.run_tasks, same)
    with db.reader() as connection:
        rows = connection.execute(found.where(t.run_id == run))
        return {(kind, name) for kind, name in rows}


def counts(db: Database, run: int) -> dict[str, int]:
    """Executions of a run by state: all of them are read."""
    with db.reader() as connection:
        return counting.of_rows(connection, run)
