"""How far the runs of a node have come on it."""

from collections.abc import Sequence

import sqlalchemy as sa

from trailmark.common import exceptions
from trailmark.common.states import ExecutionState, RunState
from trailmark.db import (
    instance_actions,
    instance_failures,
    instance_records,
    tables,
)
from trailmark.db.connection import Database

_R, _RN, _H, _T, _K, _F = (
    tables.runs.c,
    tables.run_nodes.c,
    tables.tasks_history.c,
    tables.run_tasks.c,
    tables.checkpoints.c,
    tables.faults.c,
)


def list_of(
    db: Database,
    server: int,
    limit: int,
    marker: int | None = None,
    states: Sequence[RunState] = (),
    since: int | None = None,
) -> list[instance_records.InstanceRun]:
    """Runs for a node, newest first; `since` is when they were asked for.

    `marker` is a run's id. Raises DatabaseUnavailable.
    """
    which: list[sa.ColumnElement[bool]] = [_R.hidden_at.is_(None)]
    if marker is not None:
        which.append(_R.id < marker)
    if states:
        which.append(_R.state.in_(states))
    if since is not None:
        which.append(_R.created_at > since)
    with db.reader() as connection:
        return instance_actions.read(connection, server, which, limit)


def get(db: Database, server: int, run: int) -> instance_records.InstanceRun:
    """One run for a node. Raises NotFound, DatabaseUnavailable."""
    with db.reader() as connection:
        found = instance_actions.read(connection, server, [_R.id == run], 1)
    if not found:
        raise exceptions.NotFound(
            kind=f'task of server {server} with id', name=run
        )
    return found[0]


def is_shared(db: Database, run: instance_records.InstanceRun) -> bool:
    """Whether a run is meant for other nodes too, `master` apart."""
    with db.reader() as connection:
        other = connection.execute(
            sa.select(_RN.node_no)
            .where(
                *(_RN.run_id == run.run, _RN.chosen.is_(True)),
                _RN.node_id != run.server,
            )
            .limit(1)
        ).first()
    return other is not None


def progress(
    db: Database, found: Sequence[instance_records.InstanceRun]
) -> list[instance_records.Progress]:
    """How far each run has come. Raises DatabaseUnavailable."""
    places = [(run.run, run.node_no) for run in found]
    with db.reader() as connection:
        counts = _counts(connection, places)
        failures = instance_failures.of_places(connection, places)
        checkpoints = _checkpoints(connection, places)
    return [
        instance_records.Progress(
            counts.get(place, {}),
            failures[place][-1] if place in failures else None,
            checkpoints.get(place),
        )
        for place in places
    ]


def items(
    db: Database, run: instance_records.InstanceRun
) -> list[instance_records.InstanceItem]:
    """The executions of a run on its node, in the order of their tasks.

    Raises DatabaseUnavailable.
    """
    with db.reader() as connection:
        rows = connection.execute(
            sa.select(
                *(_H.task_no, _T.name, _H.state, _H.started_at),
                *(_H.ended_at, _F.kind),
            )
            .join_from(
                tables.tasks_history,
                tables.run_tasks,
                sa.and_(_T.run_id == _H.run_id, _T.task_no == _H.task_no),
            )
            .outerjoin(
                tables.faults,
                sa.and_(
                    instance_failures.is_of_execution(),
                    _F.attempt == _H.attempt,
                ),
            )
            .where(_H.run_id == run.run, _H.node_no == run.node_no)
            .order_by(_H.graph_no, _H.task_no)
        )
        return [
            instance_records.InstanceItem(
                number, name, ExecutionState(state), *rest
            )
            for number, name, state, *rest in rows
        ]


def _counts(
    connection: sa.Connection, places: Sequence[instance_failures.Place]
) -> dict[instance_failures.Place, dict[str, int]]:
    found: dict[instance_failures.Place, dict[str, int]] = {}
    rows = connection.execute(
        sa.select(_H.run_id, _H.node_no, _H.state, sa.func.count())
        .where(instance_failures.at_places(_H.run_id, _H.node_no, places))
        .group_by(_H.run_id, _H.node_no, _H.state)
    )
    for run, node_no, state, number in rows:
        found.setdefault((run, node_no), {})[state] = number
    return found


def _checkpoints(
    connection: sa.Connection, places: Sequence[instance_failures.Place]
) -> dict[instance_failures.Place, instance_records.LastCheckpoint]:
    found: dict[instance_failures.Place, instance_records.LastCheckpoint] = {}
    rows = connection.execute(
        sa.select(_K.run_id, _K.node_no, _T.name, _K.body, _K.at)
        .join_from(
            tables.checkpoints,
            tables.run_tasks,
            sa.and_(_T.run_id == _K.run_id, _T.task_no == _K.task_no),
        )
        .where(instance_failures.at_places(_K.run_id, _K.node_no, places))
        .order_by(_K.at, _K.graph_no, _K.task_no, _K.attempt)
    )
    for run, node_no, name, body, at in rows:
        place = (run, node_no)
        before = found[place].seq if place in found else 0
        found[place] = instance_records.LastCheckpoint(
            before + 1, name, body, at
        )
    return found
