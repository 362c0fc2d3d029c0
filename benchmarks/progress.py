"""Progress of a cluster in the middle of a run, as many clients ask for it.

python benchmarks/progress.py sqlite|postgresql|mysql [--clients N]
    [--nodes N] [--seconds N]

Fuel's default graph on 1 000 nodes: 54 619 executions, half of which have
ended; a process with an engine's flushes goes on meanwhile, at first alone.
Clients of one served API poll `?show_progress=true` without a pause, from a
process of their own; wall time of each answer is measured by its client.

The graphs are looked for in TRAILMARK_FUEL_DATA.
"""

import argparse
import dataclasses
import json
import math
import pickle
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import expansion
from measuring import report

from trailmark.api import application, new_run, server
from trailmark.common import clock, states
from trailmark.db import (
    connection,
    counters,
    deployments,
    flushes,
    records,
    runs,
)
from trailmark.drivers import catalog
from trailmark.flows import graphs, loading, merging, planning, roles
from trailmark.tests import databases, stored
from trailmark.tests.unit.api import secured, served

_E = states.ExecutionState
_SECOND = 1_000_000
#: Executions of one flush, and seconds between two of them.
_FLUSH, _PAUSE = 50, 0.1


@dataclasses.dataclass(frozen=True)
class Written:
    """What the writer did: `flush` or `count`, from when, for how long."""

    what: str
    began: float
    seconds: float


def begun(
    db: connection.Database, count: int
) -> tuple[int, records.Claim, list[records.Key]]:
    """A cluster, the claim on its run, and the run's keys in order."""
    types = catalog.catalog()
    read, _ = loading.read_deployment(expansion.files(count), 'fuel', types)
    made = deployments.store(
        db,
        records.DeploymentRecord(
            *('fuel', '/fuel', 'fuel', ()),
            tuple(
                records.NodeRecord(node.name, node.roles)
                for node in read.nodes
            ),
            roles.to_json(read.roles),
            (),
            ('default',),
        ),
    )
    merged = merging.merge(read.layers, 'default')
    taken = graphs.Snapshot(
        *(made.cluster.id, 'fuel', (merged,), read.nodes, read.roles),
        options=graphs.Options(noop=True, ignore_conditions=True),
    )
    planned = planning.plan(taken, types)
    ids = {node.name: node.id for node in made.cluster.nodes}
    new = new_run.derive(planned, taken, ids, {}, 'me')
    # Its expressions can't be computed, but what is written counts.
    new = dataclasses.replace(new, noop=False, step_types=('creating',))
    _run, claim = runs.insert(db, new, stored.HOLDER, 3600.0)
    assert claim is not None
    keys = [
        (vertex.graph, vertex.node, vertex.task.number)
        for vertex in planned.vertices
        if vertex.task is not None
    ]
    return made.cluster.id, claim, keys


def flush(
    db: connection.Database, claim: records.Claim, keys: list[records.Key]
) -> records.Claim:
    """Have these executions run and end, one in a hundred badly."""
    now, batch = clock.now(), records.Batch()
    for number, key in enumerate(keys):
        end = _E.ERROR if number % 100 == 99 else _E.READY
        batch.changes.append(
            records.RowChange(
                *(key, _E.PENDING, end, 1, 0, 0, None, None, None),
                *(now, now + _SECOND, None),
            )
        )
        for old, new in ((_E.PENDING, _E.RUNNING), (_E.RUNNING, end)):
            batch.transitions.append(records.Transition(key, old, new, 1, now))
        if end == _E.ERROR:
            batch.faults.append(records.Fault(key, 1, 'Failed', 'no', now))
    return flushes.flush(db, claim, batch)


class Writing:
    """A process with an engine's flushes, and its counts once a second."""

    def __init__(
        self,
        db: connection.Database,
        claim: records.Claim,
        keys: list[records.Key],
    ) -> None:
        url = db.url.render_as_string(hide_password=False)
        self._process = subprocess.Popen(
            (sys.executable, __file__, '--write', url),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert self._process.stdin is not None
        with self._process.stdin as said:
            pickle.dump((claim, keys), said)

    def end(self) -> list[Written]:
        """What it did."""
        self._process.terminate()
        assert self._process.stdout is not None
        with self._process.stdout as told:
            found = [Written(*json.loads(line)) for line in told]
        self._process.wait()
        return found


def write(url: str) -> None:
    """Flush until there is nothing left, or the process is ended."""
    db = connection.Database(url)
    claim, keys = pickle.load(sys.stdin.buffer)
    counted = time.monotonic()
    while keys:
        time.sleep(_PAUSE)
        some, keys = keys[:_FLUSH], keys[_FLUSH:]
        began = time.monotonic()
        claim = flush(db, claim, some)
        _tell('flush', began)
        if began - counted > 1:
            counted = time.monotonic()
            counters.add(db, claim.run)
            _tell('count', counted)


def _tell(what: str, began: float) -> None:
    print(json.dumps([what, began, time.monotonic() - began]), flush=True)


def measured(url: str, clients: int, seconds: float) -> dict[str, Any]:
    """What so many clients see."""
    pollers = Path(__file__).with_name('pollers.py')
    words = (sys.executable, str(pollers), url, str(clients), str(seconds))
    done = subprocess.run(words, check=True, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _median(
    written: list[Written], what: str, since: float, until: float
) -> float:
    found = [
        each.seconds
        for each in written
        if each.what == what and since <= each.began < until
    ]
    return round(1000 * statistics.median(found), 1)


def main() -> None:
    """Fill a database, then measure one client and many."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('dialect', choices=databases.DIALECTS, nargs='?')
    parser.add_argument('--write', metavar='URL', help=argparse.SUPPRESS)
    parser.add_argument('--clients', type=int, default=50)
    parser.add_argument('--nodes', type=int, default=1000)
    parser.add_argument('--seconds', type=float, default=10)
    args = parser.parse_args()
    if args.write:
        write(args.write)
        return
    reason = databases.why_not(args.dialect)
    if reason is not None or not expansion.DATA.is_dir():
        report(benchmark='progress', skipped=reason or 'no data of Fuel')
        return
    db = databases.fresh(args.dialect)
    cluster, claim, keys = begun(db, args.nodes)
    half = len(keys) // 2
    for at in range(0, half, 5000):
        claim = flush(db, claim, keys[at : min(half, at + 5000)])
    counters.add(db, claim.run)
    conf = secured.configuration()
    conf.set_override('port', 0, group='api')
    api = application.Application(
        *(db, served.Idle(), catalog.catalog(), 30.0, served.planner())
    )
    serving = server.Server(api, conf)
    serving.start()
    writing = Writing(db, claim, keys[half:])
    time.sleep(args.seconds)
    asked = time.monotonic()
    path = f'{serving.url}/v1.1/acme/clusters/{cluster}'
    found = {
        f'{clients} {name}': measured(url, clients, args.seconds)
        for name, url in (
            ('with events', f'{path}?show_progress=true'),
            ('steps', path),
            ('progress', f'{path}/progress'),
        )
        for clients in (1, args.clients)
    }
    written = writing.end()
    serving.stop()
    assert written[-1].began > asked, 'the writer was done too early'
    worst = max(each['p95_ms'] for each in found.values())
    report(
        benchmark='progress',
        dialect=args.dialect,
        p95_ms=worst,
        executions=len(keys),
        flush_alone_ms=_median(written, 'flush', 0, asked),
        flush_beside_ms=_median(written, 'flush', asked, math.inf),
        counting_ms=_median(written, 'count', 0, math.inf),
        **found,
    )


if __name__ == '__main__':
    main()
