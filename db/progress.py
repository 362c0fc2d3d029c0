"""How far a run is: executions by state of each of its nodes and tasks."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from trailmark.db import naming, records, tables
from trailmark.db.connection import Database

_H = tables.tasks_history.c
_N, _T = tables.run_nodes.c, tables.run_tasks.c


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
    listed = _listed(_N.run_id, _N.node_no, run, after, limit)
    listed = listed.add_columns(_N.name)
    with db.reader() as connection:
        kinds = naming.graph_types(connection, run)
        listed = listed.where(_has(run, _H.node_no, _N.node_no, statuses))
        found = connection.execute(listed).all()
        # Every graph's rows are in the nodes' order: a few ranges of the key.
        which = [_H.graph_no.in_(range(len(kinds)))]
        counts = _counts(connection, run, _H.node_no, found, which)
    return [
        records.Progress(number, name, None, counts[number])
        for number, name in found
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
    listed = _listed(_T.run_id, _T.task_no, run, after, limit)
    listed = listed.add_columns(_T.name, _T.graph_no)
    with db.reader() as connection:
        kinds = naming.graph_types(connection, run)
        listed = listed.where(_has(run, _H.task_no, _T.task_no, statuses))
        found = connection.execute(listed).all()
        counts = _counts(connection, run, _H.task_no, found)
    return [
        records.Progress(number, name, kinds[graph], counts[number])
        for number, name, graph in found
    ]


def _listed(
    run_id: sa.ColumnElement[int],
    number: sa.ColumnElement[int],
    run: int,
    after: int | None,
    limit: int | None,
) -> sa.Select[Any]:
    chosen = sa.select(number).where(run_id == run)
    if after is not None:
        chosen = chosen.where(number > after)
    return chosen.order_by(number).limit(limit)


def _has(
    run: int,
    number: sa.ColumnElement[int],
    listed: sa.ColumnElement[int],
    statuses: Sequence[str],
) -> sa.ColumnElement[bool]:
    """Condition: there is an execution of it in one of these states."""
    if not statuses:
        return sa.true()
    there = sa.select(number).where(_H.run_id == run)
    return listed.in_(there.where(_H.state.in_(statuses)))


def _counts(
    connection: sa.Connection,
    run: int,
    number: sa.ColumnElement[int],
    found: Sequence[Any],
    which: Sequence[sa.ColumnElement[bool]] = (),
) -> dict[int, dict[str, int]]:
    counts: dict[int, dict[str, int]] = {row[0]: {} for row in found}
    if not found:
        return counts
    counted = (
        sa.select(number, _H.state, sa.func.count())
        .where(_H.run_id == run, *which)
        .where(number.between(found[0][0], found[-1][0]))
        .group_by(number, _H.state)
    )
    for no, state, counted_so in connection.execute(counted):
        if no in counts:
            counts[no][state] = counted_so
    return counts
