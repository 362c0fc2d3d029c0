"""Deleting old runs with all their records, a little at a time.

A run is marked first: from then on nobody finds it, so that nothing half
deleted is ever seen, and a purge that was killed is ended by the next one.
"""

import collections
import time
from collections.abc import Callable, Iterator, Mapping, Sequence

import sqlalchemy as sa
import tenacity

from trailmark.common import exceptions, states
from trailmark.db import bulk, connection, retention, tables
from trailmark.db import runs as db_runs

#: Rows, and runs, that one transaction deletes at most.
ROWS = 2_000
RUNS = 100
#: Snapshots that one transaction deletes at most; one may be long.
SNAPSHOTS = 50
#: Seconds that others may write between two transactions, at least.
PAUSE = 0.02
#: How often a transaction is tried that collides with another one.
_ATTEMPTS = 5

#: Tables with rows of runs, in the order in which they are emptied.
PARTS = (
    tables.task_summaries,
    tables.task_transitions,
    tables.faults,
    tables.checkpoints,
    tables.task_outputs,
    tables.reports,
    tables.tasks_history,
    tables.run_events,
    tables.run_graphs,
    tables.run_nodes,
    tables.run_tasks,
)
_R = tables.runs.c
_S = tables.graph_snapshots.c
_MARKED = _R.asked == states.Asked.PURGE

_DELETE = {
    'sqlite': (
        'DELETE FROM {0} WHERE rowid IN'
        ' (SELECT rowid FROM {0} WHERE run_id IN :runs LIMIT :rows)'
    ),
    'postgresql': (
        'DELETE FROM {0} WHERE ctid = ANY(ARRAY'
        '(SELECT ctid FROM {0} WHERE run_id IN :runs LIMIT :rows))'
    ),
    'mysql': 'DELETE FROM {0} WHERE run_id IN :runs LIMIT :rows',
}

#: Table -> rows.
Rows = Mapping[str, int]


def purge(
    db: connection.Database,
    policy: retention.Policy,
    pause: float = PAUSE,
    report: Callable[[Rows], None] = lambda gone: None,
) -> Rows:
    """Delete what a policy lets go; return the rows that went by table.

    Every transaction is short, and followed by a pause as long as it took
    (`pause` seconds at least); `report` is told all that has gone so far
    after each. Raises DatabaseUnavailable: then the next purge goes on.
    """
    gone: collections.Counter[str] = collections.Counter()
    began = time.monotonic()
    for rows in _steps(db, policy):
        taken = time.monotonic() - began
        gone.update(rows)
        report(gone)
        time.sleep(max(pause, taken))
        began = time.monotonic()
    return +gone


def remove(db: connection.Database, run: int) -> None:
    """Delete one ended run with its records; its snapshot goes by a purge.

    Raises NotFound, RunActive, DatabaseUnavailable.
    """
    with db.writer() as opened:
        row = db_runs.locked(opened, run)
        if row.state in states.ACTIVE_RUN_STATES:
            raise exceptions.RunActive(
                run=run, state=row.state, action='delete'
            )
        opened.execute(
            tables.runs.update()
            .where(_R.id == run)
            .values(asked=states.Asked.PURGE)
        )
    collections.deque(_clear(db, [run]), maxlen=0)


def preview(db: connection.Database, policy: retention.Policy) -> Rows:
    """Rows by table that a purge would delete now."""
    runs = [*_marked(db), *retention.outdated(db, policy)]
    found: collections.Counter[str] = collections.Counter(runs=len(runs))
    with db.reader() as opened:
        for some in bulk.chunks(runs, RUNS):
            for part in PARTS:
                counted = sa.select(sa.func.count()).where(
                    part.c.run_id.in_(some)
                )
                found[part.name] += opened.execute(counted).scalar_one()
        gone = set(runs)
        named = {
            row.snapshot_digest
            for row in opened.execute(sa.select(_R.id, _R.snapshot_digest))
            if row.id not in gone
        }
        stored = set(opened.execute(sa.select(_S.digest)).scalars())
    return found + collections.Counter(graph_snapshots=len(stored - named))


def _steps(
    db: connection.Database, policy: retention.Policy
) -> Iterator[Rows]:
    """Do one transaction after the other; the rows that each deleted."""
    yield from _clear(db, _marked(db))
    for runs in bulk.chunks(retention.outdated(db, policy), RUNS):
        _mark(db, runs)
        yield from _clear(db, runs)
    while taken := _drop_snapshots(db):
        yield {_S.digest.table.name: taken}


def _marked(db: connection.Database) -> list[int]:
    with db.reader() as opened:
        found = opened.execute(sa.select(_R.id).where(_MARKED))
        return list(found.scalars())


_again = tenacity.retry(
    retry=tenacity.retry_if_exception(
        lambda error: (
            isinstance(error, exceptions.DatabaseUnavailable)
            and connection.is_collision(error)
        )
    ),
    stop=tenacity.stop_after_attempt(_ATTEMPTS),
    wait=tenacity.wait_random(0, 0.2),
    reraise=True,
)


@_again
def _mark(db: connection.Database, runs: Sequence[int]) -> None:
    with db.writer() as opened:
        opened.execute(
            tables.runs.update()
            .where(_R.id.in_(runs), _R.state.not_in(states.ACTIVE_RUN_STATES))
            .values(asked=states.Asked.PURGE)
        )


def _clear(db: connection.Database, runs: Sequence[int]) -> Iterator[Rows]:
    """Delete marked runs; the runs themselves go last."""
    for some in bulk.chunks(runs, RUNS):
        while some:
            gone = _delete(db, some)
            yield gone
            if 'runs' in gone:
                break


@_again
def _delete(db: connection.Database, runs: Sequence[int]) -> Rows:
    """Delete up to ROWS rows of marked runs, and the runs if none is left."""
    gone: dict[str, int] = {}
    left = ROWS
    with db.writer() as opened:
        for part in PARTS:
            sql = _DELETE[db.dialect].format(part.name)
            statement = sa.text(sql).bindparams(
                sa.bindparam('runs', expanding=True)
            )
            gone[part.name] = opened.execute(
                statement, {'runs': runs, 'rows': left}
            ).rowcount
            left -= gone[part.name]
            if not left:
                return gone
        gone['runs'] = opened.execute(
            tables.runs.delete().where(_R.id.in_(runs), _MARKED)
        ).rowcount
    return gone


@_again
def _drop_snapshots(db: connection.Database) -> int:
    """Delete some snapshots that no run names; how many."""
    unnamed = _S.digest.not_in(sa.select(_R.snapshot_digest))
    with db.writer() as opened:
        # Locked first, then looked at again: a run may have begun with one.
        found = (
            opened.execute(
                sa.select(_S.digest)
                .where(unnamed)
                .limit(SNAPSHOTS)
                .with_for_update(skip_locked=True)
            )
            .scalars()
            .all()
        )
        return opened.execute(
            tables.graph_snapshots.delete().where(
                _S.digest.in_(found), unnamed
            )
        ).rowcount
