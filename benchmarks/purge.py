"""2 000 runs purged to 100 while another run goes on.

python benchmarks/purge.py sqlite|postgresql|mysql [--runs N] [--keep N]

Each run has 40 executions of two transitions with a summary of 1 kB.
"""

import argparse
import threading
import time
from collections.abc import Iterator

from measuring import report

from trailmark.common.states import ExecutionState, RunState
from trailmark.db import (
    connection,
    flushes,
    purging,
    records,
    retention,
    runs,
    space,
)
from trailmark.tests import databases, plans, stored

_NODES, _STEPS = 10, 4
_PENDING, _READY = ExecutionState.PENDING, ExecutionState.READY
_RUNNING = ExecutionState.RUNNING
_PLAN = plans.make(
    [
        plans.Step(f't{step}', tuple(f'n{node}' for node in range(_NODES)))
        for step in range(_STEPS)
    ]
)
_KEYS = [
    (vertex.graph, vertex.node, vertex.task.number)
    for vertex in _PLAN.vertices
    if vertex.task is not None
]


def _moves(old: ExecutionState, new: ExecutionState) -> records.Batch:
    at = time.time_ns() // 1000
    return records.Batch(
        changes=[
            records.RowChange(
                *(key, old, new, 1, None, 0, None, None, None),
                *(at, at if new == _READY else None, None),
            )
            for key in _KEYS
        ],
        transitions=[
            records.Transition(key, old, new, 1, at, None) for key in _KEYS
        ],
        summaries=[
            records.Summary(key, 1, {'stdout': 'x' * 1000})
            for key in _KEYS
            if new == _READY
        ],
    )


def _begin(db: connection.Database, cluster: int) -> records.Claim:
    new = stored.new_run(cluster, _PLAN)
    _, claim = runs.insert(db, new, stored.HOLDER, 3600)
    assert claim is not None
    return claim


def _fill(db: connection.Database, count: int) -> None:
    """Runs of one cluster, all of them ready."""
    claim = stored.store(db, _PLAN, 'old')
    cluster = runs.get(db, claim.run).cluster_id
    for number in range(count):
        claim = claim if number == 0 else _begin(db, cluster)
        for old, new in ((_PENDING, _RUNNING), (_RUNNING, _READY)):
            claim = flushes.flush(db, claim, _moves(old, new))
        flushes.finish(db, claim, RunState.READY, None)


class _Beside(threading.Thread):
    """A run whose executions go to and fro; how long its flushes took."""

    def __init__(self, db: connection.Database) -> None:
        super().__init__(daemon=True)
        self._db = db
        self.took: list[float] = []
        self.done = threading.Event()
        self._claim = stored.store(db, _PLAN, 'beside')

    def run(self) -> None:
        for old, new in self._steps():
            begun = time.perf_counter()
            self._claim = flushes.flush(
                self._db, self._claim, _moves(old, new)
            )
            self.took.append(time.perf_counter() - begun)
            time.sleep(0.005)

    def _steps(self) -> Iterator[tuple[ExecutionState, ExecutionState]]:
        yield _PENDING, _RUNNING
        while not self.done.is_set():
            yield _RUNNING, _PENDING
            yield _PENDING, _RUNNING


def main() -> None:
    """Fill one database and purge it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('dialect', choices=databases.DIALECTS)
    parser.add_argument('--runs', type=int, default=2000)
    parser.add_argument('--keep', type=int, default=100)
    args = parser.parse_args()
    db = databases.fresh(args.dialect)
    _fill(db, args.runs)
    before = space.taken(db)
    beside = _Beside(db)
    beside.start()
    time.sleep(0.5)
    begun = time.monotonic()
    gone = purging.purge(db, retention.Policy(keep_runs=args.keep))
    seconds = time.monotonic() - begun
    beside.done.set()
    beside.join()
    after = space.taken(db)
    if args.dialect == 'sqlite':
        space.shrink(db)
    report(
        benchmark='purge',
        dialect=args.dialect,
        runs=args.runs,
        gone=gone['runs'],
        rows=sum(gone.values()),
        seconds=round(seconds, 2),
        flushes_beside=len(beside.took),
        longest_flush_ms=round(max(beside.took) * 1000, 1),
        mb_before=round(before.total / 1e6, 1),
        mb_after=round(after.total / 1e6, 1),
        mb_free=None if after.free is None else round(after.free / 1e6, 1),
        mb_shrunk=round(space.taken(db).total / 1e6, 1),
    )


if __name__ == '__main__':
    main()
