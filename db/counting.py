"""Runs as people read them: their rows with counts of executions."""

import functools
import json
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from trailmark.common.states import Asked, RunState
from trailmark.db import bulk, clocks, counters, records, tables

#: Runs that one statement reads at most.
_RUNS = 500
_ROWS = sa.text(
    'SELECT state, count(*) FROM tasks_history WHERE run_id = :run'
    ' GROUP BY state'
)


def of_rows(connection: sa.Connection, run: int) -> dict[str, int]:
    """Executions of a run by state: all of them are read."""
    rows = connection.execute(_ROWS, {'run': run})
    return {state: number for state, number in rows}


def read(
    dialect: str, connection: sa.Connection, ids: sa.Select[Any]
) -> list[records.Run]:
    """The runs that a statement over ids picks, the newest first."""
    # First which, then all of them: databases sort what they read, or read
    # a whole table for some of its rows.
    chosen = connection.execute(ids).scalars().all()
    rows = [
        row
        for some in (bulk.chunks(chosen, _RUNS) if chosen else ())
        for row in connection.execute(_rows(dialect), {'runs': some})
    ]
    active = [row.id for row in rows if row.counts is None]
    counted = dict(counters.of_runs(connection, active)) if active else {}
    return [
        _run(
            row,
            counted.get(row.id, {})
            if row.counts is None
            else json.loads(row.counts),
        )
        for row in rows
    ]


@functools.cache
def _rows(dialect: str) -> sa.Select[Any]:
    now: sa.ColumnElement[Any] = sa.literal_column(clocks.now(dialect))
    t, cluster = tables.runs, tables.clusters
    return (
        sa.select(t, cluster.c.name.label('cluster'), now.label('now'))
        .join(cluster, cluster.c.id == t.c.cluster_id)
        .where(t.c.id.in_(sa.bindparam('runs', expanding=True)))
        .order_by(t.c.id.desc())
    )


def _run(row: sa.Row[Any], counted: Mapping[str, int]) -> records.Run:
    return records.Run(
        id=row.id,
        cluster_id=row.cluster_id,
        cluster=row.cluster,
        graph_types=tuple(json.loads(row.graph_types)),
        state=RunState(row.state),
        asked=Asked(row.asked),
        dry_run=row.dry_run,
        noop=row.noop,
        request=json.loads(row.request),
        snapshot_digest=row.snapshot_digest,
        epoch=row.epoch,
        flush_no=row.flush_no,
        lease_over=row.lease_until is None or row.lease_until <= row.now,
        host=row.host,
        boot_id=row.boot_id,
        pid=row.pid,
        process_started=row.process_started,
        message=row.message,
        created_at=row.created_at,
        started_at=row.started_at,
        ended_at=row.ended_at,
        hidden_at=row.hidden_at,
        counts=counted,
        graph_revisions=json.loads(row.graph_revisions or '[]'),
    )
