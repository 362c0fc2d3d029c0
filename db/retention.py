"""Which runs may go: the old ones that nothing needs any more."""

import dataclasses
import json
from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from trailmark.common import states
from trailmark.db import tables
from trailmark.db.connection import Database

_READY = sa.text(
    'SELECT h.graph_no, t.name, n.name FROM tasks_history h'
    ' JOIN run_tasks t ON t.run_id = h.run_id AND t.task_no = h.task_no'
    ' LEFT JOIN run_nodes n ON n.run_id = h.run_id AND n.node_no = h.node_no'
    " WHERE h.run_id = :run AND h.state = 'ready'"
)


@dataclasses.dataclass(frozen=True, slots=True)
class Policy:
    """What is kept; a run goes when none of these keeps it."""

    #: Runs that ended at this moment (microseconds) or later.
    before: int | None = None
    #: So many runs of each cluster, the newest.
    keep_runs: int | None = None
    #: Id of the only cluster that loses runs; None for all.
    cluster: int | None = None


def outdated(db: Database, policy: Policy) -> list[int]:
    """Ids of the runs that a policy lets go, the oldest first.

    Whatever the policy: active runs stay, so does the last run of a cluster
    that was not dry, and every run with the last success of a task on a
    node. Raises DatabaseUnavailable.
    """
    c = tables.clusters.c
    which = sa.select(c.id).order_by(c.id)
    if policy.cluster is not None:
        which = which.where(c.id == policy.cluster)
    with db.reader() as connection:
        clusters = connection.execute(which).scalars().all()
    found: list[int] = []
    for cluster in clusters:
        with db.reader() as connection:
            found += _of_cluster(connection, cluster, policy)
    return sorted(found)


def _of_cluster(
    connection: sa.Connection, cluster: int, policy: Policy
) -> list[int]:
    r = tables.runs.c
    runs = connection.execute(
        sa.select(r.id, r.state, r.dry_run, r.noop, r.ended_at, r.graph_types)
        .where(r.cluster_id == cluster, r.asked != states.Asked.PURGE)
        .order_by(r.id.desc())
    ).all()
    old = [row.id for at, row in enumerate(runs) if _is_old(policy, at, row)]
    if not old:
        return []
    considered = [row for row in runs if row.id >= old[-1]]
    held = set(_holding(connection, considered))
    # Thus whatever goes has a later run, and can't be resumed meanwhile.
    held.update([row.id for row in runs if not row.dry_run][:1])
    return [run for run in old if run not in held]


def _is_old(policy: Policy, at: int, row: Any) -> bool:
    if row.state in states.ACTIVE_RUN_STATES:
        return False
    if policy.keep_runs is not None and at < policy.keep_runs:
        return False
    return policy.before is None or (row.ended_at or 0) < policy.before


def _holding(connection: sa.Connection, runs: Sequence[Any]) -> Iterator[int]:
    """Of runs from the newest on, those with a task's last success.

    Dry and noop runs changed no node: they hold nothing.
    """
    seen: set[tuple[str, str, str | None]] = set()
    for run in runs:
        if run.dry_run or run.noop:
            continue
        kinds = json.loads(run.graph_types)
        rows = connection.execute(_READY, {'run': run.id})
        done = {(kinds[graph], task, node) for graph, task, node in rows}
        if not done <= seen:
            seen |= done
            yield run.id
