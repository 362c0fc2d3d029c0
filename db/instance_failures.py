"""What failed on nodes, as their runs have it now."""

import itertools
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from trailmark.common.states import ExecutionState
from trailmark.db import instance_records, tables

_H, _F, _T = tables.tasks_history.c, tables.faults.c, tables.run_tasks.c
#: A node in a run: the run's id, and the node's number in it.
Place = tuple[int, int]


def of_places(
    connection: sa.Connection, places: Sequence[Place]
) -> dict[Place, list[instance_records.Failure]]:
    """Failures of each node in its run, the last one at the end."""
    found: dict[Place, list[instance_records.Failure]] = {}
    for failure in sorted(_failures(connection, places), key=lambda f: f.at):
        place = (failure.run, failure.node_no)
        found.setdefault(place, []).append(failure)
    return found


def at_places(
    run: Any, node_no: Any, places: Iterable[Place]
) -> sa.ColumnElement[bool]:
    """Condition: rows of these nodes in these runs."""
    nodes_of: dict[int, list[int]] = {}
    for number, node in places:
        nodes_of.setdefault(number, []).append(node)
    return sa.or_(
        sa.false(),
        *(
            sa.and_(run == number, node_no.in_(nodes))
            for number, nodes in nodes_of.items()
        ),
    )


def is_of_execution() -> sa.ColumnElement[bool]:
    """Condition: a fault is of the execution whose row is read."""
    return sa.and_(
        _F.run_id == _H.run_id,
        _F.graph_no == _H.graph_no,
        _F.node_no == _H.node_no,
        _F.task_no == _H.task_no,
    )


def _failures(
    connection: sa.Connection, places: Sequence[Place]
) -> Iterator[instance_records.Failure]:
    if not places:
        return
    rows: Iterable[Any] = connection.execute(
        sa.select(
            *(_H.run_id, _H.graph_no, _H.node_no, _H.task_no, _H.attempt),
            *(_H.ended_at, _H.message, _T.name, _F.kind),
            _F.attempt.label('failed'),
            _F.message.label('said'),
        )
        .join_from(
            tables.tasks_history,
            tables.run_tasks,
            sa.and_(_T.run_id == _H.run_id, _T.task_no == _H.task_no),
        )
        .outerjoin(tables.faults, is_of_execution())
        .where(
            at_places(_H.run_id, _H.node_no, places),
            _H.state == ExecutionState.ERROR,
        )
        .order_by(
            *(_H.run_id, _H.graph_no, _H.node_no, _H.task_no, _F.attempt)
        )
    )
    for _key, attempts in itertools.groupby(rows, lambda row: row[:4]):
        yield _failure(list(attempts))


def _failure(attempts: Sequence[sa.Row[Any]]) -> instance_records.Failure:
    """Of the rows of one execution, one for each attempt that failed."""
    last = attempts[-1]
    has_fault = last.failed is not None and last.failed == last.attempt
    return instance_records.Failure(
        run=last.run_id,
        graph_no=last.graph_no,
        node_no=last.node_no,
        task_no=last.task_no,
        attempt=last.attempt,
        task=last.name,
        # What could not even be started has no attempt that failed.
        kind=last.kind if has_fault else 'Unreachable',
        message=last.said if has_fault else last.message,
        at=last.ended_at or 0,
        harmless=all(map(_is_harmless, attempts)),
    )


def _is_harmless(row: sa.Row[Any]) -> bool:
    """Whether an attempt came no further than its first test."""
    if row.kind in ('TestFailed', 'Timeout'):
        return str(row.said).startswith('test_pre: ')
    return row.kind is None or row.kind == 'Refused'
