"""Steps of clusters: tasks of their newest runs, and steps of plugins."""

import dataclasses
import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from trailmark.common import states
from trailmark.db import counters, runs, step_records, tables
from trailmark.db.connection import Database

_R, _T = tables.runs.c, tables.run_tasks.c
_G, _P = tables.run_graphs.c, tables.plugin_steps.c
#: Type of step -> run.
Runs = Mapping[str, int]


def of_cluster(
    db: Database, cluster_id: int, types: Sequence[str]
) -> list[step_records.Step]:
    """Steps of the newest run of each type, in the order of their runs.

    Dry runs and noop runs have none, nor has what came before a reset.
    Raises DatabaseUnavailable.
    """
    with db.reader() as connection:
        newest = newest_runs(connection, cluster_id, types)
        found = [
            *_of_tasks(connection, set(newest.values())),
            *_of_plugins(connection, set(newest.values())),
        ]
    return sorted(
        (step for step in found if newest.get(step.type) == step.run),
        key=lambda step: (step.created_at, step.id),
    )


@dataclasses.dataclass(frozen=True, slots=True)
class StepRun:
    """A run that did something to its cluster, by the type of its steps."""

    id: int
    state: states.RunState
    type: str
    message: str | None


def newest_run(
    db: Database, cluster_id: int, types: Sequence[str]
) -> StepRun | None:
    """The newest run of a cluster that had steps, None without any.

    Raises DatabaseUnavailable.
    """
    with db.reader() as connection:
        newest = newest_runs(connection, cluster_id, types)
        if not newest:
            return None
        kind = max(newest, key=lambda kind: newest[kind])
        row = connection.execute(
            sa.select(_R.id, _R.state, _R.message).where(_R.id == newest[kind])
        ).one()
    return StepRun(row.id, states.RunState(row.state), kind, row.message)


def newest_runs(
    connection: sa.Connection, cluster_id: int, types: Sequence[str]
) -> Runs:
    """The newest run of a cluster for each type of step that it has had."""
    sought = [
        sa.select(sa.func.max(_G.run_id))
        .where(_G.cluster_id == cluster_id, _G.step_type == kind)
        .scalar_subquery()
        for kind in types
    ]
    found = connection.execute(sa.select(*sought)).one()
    above = runs.reset_run(connection, cluster_id)
    return {
        kind: run
        for kind, run in zip(types, found, strict=True)
        if run is not None and run > above
    }


def _of_tasks(
    connection: sa.Connection, numbers: Iterable[int]
) -> Iterator[step_records.Step]:
    # Counts and up to where they count, as of one moment.
    rows = connection.execute(
        sa.select(
            tables.run_tasks,
            *(_G.cluster_id, _G.step_type, _R.created_at, _R.counted_to),
        )
        .join_from(
            tables.run_tasks,
            tables.run_graphs,
            sa.and_(_G.run_id == _T.run_id, _G.graph_no == _T.graph_no),
        )
        .join(tables.runs, _R.id == _T.run_id)
        .where(
            _T.run_id.in_(numbers),
            _G.step_type.is_not(None),
            _R.asked != states.Asked.PURGE,
        )
        .order_by(_T.run_id, _T.task_no)
    ).all()
    for run, group in itertools.groupby(rows, lambda row: row.run_id):
        of_run = list(group)
        changes = counters.since(connection, run, of_run[0].counted_to)
        for row in of_run:
            yield _step(row, changes.get(row.task_no))


def _step(row: Any, change: counters.Change | None) -> step_records.Step:
    counts = counters.now(row, change)
    made = step_records.Step(
        run=row.run_id,
        number=row.task_no,
        cluster_id=row.cluster_id,
        name=row.name,
        type=row.step_type,
        total=row.total,
        completed=sum(counts.get(each, 0) for each in step_records.DONE),
        failed=sum(counts.get(each, 0) for each in step_records.BAD),
        # One after the other: who sorts by it has the order of the work.
        created_at=row.created_at + row.position,
        started_at=row.started_at,
        completed_at=row.completed_at,
        updated_at=row.updated_at,
        graph=row.graph_no,
    )
    if change is None:
        return made
    return dataclasses.replace(
        made,
        started_at=made.started_at or change.started_at,
        completed_at=change.completed_at or made.completed_at,
        updated_at=change.updated_at,
    )


def _of_plugins(
    connection: sa.Connection, numbers: Iterable[int]
) -> Iterator[step_records.Step]:
    rows = connection.execute(
        sa.select(tables.plugin_steps, _R.cluster_id)
        .join(tables.runs, _R.id == _P.run_id)
        .where(_P.run_id.in_(numbers), _R.asked != states.Asked.PURGE)
    )
    for row in rows:
        yield plugin_step(row)


def plugin_step(row: Any) -> step_records.Step:
    """The step of a row of plugin_steps with the id of its cluster."""
    return step_records.Step(
        run=row.run_id,
        number=row.step_no,
        cluster_id=row.cluster_id,
        name=row.name,
        type=row.step_type,
        total=row.total,
        completed=row.completed,
        failed=0 if row.error_id is None else 1,
        created_at=row.created_at,
        started_at=row.started_at,
        completed_at=row.completed_at,
        updated_at=row.updated_at,
        graph=None,
        error_id=row.error_id,
        message=row.message,
    )
