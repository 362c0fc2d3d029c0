"""Runs as one node sees them: requests, and the attempts made for them."""

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from trailmark.common import exceptions
from trailmark.common.states import Asked, ExecutionState, RunState
from trailmark.db import instance_records, servers, tables
from trailmark.db.connection import Database

_R, _RN, _H, _X, _E = (
    tables.runs.c,
    tables.run_nodes.c,
    tables.tasks_history.c,
    tables.task_transitions.c,
    tables.audit.c,
)


def list_of(
    db: Database,
    server: int,
    limit: int | None = None,
    marker: int | None = None,
    since: int | None = None,
    before: int | None = None,
) -> list[instance_records.InstanceRun]:
    """The run of each request for a node that stands for it, newest first.

    Of several that came of one request it is the newest. `marker` is a
    run's id; with moments, only what changed then, both inclusive. Raises
    DatabaseUnavailable.
    """
    which = [_R.hidden_at.is_(None), ~_has_later(server)]
    if marker is not None:
        which.append(_R.id < marker)
    with db.reader() as connection:
        if since is not None or before is not None:
            which.append(_changed(connection, server, since, before))
        return read(connection, server, which, limit)


def find(
    db: Database, server: int, request_id: str
) -> instance_records.InstanceRun:
    """The run that stands for a request. Raises NotFound."""
    with db.reader() as connection:
        found = read(connection, server, [_R.request_id == request_id], 1)
    if not found:
        raise exceptions.NotFound(
            kind=f'action of server {server} with request', name=request_id
        )
    return found[0]


def read(
    connection: sa.Connection,
    server: int,
    which: Sequence[sa.ColumnElement[bool]],
    limit: int | None,
) -> list[instance_records.InstanceRun]:
    """The newest runs that were meant for a node, of those chosen."""
    rows = connection.execute(
        sa.select(tables.runs, _RN.node_no)
        .join(tables.run_nodes, _RN.run_id == _R.id)
        .where(_is_of(server), *which)
        .order_by(_R.id.desc())
        .limit(limit)
    ).all()
    unsure = [
        row.id
        for row in rows
        if row.counts is None or ExecutionState.ERROR in json.loads(row.counts)
    ]
    failed = _with_errors(connection, server, unsure)
    return [_run(connection, server, row, row.id in failed) for row in rows]


def attempts(
    db: Database, run: instance_records.InstanceRun
) -> list[instance_records.InstanceAttempt]:
    """Every attempt of a run on a node, the latest first.

    Raises DatabaseUnavailable.
    """
    with db.reader() as connection:
        faults = _faults(connection, run)
        last = _last_attempts(connection, run)
        found = list(_attempts(connection, run, last, faults))
    return sorted(
        found, key=lambda each: (each.started_at, each.key), reverse=True
    )


def _is_of(server: int) -> sa.ColumnElement[bool]:
    return sa.and_(
        _RN.node_id == server, _RN.chosen.is_(True), servers.counts()
    )


def _has_later(server: int) -> sa.ColumnElement[bool]:
    """Whether a later run for the node came of the same request."""
    later, its = tables.runs.alias('later'), tables.run_nodes.alias('its')
    return (
        sa.select(later.c.id)
        .join_from(later, its, its.c.run_id == later.c.id)
        .where(
            *(later.c.request_id == _R.request_id, later.c.id > _R.id),
            *(later.c.hidden_at.is_(None), servers.counts(later.c)),
            *(its.c.node_id == server, its.c.chosen.is_(True)),
        )
        .correlate(tables.runs)
        .exists()
    )


def _changed(
    connection: sa.Connection,
    server: int,
    since: int | None,
    before: int | None,
) -> sa.ColumnElement[bool]:
    """Condition: runs that changed within a time.

    What has ended changed last when it ended; of a node, one at most has
    not ended.
    """
    ended: list[sa.ColumnElement[bool]] = [_R.ended_at.is_not(None)]
    if since is not None:
        ended.append(_R.ended_at >= since)
    if before is not None:
        ended.append(_R.ended_at <= before)
    active = [
        run.run
        for run in read(connection, server, [_R.ended_at.is_(None)], None)
        if (since is None or run.updated_at >= since)
        and (before is None or run.updated_at <= before)
    ]
    return sa.or_(sa.and_(*ended), _R.id.in_(active))


def _with_errors(
    connection: sa.Connection, server: int, runs: Sequence[int]
) -> Collection[int]:
    """Those of the runs in which an execution of a node is in error.

    With the number of the graph a row is found by its key.
    """
    g = tables.run_graphs.c
    found = connection.execute(
        sa.select(_RN.run_id)
        .join_from(tables.run_nodes, tables.run_graphs, g.run_id == _RN.run_id)
        .join(
            tables.tasks_history,
            sa.and_(
                _H.run_id == _RN.run_id,
                _H.graph_no == g.graph_no,
                _H.node_no == _RN.node_no,
            ),
        )
        .where(
            _RN.node_id == server,
            _RN.run_id.in_(runs),
            _H.state == ExecutionState.ERROR,
        )
        .distinct()
    )
    return set(found.scalars())


def _run(
    connection: sa.Connection, server: int, row: sa.Row[Any], failed: bool
) -> instance_records.InstanceRun:
    asked = json.loads(row.request).get('context') or {}
    return instance_records.InstanceRun(
        run=row.id,
        server=server,
        node_no=row.node_no,
        graph_types=tuple(json.loads(row.graph_types)),
        request_id=row.request_id,
        user=asked.get('user') or row.actor,
        project=asked.get('project'),
        state=RunState(row.state),
        asked=Asked(row.asked),
        created_at=row.created_at,
        started_at=row.started_at,
        ended_at=row.ended_at,
        updated_at=row.ended_at or _updated_at(connection, row),
        failed=failed,
    )


def _updated_at(connection: sa.Connection, row: sa.Row[Any]) -> int:
    """When something last happened to a run that goes on, on a node."""
    moved = sa.select(sa.func.max(_X.at)).where(
        _X.run_id == row.id, _X.node_no == row.node_no
    )
    asked = sa.select(sa.func.max(_E.at)).where(_E.run_id == row.id)
    moments = (connection.execute(query).scalar() for query in (moved, asked))
    return int(max(row.created_at, *(moment or 0 for moment in moments)))


def _faults(
    connection: sa.Connection, run: instance_records.InstanceRun
) -> dict[tuple[int, int, int, int], tuple[str, str | None]]:
    f = tables.faults.c
    rows = connection.execute(
        sa.select(
            *(f.graph_no, f.node_no, f.task_no, f.attempt, f.kind, f.message)
        ).where(f.run_id == run.run, f.node_no == run.node_no)
    )
    return {tuple(row[:4]): (row.kind, row.message) for row in rows}


def _last_attempts(
    connection: sa.Connection, run: instance_records.InstanceRun
) -> dict[tuple[int, int, int, int], sa.Row[Any]]:
    """Rows of the history, by their key and attempt."""
    a = tables.agents.c
    rows: Iterable[Any] = connection.execute(
        sa.select(
            *(_H.graph_no, _H.node_no, _H.task_no, _H.attempt),
            *(_H.started_at, _H.ended_at, a.host),
        )
        .join_from(
            tables.tasks_history,
            tables.run_nodes,
            sa.and_(_RN.run_id == _H.run_id, _RN.node_no == _H.node_no),
        )
        .outerjoin(
            tables.agents,
            sa.and_(a.journal == _H.journal, a.node == _RN.name),
        )
        .where(_H.run_id == run.run, _H.node_no == run.node_no)
    )
    return {tuple(row[:4]): row for row in rows}


def _attempts(
    connection: sa.Connection,
    run: instance_records.InstanceRun,
    last: dict[tuple[int, int, int, int], sa.Row[Any]],
    faults: dict[tuple[int, int, int, int], tuple[str, str | None]],
) -> Iterator[instance_records.InstanceAttempt]:
    """From the transitions into `running` and out of it."""
    t = tables.run_tasks.c
    rows = connection.execute(
        sa.select(tables.task_transitions, t.name)
        .join(
            tables.run_tasks,
            sa.and_(t.run_id == _X.run_id, t.task_no == _X.task_no),
        )
        .where(
            *(_X.run_id == run.run, _X.node_no == run.node_no),
            sa.or_(
                _X.new_state == ExecutionState.RUNNING,
                _X.old_state == ExecutionState.RUNNING,
            ),
        )
        .order_by(_X.id)
    ).all()
    ends = {
        (*_key(row), row.attempt): row
        for row in rows
        if row.old_state == ExecutionState.RUNNING
    }
    for row in rows:
        if row.new_state == ExecutionState.RUNNING:
            which = (*_key(row), row.attempt)
            yield _attempt(
                row, ends.get(which), last.get(which), faults.get(which)
            )


def _attempt(
    begun: sa.Row[Any],
    ended: sa.Row[Any] | None,
    row: sa.Row[Any] | None,
    fault: tuple[str, str | None] | None,
) -> instance_records.InstanceAttempt:
    kind, message = fault or (None, ended.message if ended else None)
    moment = ended.at if ended else None
    return instance_records.InstanceAttempt(
        key=_key(begun),
        task=begun.name,
        attempt=begun.attempt,
        started_at=(row and row.started_at) or begun.at,
        ended_at=(moment and row and row.ended_at) or moment,
        state=ExecutionState(ended.new_state) if ended else None,
        host=row.host if row else None,
        kind=kind,
        message=message,
    )


def _key(row: sa.Row[Any]) -> tuple[int, int, int]:
    return row.graph_no, row.node_no, row.task_no
