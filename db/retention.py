"""Which runs may go: the old ones that nothing needs any more."""

import collections
import dataclasses
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from trailmark.common import clock, states
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

    def __str__(self) -> str:
        parts = []
        if self.keep_runs is not None:
            parts.append(f'all but the newest {self.keep_runs} of a cluster')
        if self.before is not None:
            parts.append(f'those that ended before {clock.iso(self.before)}')
        return '; '.join(parts) or 'all'


@dataclasses.dataclass(frozen=True, slots=True)
class Choice:
    """Ids of runs that go, the oldest first; numbers of those kept, by why.

    Kept are runs that the policy alone would let go: `active` ones,
    `resumable` ones, and `baseline` ones, which later runs are compared to.
    """

    runs: tuple[int, ...]
    kept: Mapping[str, int]


def choose(db: Database, policy: Policy) -> Choice:
    """The runs that a policy lets go.

    Whatever the policy: active runs stay, so does the last run of a cluster
    that was not dry, every run with the last success of a task on a node,
    and the last run of each graph type that ended well. Raises
    DatabaseUnavailable.
    """
    c = tables.clusters.c
    which = sa.select(c.id).order_by(c.id)
    if policy.cluster is not None:
        which = which.where(c.id == policy.cluster)
    with db.reader() as connection:
        clusters = connection.execute(which).scalars().all()
    found: list[int] = []
    kept: collections.Counter[str] = collections.Counter()
    for cluster in clusters:
        with db.reader() as connection:
            for run, why in _of_cluster(connection, cluster, policy):
                if why is None:
                    found.append(run)
                else:
                    kept[why] += 1
    return Choice(tuple(sorted(found)), kept)


def _of_cluster(
    connection: sa.Connection, cluster: int, policy: Policy
) -> Iterator[tuple[int, str | None]]:
    """Runs that the policy lets go, and why one is kept nevertheless."""
    r = tables.runs.c
    runs = connection.execute(
        sa.select(r.id, r.state, r.dry_run, r.noop, r.ended_at, r.graph_types)
        .where(r.cluster_id == cluster, r.asked != states.Asked.PURGE)
        .order_by(r.id.desc())
    ).all()
    old = [row for at, row in enumerate(runs) if _is_old(policy, at, row)]
    if not old:
        return
    considered = [row for row in runs if row.id >= old[-1].id]
    held = dict.fromkeys(_last_ready(considered), 'baseline')
    held |= dict.fromkeys(_holding(connection, considered), 'baseline')
    # Thus whatever goes has a later run, and can't be resumed meanwhile.
    last = [row for row in runs if not row.dry_run][:1]
    for row in last:
        if row.state in states.RESUMABLE_RUN_STATES:
            held[row.id] = 'resumable'
        else:
            held.setdefault(row.id, 'baseline')
    for row in old:
        is_active = row.state in states.ACTIVE_RUN_STATES
        yield row.id, 'active' if is_active else held.get(row.id)


def _is_old(policy: Policy, at: int, row: Any) -> bool:
    if policy.keep_runs is not None and at < policy.keep_runs:
        return False
    return policy.before is None or (row.ended_at or 0) < policy.before


def _last_ready(runs: Sequence[Any]) -> Iterator[int]:
    """Of runs from the newest on, the first of each type that ended well."""
    seen: set[str] = set()
    for run in runs:
        if run.dry_run or run.noop or run.state != states.RunState.READY:
            continue
        kinds = set(json.loads(run.graph_types))
        if not kinds <= seen:
            seen |= kinds
            yield run.id


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
