"""A page of 100 of a run's history with 3 million rows present.

python benchmarks/history.py sqlite|postgresql|mysql [--runs N] [--times N]

Read from the database's functions and as HTTP through the API in this
process, from the run's start and from its middle.
"""

import argparse
import statistics
import time
from collections.abc import Callable

import httpx
import sqlalchemy as sa
from measuring import report
from runs import grid

from trailmark.api import application
from trailmark.common.states import ExecutionState, RunState
from trailmark.db import connection, tables, tasks_history
from trailmark.drivers import catalog
from trailmark.tests import databases, stored
from trailmark.tests.unit.api import served

_NODES, _STEPS, _PAGE = 1000, 100, 100


def _fill(db: connection.Database, copies: int) -> int:
    """Store a run of 100 000 rows and copies of it; answer its number.

    The last copy is active: its rows are counted whenever it is shown.
    """
    run = stored.store(db, grid(_NODES, _STEPS)).run
    ended = {
        'state': f"'{RunState.READY}'",
        'holds_cluster': 'NULL',
        'counts': f'\'{{"ready": {_NODES * _STEPS}}}\'',
    }
    with db.writer() as opened:
        if db.dialect == 'sqlite':
            opened.exec_driver_sql('PRAGMA cache_size = -200000')
        changes = ', '.join(f'{k} = {v}' for k, v in ended.items())
        opened.execute(sa.text(f'UPDATE runs SET {changes}'))
        opened.execute(
            sa.text(
                f"UPDATE tasks_history SET state = '{ExecutionState.READY}'"
            )
        )
        for copy in range(run + 1, run + copies):
            _copy(opened, tables.runs, 'id', run, copy)
            for table in (
                tables.run_nodes,
                tables.run_tasks,
                tables.tasks_history,
            ):
                _copy(opened, table, 'run_id', run, copy)
        active = {'state': f"'{RunState.RUNNING}'", 'counts': 'NULL'}
        changes = ', '.join(f'{k} = {v}' for k, v in active.items())
        last = run + copies - 1
        opened.execute(sa.text(f'UPDATE runs SET {changes} WHERE id = {last}'))
    with db.writer() as opened:
        if db.dialect != 'mysql':
            opened.execute(sa.text('ANALYZE'))
    return run


def _copy(
    opened: sa.Connection, table: sa.Table, key: str, run: int, copy: int
) -> None:
    others = ', '.join(c.name for c in table.columns if c.name != key)
    opened.execute(
        sa.text(
            f'INSERT INTO {table.name} ({key}, {others})'
            f' SELECT {copy}, {others} FROM {table.name} WHERE {key} = {run}'
        )
    )


def _median_ms(times: int, read: Callable[[], object]) -> float:
    found = []
    for _ in range(times):
        before = time.perf_counter()
        read()
        found.append(time.perf_counter() - before)
    return round(statistics.median(found) * 1000, 2)


def main() -> None:
    """Fill one database and read pages of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('dialect', choices=databases.DIALECTS)
    parser.add_argument('--runs', type=int, default=30)
    parser.add_argument('--times', type=int, default=20)
    args = parser.parse_args()
    db = databases.fresh(args.dialect)
    first_run = _fill(db, args.runs)
    run, active = first_run + args.runs // 2, first_run + args.runs - 1
    api = application.Application(
        db, served.Idle(), catalog.catalog(), 30.0, served.planner()
    )
    client = httpx.Client(
        transport=httpx.WSGITransport(api),
        base_url='http://trailmark/api/v1',
    )
    first = tasks_history.page(db, run=run, limit=_PAGE)
    assert len(first) == _PAGE
    # Any row's public id is a marker: one of the middle node.
    middle = first[-1].id & ~(2**14 - 1) | _NODES // 2
    path = f'runs/{run}/tasks_history'
    answer = client.get(path, params={'limit': _PAGE, 'marker': middle})
    assert len(answer.json()['tasks_history']) == _PAGE, answer.text
    report(
        benchmark='history',
        dialect=args.dialect,
        rows=args.runs * _NODES * _STEPS,
        page_ms=_median_ms(
            args.times,
            lambda: tasks_history.page(db, run=run, limit=_PAGE),
        ),
        middle_page_ms=_median_ms(
            args.times,
            lambda: tasks_history.page(db, run=run, after=middle, limit=_PAGE),
        ),
        of_a_node_ms=_median_ms(
            args.times,
            lambda: tasks_history.page(
                db, run=run, nodes=[f'n{_NODES // 2}'], limit=_PAGE
            ),
        ),
        http_page_ms=_median_ms(
            args.times,
            lambda: client.get(
                path, params={'limit': _PAGE, 'marker': middle}
            ),
        ),
        http_page_of_an_active_run_ms=_median_ms(
            args.times,
            lambda: client.get(
                f'runs/{active}/tasks_history', params={'limit': _PAGE}
            ),
        ),
    )


if __name__ == '__main__':
    main()
