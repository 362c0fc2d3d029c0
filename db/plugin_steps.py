"""Steps that plugins report themselves."""

import uuid
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from trailmark.common import clock, exceptions
from trailmark.db import bulk, runs, step_records, steps, tables
from trailmark.db.connection import Database

_P = tables.plugin_steps.c


def report(
    db: Database,
    cluster_id: int,
    said: step_records.Report,
    types: Sequence[str],
) -> step_records.Step:
    """Write down how far a step is; one that is new is of the newest run.

    Raises NotFound when the cluster had no run, DatabaseUnavailable.
    """
    with db.writer() as connection:
        newest = steps.newest_runs(connection, cluster_id, types)
        if said.type is not None:
            newest = {k: v for k, v in newest.items() if k == said.type}
        if not newest:
            kind = f'run of type {said.type}' if said.type else 'run'
            raise exceptions.NotFound(
                kind=f'{kind} of cluster', name=cluster_id
            )
        run = max(newest.values())
        runs.locked(connection, run)
        found = _find(connection, newest, said)
        if found is None:
            kind = next(kind for kind in types if newest.get(kind) == run)
            found = _add(connection, run, kind, said)
        _change(connection, found, said)
        [row] = _rows(connection, _P.run_id == found.run_id, found.step_no)
        return steps.plugin_step(row)


def _find(
    connection: sa.Connection, newest: steps.Runs, said: step_records.Report
) -> Any:
    """The step of this name in one of these runs, the newest first."""
    for kind, run in sorted(newest.items(), key=lambda each: -each[1]):
        row = connection.execute(
            sa.select(tables.plugin_steps).where(
                _P.run_id == run, _P.step_type == kind, _P.name == said.name
            )
        ).first()
        if row is not None:
            return row
    return None


def _add(
    connection: sa.Connection, run: int, kind: str, said: step_records.Report
) -> Any:
    last = connection.execute(
        sa.select(sa.func.max(_P.step_no)).where(_P.run_id == run)
    ).scalar()
    number = 0 if last is None else last + 1
    connection.execute(
        tables.plugin_steps.insert().values(
            run_id=run,
            step_no=number,
            plugin=said.plugin,
            step_type=kind,
            name=said.name,
            total=said.total,
            completed=0,
            created_at=clock.now(),
        )
    )
    [row] = _rows(connection, _P.run_id == run, number)
    return row


def _change(
    connection: sa.Connection, row: Any, said: step_records.Report
) -> None:
    now = clock.now()
    is_over = said.error is not None or said.completed >= said.total
    failed = said.error is not None
    connection.execute(
        tables.plugin_steps.update()
        .where(_P.run_id == row.run_id, _P.step_no == row.step_no)
        .values(
            plugin=said.plugin,
            total=said.total,
            completed=said.completed,
            started_at=row.started_at or now,
            completed_at=(row.completed_at or now) if is_over else None,
            updated_at=now,
            error_id=str(uuid.uuid4()) if failed else None,
            message=bulk.clean(said.error),
        )
    )


def _rows(
    connection: sa.Connection, which: sa.ColumnElement[bool], number: int
) -> list[Any]:
    return list(
        connection.execute(
            sa.select(tables.plugin_steps, tables.runs.c.cluster_id)
            .join(tables.runs, tables.runs.c.id == _P.run_id)
            .where(which, _P.step_no == number)
        )
    )
