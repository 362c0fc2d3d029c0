"""How far a run is: executions by state of each of its nodes and tasks."""

import itertools
from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from trailmark.db import counters, naming, records, tables
from trailmark.db.connection import Database


def of_nodes(
    db: Database,
    run: int,
    after: int | None = None,
    limit: int | None = None,
    statuses: Sequence[str] = (),
) -> list[records.Progress]:
    """Progress of each node, in the nodes' order; some have no executions.

    `after` is the number of the last node of the page before; with
    `statuses`, only nodes that have an execution in one of them. The name
    is None for what has no node. Raises DatabaseUnavailable.
    """
    with db.reader() as connection:
        found = _counted(
            connection,
            run,
            tables.run_nodes,
            'node_no',
            after,
            limit,
            statuses,
        )
        return [
            records.Progress(row.node_no, row.name, None, counts)
            for row, counts in found
        ]


def of_tasks(
    db: Database,
    run: int,
    after: int | None = None,
    limit: int | None = None,
    statuses: Sequence[str] = (),
) -> list[records.Progress]:
    """Progress of each task in their order, with the type of its graph.

    As of nodes.
    """
    with db.reader() as connection:
        kinds = naming.graph_types(connection, run)
        found = _counted(
            connection,
            run,
            tables.run_tasks,
            'task_no',
            after,
            limit,
            statuses,
        )
        return [
            records.Progress(
                row.task_no, row.name, kinds[row.graph_no], counts
            )
            for row, counts in found
        ]


def _counted(
    connection: sa.Connection,
    run: int,
    table: sa.Table,
    by: counters.By,
    after: int | None,
    limit: int | None,
    statuses: Sequence[str],
) -> Iterator[tuple[Any, dict[str, int]]]:
    """Rows of a table with counters, and what these are now."""
    r, number = tables.runs.c, table.c[by]
    # Counters, and up to where they count, as of one moment.
    listed = (
        sa.select(table, r.counted_to)
        .join(tables.runs, r.id == table.c.run_id)
        .where(
            table.c.run_id == run, number > (-1 if after is None else after)
        )
        .order_by(number)
        # What states there are is known only with what came since.
        .limit(None if statuses else limit)
    )
    rows = connection.execute(listed).all()
    if not rows:
        return iter(())
    changes = counters.since(connection, run, rows[0].counted_to, by)
    found = (
        (row, counters.now(row, changes.get(getattr(row, by)))) for row in rows
    )
    if statuses:
        found = (each for each in found if any(map(each[1].get, statuses)))
    return itertools.islice(found, limit)
