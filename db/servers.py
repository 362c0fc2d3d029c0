"""Nodes as instances: what state they are in, and what of it failed."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from trailmark.common import exceptions, states
from trailmark.common.states import Asked, RunState
from trailmark.db import instance_failures, instance_records, tables
from trailmark.db.connection import Database

_N, _C, _R, _RN = (
    tables.nodes.c,
    tables.clusters.c,
    tables.runs.c,
    tables.run_nodes.c,
)


def list_all(
    db: Database,
    limit: int,
    marker: int = 0,
    name: str | None = None,
    exact: bool = False,
) -> list[instance_records.Server]:
    """Nodes by id, after `marker`; `name` is one, or a part of one.

    Raises DatabaseUnavailable.
    """
    which: list[sa.ColumnElement[bool]] = [_N.id > marker]
    if name is not None:
        which.append(
            _N.name == name
            if exact
            else _N.name.contains(name, autoescape=True)
        )
    with db.reader() as connection:
        return _read(connection, sa.and_(*which), limit)


def get(db: Database, number: int) -> instance_records.Server:
    """A node by its id, also one that is gone but in the history of runs.

    Raises NotFound, DatabaseUnavailable.
    """
    with db.reader() as connection:
        found = _read(connection, _N.id == number, 1)
        if found:
            return found[0]
        gone = _gone(connection, number)
    if gone is None:
        raise exceptions.NotFound(kind='server', name=number)
    return gone


def counts(run: Any = _R) -> sa.ColumnElement[bool]:
    """Condition: a run that is more than a plan, and is not being purged."""
    return sa.and_(run.dry_run.is_(False), run.asked != Asked.PURGE)


def _read(
    connection: sa.Connection, which: sa.ColumnElement[bool], limit: int
) -> list[instance_records.Server]:
    rows: Sequence[Any] = connection.execute(
        sa.select(
            *(_N.id, _N.name, _N.roles, _N.cluster_id, _C.graph_types),
            _C.project_id,
            _C.name.label('cluster'),
            _newest(_N.id).label('newest'),
            _newest(_N.id, _R.state == RunState.READY).label('built'),
        )
        .join(tables.clusters, _C.id == _N.cluster_id)
        .where(which, _C.deleted_at.is_(None))
        .order_by(_N.id)
        .limit(limit)
    ).all()
    runs = _runs(connection, [(row.newest, row.id) for row in rows])
    failed = _harm(connection, [place for place, _types in runs.values()])
    return [_server(row, runs, failed) for row in rows]


def _newest(node: Any, *which: sa.ColumnElement[bool]) -> sa.ScalarSelect[Any]:
    """The newest run that changed something on a node, or tried to.

    What was before a reset of the cluster counts only while it is active.
    """
    counts_still = sa.or_(
        _RN.run_id > sa.func.coalesce(_C.reset_run, 0),
        _R.state.in_(states.ACTIVE_RUN_STATES),
    )
    return (
        sa.select(_RN.run_id)
        .join_from(tables.run_nodes, tables.runs, _R.id == _RN.run_id)
        .where(
            *(_RN.node_id == node, _RN.chosen.is_(True)),
            *(counts(), _R.noop.is_(False), counts_still, *which),
        )
        .order_by(_RN.run_id.desc())
        .limit(1)
        .correlate(tables.nodes, tables.clusters)
        .scalar_subquery()
    )


_Runs = dict[int, tuple[instance_failures.Place, tuple[str, ...]]]


def _runs(
    connection: sa.Connection, wanted: Iterable[tuple[int | None, int]]
) -> _Runs:
    """Of nodes: the place in their run, and its types while it is active."""
    chosen = [(run, node) for run, node in wanted if run is not None]
    rows = connection.execute(
        sa.select(
            *(_RN.node_id, _RN.run_id, _RN.node_no, _R.state, _R.graph_types)
        )
        .join_from(tables.run_nodes, tables.runs, _R.id == _RN.run_id)
        .where(instance_failures.at_places(_RN.run_id, _RN.node_id, chosen))
    )
    return {
        node: (
            (run, node_no),
            tuple(json.loads(types))
            if state in states.ACTIVE_RUN_STATES
            else (),
        )
        for node, run, node_no, state, types in rows
    }


def _harm(
    connection: sa.Connection, places: Sequence[instance_failures.Place]
) -> dict[instance_failures.Place, instance_records.Failure]:
    """The last failure of each place at which one did harm."""
    found = instance_failures.of_places(connection, places)
    return {
        place: failures[-1]
        for place, failures in found.items()
        if not all(each.harmless for each in failures)
    }


def _server(
    row: sa.Row[Any],
    runs: _Runs,
    failed: dict[instance_failures.Place, instance_records.Failure],
) -> instance_records.Server:
    place, active = runs.get(row.id, (None, ()))
    return instance_records.Server(
        id=row.id,
        name=row.name,
        roles=tuple(json.loads(row.roles)),
        cluster_id=row.cluster_id,
        cluster=row.cluster,
        graph_types=tuple(json.loads(row.graph_types)),
        active=active,
        built=row.built is not None,
        failure=failed.get(place) if place else None,
        project=row.project_id,
    )


def _gone(
    connection: sa.Connection, number: int
) -> instance_records.Server | None:
    """A node that is deleted, as its newest run knew it."""
    row = connection.execute(
        sa.select(
            *(_RN.run_id, _RN.node_no, _RN.name, _RN.roles, _R.cluster_id),
            _C.project_id,
            _C.name.label('cluster'),
        )
        .join_from(tables.run_nodes, tables.runs, _R.id == _RN.run_id)
        .join(tables.clusters, _C.id == _R.cluster_id)
        .where(_RN.node_id == number, counts())
        .order_by(_RN.run_id.desc())
        .limit(1)
    ).first()
    if row is None:
        return None
    place = (row.run_id, row.node_no)
    return instance_records.Server(
        id=number,
        name=row.name,
        roles=tuple(json.loads(row.roles)),
        cluster_id=row.cluster_id,
        cluster=row.cluster,
        failure=_harm(connection, [place]).get(place),
        deleted=True,
        project=row.project_id,
    )
