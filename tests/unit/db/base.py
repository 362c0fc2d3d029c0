"""What tests of the database share: one of each kind, and stored runs."""

import dataclasses
from collections.abc import Sequence
from typing import Any

import testtools

from trailmark.common.states import ExecutionState, RunState
from trailmark.db import claims, deployments, flushes, records
from trailmark.db import runs as db_runs
from trailmark.tests import databases

E = ExecutionState
Key = records.Key


@dataclasses.dataclass(frozen=True)
class Holder:
    """A process that may hold a claim."""

    host: str = 'host'
    boot_id: str = 'boot'
    pid: int = 1
    started: int = 1


class DatabaseTest(testtools.TestCase):
    """A test on each kind of database. All together: behaviour 7."""

    scenarios = [(name, {'dialect': name}) for name in databases.DIALECTS]
    dialect = 'sqlite'

    def setUp(self) -> None:
        """Skip in plain words what is not there."""
        super().setUp()
        reason = databases.why_not(self.dialect)
        if reason is not None:
            self.skipTest(reason)
        self.db = databases.shared(self.dialect)

    def cluster(self, **more: Any) -> records.Cluster:
        """A cluster of its own with nodes n1 and n2."""
        return deployments.store(self.db, deployment(**more)).cluster

    def insert(
        self, cluster_id: int | None = None, **more: Any
    ) -> tuple[int, records.Claim]:
        """A claimed run of tasks a and b on nodes n1 and n2."""
        number = cluster_id or self.cluster().id
        lease = more.pop('lease_seconds', 30.0)
        run, claim = db_runs.insert(
            self.db, new_run(number, **more), Holder(), lease
        )
        assert claim is not None
        return run, claim

    def move(
        self, claim: records.Claim, *moves: tuple[Key, E, E], **more: Any
    ) -> records.Claim:
        """Flush these moves: key, old state, new state."""
        return flushes.flush(self.db, claim, batch(*moves, **more))

    def ended(self, state: RunState, *moves: tuple[Key, E, E]) -> int:
        """A run that ended so after these moves."""
        run, claim = self.insert()
        for move in moves:
            claim = self.move(claim, move)
        if state == RunState.STOPPED:
            claim = flushes.set_state(self.db, claim, RunState.STOPPING)
            flushes.finish(self.db, claim, state, None)
        else:
            flushes.finish(self.db, claim, state, None, E.CANCELLED)
        return run

    def resume(self, run: int, *skip: tuple[str, str | None]) -> records.Claim:
        """Claim a run as `run resume` does."""
        return claims.claim(
            self.db, run, Holder(pid=2), 30.0, 'resume', skip, 'me'
        )


def deployment(**more: Any) -> records.DeploymentRecord:
    """A deployment with a name and a release of its own."""
    name = databases.fresh_name()
    values: dict[str, Any] = {
        'cluster': name,
        'source': f'/folders/{name}',
        'release': f'release-{name}',
        'plugins': (),
        'nodes': (
            records.NodeRecord('n1', ('x',), {'k': 1}),
            records.NodeRecord('n2', ('x', 'y')),
        ),
        'roles': {},
        'graphs': (),
        'graph_types': ('default',),
    }
    return records.DeploymentRecord(**{**values, **more})


#: Keys of tasks a and b on nodes n1 and n2.
A1, B1, A2, B2 = (0, 1, 0), (0, 1, 1), (0, 2, 0), (0, 2, 1)


def new_run(cluster_id: int, **more: Any) -> records.NewRun:
    """A run of tasks a and b on nodes n1 and n2."""
    values: dict[str, Any] = {
        'cluster_id': cluster_id,
        'graph_types': ('default',),
        'state': RunState.PENDING,
        'request': {'noop': False},
        'snapshot': {'graphs': ['a', 'b']},
        'nodes': [
            (0, None, None, ()),
            (1, 101, 'n1', ('x',)),
            (2, 102, 'n2', ('x', 'y')),
        ],
        'tasks': [
            records.NewTask(0, 0, 'a', 2),
            records.NewTask(1, 0, 'b', 2),
        ],
        'executions': [(*key, E.PENDING) for key in (A1, B1, A2, B2)],
    }
    return records.NewRun(**{**values, **more})


def change(key: Key, old: E, new: E, **more: Any) -> records.RowChange:
    """A change of a row in its first attempt."""
    values: dict[str, Any] = {
        'retries_left': 3,
        'interruptions': 1,
        'deadline_at': 7,
        'journal': 'j',
        'not_before': 9,
        'started_at': 11,
        'ended_at': None,
        'message': None,
    }
    return records.RowChange(
        key=key, base=old, state=new, attempt=1, **{**values, **more}
    )


def batch(*moves: tuple[Key, E, E], **more: Any) -> records.Batch:
    """Changes and transitions for moves; `more` are fields of changes."""
    return records.Batch(
        changes=[change(*move, **more) for move in moves],
        transitions=[transition(*move) for move in moves],
    )


def transition(key: Key, old: E, new: E) -> records.Transition:
    """A transition of a first attempt."""
    return records.Transition(key, old, new, 1, 11)


def states(rows: Sequence[records.HistoryRow]) -> dict[str, str]:
    """States by `task@node`."""
    return {f'{row.task}@{row.node}': str(row.state) for row in rows}
