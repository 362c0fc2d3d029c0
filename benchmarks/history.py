"""Readers of the history with 10 000 runs and 3 million executions present.

python benchmarks/history.py sqlite|postgresql|mysql [--runs N] [--times N]
    [--plans]

What the API answers in this process, by wall time and CPU, alone and while
another process inserts and drives runs of 30 000 executions. --plans prints
how the database goes about each statement; one that reads a large table
whole makes the benchmark fail in any case, and so does a reader beside the
writer that would wait for a lock.
"""

import argparse
import contextlib
import functools
import math
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import lock_waits
import old_runs
import query_plans
import sqlalchemy as sa
from measuring import report
from runs import drive_whole, grid
from werkzeug import test

from trailmark.api import application
from trailmark.db import connection, history_pages, tables
from trailmark.drivers import catalog
from trailmark.tests import databases
from trailmark.tests.unit.api import served

#: Runs that are there: 300 000 executions in SQLite, 3 million elsewhere.
_RUNS = {'sqlite': 1000, 'postgresql': 10_000, 'mysql': 10_000}
_LARGE = (100, 300)
#: Readings that go on while others write.
_BESIDE = (
    *('page', 'by statuses', 'of a node', 'of a cluster', 'runs', 'show'),
    *('show live', 'live page', 'nodes', 'tasks'),
)
#: Pages of a run's history, and the milliseconds that one may take: at most,
#: and what is reached for.
_PAGES = ('page', 'page of 30 000', 'its middle', 'live page')
_BUDGET = (10.0, 3.0)


def cases(filled: old_runs.Filled, large: int, live: int) -> Mapping[str, str]:
    """Names and URLs of what is read."""
    run = (filled.first + filled.last) // 2
    node, cluster = old_runs.node(3, 4), 'c3'
    middle = history_pages.public_id(large, _LARGE[1] // 2, _LARGE[0] // 2)
    deep = history_pages.public_id(run, 3, 5)
    history = 'tasks_history?limit=100'
    of_node, of_cluster = (
        f'{owner}/{history}'
        for owner in (f'nodes/{node}', f'clusters/{cluster}')
    )
    day, hour = '2023-11-15', '2023-11-14T23:20:00'
    return {
        'page': f'runs/{run}/{history}',
        'page of 30 000': f'runs/{large}/{history}',
        'its middle': f'runs/{large}/{history}&marker={middle}',
        'live page': f'runs/{live}/{history}',
        'by nodes': f'runs/{large}/{history}&nodes=n7',
        'by statuses': f'runs/{large}/{history}&statuses=error',
        'by tasks': f'runs/{large}/{history}&tasks=t7',
        'by all': f'runs/{large}/{history}&nodes=n7&tasks=t7&statuses=ready',
        'transitions': f'runs/{run}/transitions?limit=100',
        'of a node': of_node,
        'of a node, deep': f'{of_node}&marker={deep}',
        'of a node, errors': f'{of_node}&statuses=error',
        'of a node, a task': f'{of_node}&tasks=t7',
        'of a node, pending': f'{of_node}&statuses=pending',
        'of master': f'nodes/master/{history}',
        'of a cluster': of_cluster,
        'of a cluster, deep': f'{of_cluster}&marker={deep}',
        'of a cluster, errors': f'{of_cluster}&statuses=error',
        'of a cluster, a task': f'{of_cluster}&tasks=t7',
        'of a cluster, no task': f'{of_cluster}&tasks=none',
        'of a type': f'{of_cluster}&graph_type=provision',
        'transitions of a node': f'transitions?nodes={node}&limit=100',
        'transitions of a cluster': f'transitions?cluster={cluster}&limit=100',
        'runs': 'runs?limit=100',
        'runs, deep': f'runs?limit=100&marker={filled.first + 200}',
        'runs of a cluster': f'runs?limit=100&cluster={cluster}',
        'runs in error': 'runs?limit=100&status=error',
        'runs that run': 'runs?limit=100&status=running',
        'runs of a type': 'runs?limit=100&type=provision',
        'runs of a rare type': 'runs?limit=100&type=deletion',
        'runs of a node': f'runs?limit=100&node={node}',
        'runs of master': 'runs?limit=100&node=master',
        'runs of a day': f'runs?limit=100&since={day}',
        'runs of an old hour': f'runs?limit=100&until={hour}',
        'runs by all': f'runs?limit=100&cluster={cluster}&node={node}'
        f'&status=error&type=default&since={day}',
        'show': f'runs/{run}',
        'show live': f'runs/{live}',
        'nodes': f'runs/{run}/nodes',
        'nodes of 30 000': f'runs/{large}/nodes',
        'tasks': f'runs/{run}/tasks',
        'tasks of 30 000': f'runs/{large}/tasks',
        'deployment history': f'transactions/{run}/deployment_history',
        'its errors': f'transactions/{run}/deployment_history?statuses=error',
        'metrics': '/metrics',
    }


@functools.cache
def _environ(url: str) -> Mapping[str, Any]:
    """What a server would make of a request."""
    path, _mark, query = url.partition('?')
    path = path if path.startswith('/') else f'/api/v1/{path}'
    return test.create_environ(path, query_string=query)


class Reader:
    """Reads through the API, and notes how long it took."""

    def __init__(self, db: connection.Database) -> None:
        self._db = db
        self._api = application.Application(
            db, served.Idle(), catalog.catalog(), 30.0, served.planner()
        )

    def read(self, url: str) -> None:
        """Read once; raises when the answer is an error."""
        body, status, _headers = test.run_wsgi_app(
            self._api, dict(_environ(url))
        )
        said = b''.join(body)
        if not status.startswith('200'):
            raise LookupError(f'{url}: {status} {said!r}')

    def whole_reads(self, name: str, url: str, shown: bool) -> list[str]:
        """Lines of plans that are as they may not be."""
        wrong: list[str] = []
        with query_plans.recorded(self._db) as sent:
            self.read(url)
        for statement, parameters in sent.items():
            lines = query_plans.explain(self._db, statement, parameters)
            wrong += query_plans.whole_reads(
                self._db.dialect, statement, lines
            )
            if shown:
                print(f'-- {name}', statement, *lines, sep='\n', end='\n\n')
        return wrong

    def measure(self, url: str, times: int) -> dict[str, float]:
        """Milliseconds: least, median and 95th of wall time, and CPU."""
        wall, cpu = [], []
        for _ in range(times):
            before, used = time.perf_counter(), time.process_time()
            self.read(url)
            wall.append(time.perf_counter() - before)
            cpu.append(time.process_time() - used)
        return {
            'wall_0_ms': _share(wall, 0),
            'wall_50_ms': _share(wall, 50),
            'wall_95_ms': _share(wall, 95),
            'cpu_50_ms': _share(cpu, 50),
            'cpu_95_ms': _share(cpu, 95),
        }


def _share(found: Sequence[float], share: int) -> float:
    at = max(0, math.ceil(len(found) * share / 100) - 1)
    return round(sorted(found)[at] * 1000, 2)


@contextlib.contextmanager
def written(db: connection.Database) -> Iterator[None]:
    """Another process drives runs of 30 000 executions meanwhile."""
    url = db.url.render_as_string(hide_password=False)
    writer = subprocess.Popen((sys.executable, __file__, '--drive', url))
    try:
        while _running(db) < 2:
            time.sleep(0.1)
        yield
        assert writer.poll() is None, 'the writer was done too early'
    finally:
        writer.kill()
        writer.wait()


def _running(db: connection.Database) -> int:
    state = tables.runs.c.state
    with db.reader() as opened:
        running = sa.select(sa.func.count()).where(state == 'running')
        return opened.execute(running).scalar_one()


def _drive(url: str) -> None:
    """Drive runs until the process is ended."""
    db = connection.Database(url)
    number = 0
    while True:
        number += 1
        drive_whole(db, grid(*_LARGE), {}, f'driven-{number}')


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('dialect', choices=databases.DIALECTS, nargs='?')
    parser.add_argument('--runs', type=int)
    parser.add_argument('--times', type=int, default=40)
    parser.add_argument('--plans', action='store_true')
    parser.add_argument('--drive', metavar='URL', help=argparse.SUPPRESS)
    return parser.parse_args()


def main() -> int:
    """Fill one database and read from it."""
    args = _arguments()
    if args.drive:
        _drive(args.drive)
    db = databases.fresh(args.dialect)
    filled = old_runs.fill(db, args.runs or _RUNS[args.dialect])
    large, live = (old_runs.add(db, *_LARGE, ends=e) for e in (True, False))
    old_runs.settle(db)
    read = Reader(db)
    urls = cases(filled, large, live)
    alone: dict[str, Any] = {}
    wrong: list[str] = []
    for name, url in urls.items():
        wrong += read.whole_reads(name, url, args.plans)
        alone[name] = read.measure(url, args.times)
        print(f'{name:24} {alone[name]}', flush=True)
    lock_waits.check(db)
    with written(db), lock_waits.refused(db) as sent:
        beside = {
            name: read.measure(urls[name], args.times) for name in _BESIDE
        }
    for name, case in beside.items():
        print(f'{name:24} {case}  (beside)')
    wall = {name: case['wall_50_ms'] for name, case in alone.items()}
    cpu = {name: case['cpu_50_ms'] for name, case in alone.items()}
    report(
        benchmark='history',
        dialect=args.dialect,
        runs=filled.last - filled.first + 1,
        page_ms=max(wall[name] for name in _PAGES),
        page_cpu_ms=max(cpu[name] for name in _PAGES),
        slowest_ms=max(wall.values()),
        slowest_cpu_ms=max(cpu.values()),
        beside_95_ms=max(case['wall_95_ms'] for case in beside.values()),
        read_whole=len(wrong),
        # Had one waited for a lock, it would have failed.
        without_waiting=sent.statements,
        alone=alone,
        beside=beside,
    )
    _say_budgets(wall, cpu)
    print(*wrong, sep='\n', file=sys.stderr)
    return int(bool(wrong))


def _say_budgets(wall: Mapping[str, float], cpu: Mapping[str, float]) -> None:
    """Which pages keep to their budget, by wall time and by CPU alone."""
    most, wanted = _BUDGET
    for name in _PAGES:
        told = [
            f'{kind} {value} ms: '
            + (
                'reached'
                if value <= wanted
                else 'met'
                if value <= most
                else 'missed'
            )
            for kind, value in (('median', wall[name]), ('CPU', cpu[name]))
        ]
        print(f'{name:24} {", ".join(told)}', file=sys.stderr)


if __name__ == '__main__':
    sys.exit(main())
