"""Deleting old runs with all their records, a little at a time.

A run is marked first: from then on nobody finds it, so that nothing half
deleted is ever seen, and a purge that was killed is ended by the next one.
"""

import collections
import contextlib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence

import sqlalchemy as sa
import tenacity

from trailmark.common import exceptions, states
from trailmark.db import (
    audit,
    bulk,
    connection,
    projects,
    retention,
    tables,
)

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
    tables.audit,
    tables.run_graphs,
    tables.run_nodes,
    tables.run_tasks,
    tables.plugin_steps,
)
#: What of a table goes, where not all of it does: who asked stays.
_ONLY = {tables.audit.name: ' AND actor IS NULL'}
_R = tables.runs.c
_S = tables.graph_snapshots.c
_MARKED = _R.asked == states.Asked.PURGE

_DELETE = {
    'sqlite': (
        'DELETE FROM {0} WHERE rowid IN'
        ' (SELECT rowid FROM {0} WHERE run_id IN :runs{1} LIMIT :rows)'
    ),
    'postgresql': (
        'DELETE FROM {0} WHERE ctid = ANY(ARRAY'
        '(SELECT ctid FROM {0} WHERE run_id IN :runs{1} LIMIT :rows))'
    ),
    'mysql': 'DELETE FROM {0} WHERE run_id IN :runs{1} LIMIT :rows',
}

#: Table -> rows; and `kept_active`, `kept_resumable`, `kept_baseline`: how
#: many runs stayed though the policy alone would have let them go.
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
    after each. Each run that goes, and the purge itself with what it has
    deleted so far, stand in the audit, written by the transactions that
    delete. Raises DatabaseUnavailable: then the next purge goes on.
    """
    chosen = retention.choose(db, policy)
    kept = _kept(chosen)
    entry = _Entry(db, policy, kept)
    began = time.monotonic()
    for _ in _steps(entry, chosen.runs):
        taken = time.monotonic() - began
        report(entry.gone)
        time.sleep(max(pause, taken))
        began = time.monotonic()
    return {**+entry.gone, **kept}


def _kept(chosen: retention.Choice) -> Rows:
    return {f'kept_{why}': number for why, number in chosen.kept.items()}


class _Entry:
    """A purge, and its row in the audit; none until something has gone."""

    def __init__(
        self, db: connection.Database, policy: retention.Policy, kept: Rows
    ) -> None:
        self.db = db
        self.gone: collections.Counter[str] = collections.Counter()
        self._subject = audit.Subject('history', cluster=policy.cluster)
        self._message, self._kept = str(policy), kept
        self._number: int | None = None

    @contextlib.contextmanager
    def counted(self) -> Iterator[tuple[sa.Connection, dict[str, int]]]:
        """A transaction that deletes, and where it counts rows by table."""
        rows: dict[str, int] = {}
        with self.db.writer() as opened:
            yield opened, rows
            gone = self.gone + collections.Counter(rows)
            number = self._write(opened, gone) if any(rows.values()) else None
        self.gone, self._number = gone, number or self._number

    def _write(self, opened: sa.Connection, gone: Rows) -> int:
        counts = {**gone, **self._kept}
        if self._number is None:
            return audit.note(
                opened, 'purge', self._subject, self._message, counts
            )
        audit.set_counts(opened, self._number, counts)
        return self._number


def preview(db: connection.Database, policy: retention.Policy) -> Rows:
    """Rows by table that a purge would delete now."""
    chosen = retention.choose(db, policy)
    runs = [*_marked(db), *chosen.runs]
    found: collections.Counter[str] = collections.Counter(runs=len(runs))
    with db.reader() as opened:
        for some in bulk.chunks(runs, RUNS):
            for part in PARTS:
                counted = sa.select(sa.func.count()).where(
                    part.c.run_id.in_(some), _goes(part)
                )
                found[part.name] += opened.execute(counted).scalar_one()
        gone = set(runs)
        named = {
            row.snapshot_digest
            for row in opened.execute(sa.select(_R.id, _R.snapshot_digest))
            if row.id not in gone
        }
        stored = set(opened.execute(sa.select(_S.digest)).scalars())
    found += collections.Counter(graph_snapshots=len(stored - named))
    return {**+found, **_kept(chosen)}


def _goes(part: sa.Table) -> sa.ColumnElement[bool]:
    """Condition: a row of a table goes with its run."""
    return part.c.actor.is_(None) if part.name in _ONLY else sa.true()


def _steps(entry: _Entry, chosen: Sequence[int]) -> Iterator[None]:
    """Do one transaction after the other."""
    yield from _clear(entry, _marked(entry.db))
    for runs in bulk.chunks(chosen, RUNS):
        _mark(entry.db, runs)
        yield from _clear(entry, runs)
    while _drop_snapshots(entry):
        yield


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
        scope = projects.of(opened)
        marked = opened.execute(
            sa.select(_R.id, _R.cluster_id).where(_R.id.in_(runs), _MARKED)
        )
        rows = [
            audit.row(
                'purged',
                audit.Subject('run', str(run), cluster, run),
                scope.user,
                scope.project,
            )
            for run, cluster in marked
        ]
        if rows and scope.user is not None:
            opened.execute(tables.audit.insert(), rows)


def _clear(entry: _Entry, runs: Sequence[int]) -> Iterator[None]:
    """Delete marked runs; the runs themselves go last."""
    for some in bulk.chunks(runs, RUNS):
        while some:
            is_done = _delete(entry, some)
            yield
            if is_done:
                break


@_again
def _delete(entry: _Entry, runs: Sequence[int]) -> bool:
    """Delete up to ROWS rows of marked runs, and the runs if none is left."""
    left, dialect = ROWS, entry.db.dialect
    with entry.counted() as (opened, gone):
        for part in PARTS:
            only = _ONLY.get(part.name, '')
            sql = _DELETE[dialect].format(part.name, only)
            statement = sa.text(sql).bindparams(
                sa.bindparam('runs', expanding=True)
            )
            gone[part.name] = opened.execute(
                statement, {'runs': runs, 'rows': left}
            ).rowcount
            left -= gone[part.name]
            if not left:
                return False
        gone['runs'] = opened.execute(
            tables.runs.delete().where(_R.id.in_(runs), _MARKED)
        ).rowcount
    return True


@_again
def _drop_snapshots(entry: _Entry) -> int:
    """Delete some snapshots that no run names; how many."""
    unnamed = _S.digest.not_in(sa.select(_R.snapshot_digest))
    with entry.counted() as (opened, gone):
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
        gone[_S.digest.table.name] = opened.execute(
            tables.graph_snapshots.delete().where(
                _S.digest.in_(found), unnamed
            )
        ).rowcount
    return gone[_S.digest.table.name]
