"""kill -9 of a deploy in its middle, then a resume.

python benchmarks/restart.py sqlite|postgresql|mysql [--nodes N] [--steps N]

Seconds from the start of the resuming process until its agent took a new
attempt, what was lost, and what finished twice by the agent's journal.
"""

import argparse
import collections
import contextlib
import json
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from folders import chains
from measuring import report

from trailmark.common.states import ExecutionState
from trailmark.db import connection, tasks_history
from trailmark.tests import databases
from trailmark.tests.functional import processes

_PATIENCE = 60.0


@contextlib.contextmanager
def _journal(state: Path) -> Iterator[sqlite3.Connection]:
    (path,) = (state / 'journals').glob('*.db')
    opened = sqlite3.connect(f'file:{path}?mode=ro', uri=True, timeout=30)
    try:
        yield opened
    finally:
        opened.close()


def _newest(state: Path) -> int:
    """When an attempt was last taken in, in microseconds."""
    with _journal(state) as opened:
        row = opened.execute('SELECT max(created_at) FROM attempts')
        return int(row.fetchone()[0] or 0)


def _first_after(state: Path, moment: int) -> int:
    """When the first attempt after a moment was taken in."""
    with _journal(state) as opened:
        row = opened.execute(
            'SELECT min(created_at) FROM attempts WHERE created_at > ?',
            (moment,),
        )
        return int(row.fetchone()[0])


def _finished_twice(state: Path) -> int:
    """Executions of which more than one attempt was carried out."""
    done: collections.Counter[str] = collections.Counter()
    with _journal(state) as opened:
        for attempt_id, outcome in opened.execute(
            'SELECT id, outcome FROM attempts'
        ):
            if outcome and json.loads(outcome)[0] == ExecutionState.READY:
                done[attempt_id.rpartition('.')[0]] += 1
    return sum(count > 1 for count in done.values())


def _ready(database: connection.Database) -> int:
    return tasks_history.counts(database, 1).get(ExecutionState.READY, 0)


def _kill_in_the_middle(
    process: subprocess.Popen[str], database: connection.Database, tasks: int
) -> int:
    """Kill once half is ready; answer how many are then."""
    until = time.monotonic() + _PATIENCE
    while _ready(database) < tasks // 2:
        if process.poll() is not None or time.monotonic() > until:
            raise RuntimeError('the deploy did not come to its middle')
        time.sleep(0.05)
    processes.kill(process)
    return _ready(database)


def _measure(
    place: Path, url: str | None, nodes: int, steps: int
) -> dict[str, object]:
    state, tasks = place / 'state', nodes * steps
    folder = chains(place / 'deployment', nodes, steps)
    trailmark = processes.Trailmark(state, url)
    trailmark.run('db', 'upgrade')
    database = connection.Database(url or f'sqlite:///{state}/trailmark.db')
    deploy = trailmark.start('deploy', str(folder))
    ready = _kill_in_the_middle(deploy, database, tasks)
    newest = _newest(state)
    started = time.time()
    resume = trailmark.start('run', 'resume', '1')
    code = resume.wait(_PATIENCE)
    ended = time.time()
    counts = tasks_history.counts(database, 1)
    database.dispose()
    first = _first_after(state, newest) / 1_000_000
    return {
        'ready_at_the_kill': ready,
        'code': code,
        'first_new_task_s': round(first - started, 3),
        'resume_wall_s': round(ended - started, 2),
        'lost': tasks - counts.get(ExecutionState.READY, 0),
        'finished_twice': _finished_twice(state),
    }


def main() -> None:
    """Kill and resume one run on one database."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('dialect', choices=databases.DIALECTS)
    parser.add_argument('--nodes', type=int, default=100)
    parser.add_argument('--steps', type=int, default=100)
    args = parser.parse_args()
    url = None
    if args.dialect != 'sqlite':
        url = databases.fresh_url(args.dialect)
    with tempfile.TemporaryDirectory(prefix='trailmark_bench_') as place:
        found = _measure(Path(place), url, args.nodes, args.steps)
    report(
        benchmark='restart',
        dialect=args.dialect,
        tasks=args.nodes * args.steps,
        **found,
    )


if __name__ == '__main__':
    main()
