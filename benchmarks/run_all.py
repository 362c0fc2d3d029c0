"""Every benchmark, one JSON line each, and a table of budgets at the end.

python benchmarks/run_all.py [NAME ...] [--quick]

NAME is the first word of a line of the table, such as engine or restart;
--quick leaves out what takes longer than some seconds. What needs a
database that is not there is skipped in plain words.
"""

import argparse
import dataclasses
import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from trailmark.tests import databases

_LIMIT_SECONDS = 300


@dataclasses.dataclass(frozen=True)
class Budget:
    """A field of a result: it is to be at most, or at least, so much."""

    what: str
    field: str
    limit: float
    reach: float | None = None
    unit: str = ''
    at_least: bool = False

    def is_met(self, value: float) -> bool:
        """Whether the value keeps the budget."""
        if self.at_least:
            return value >= self.limit
        return value <= self.limit


@dataclasses.dataclass(frozen=True)
class Job:
    """One benchmark with its arguments and the budgets of its result."""

    command: str
    budgets: tuple[Budget, ...]
    slow: bool = False

    @property
    def arguments(self) -> list[str]:
        """The words of the command."""
        return self.command.split()


_CPU = Budget('CPU per task', 'cpu_ms_per_task', 0.2, 0.08, 'ms')
_CHAIN = Budget('CPU per task', 'cpu_ms_per_task', 1.0, 0.6, 'ms')
_DEPLOY = Budget('CPU per task', 'cpu_ms_per_task', 0.6, 0.3, 'ms')
_MEMORY = Budget('memory per task', 'memory_kb_per_task', 4.0, 2.5, 'kB')
_STOCK = Budget('times cheaper', 'ratio', 100, 300, at_least=True)
_DBOS = Budget('times faster', 'ratio', 5, 15, at_least=True)
_EXPANSION = (
    Budget('CPU', 'cpu_s', 12, 4, 's'),
    Budget('edges per execution', 'edges_per_execution', 8),
)
_RESTART = (
    Budget('first new task', 'first_new_task_s', 3, 1.5, 's'),
    Budget('lost', 'lost', 0),
    Budget('finished twice', 'finished_twice', 0),
)
_HISTORY = (
    Budget('page, wall time', 'page_ms', 10, 3, 'ms'),
    Budget('page, CPU', 'page_cpu_ms', 10, 3, 'ms'),
    Budget('slowest reading, CPU', 'slowest_cpu_ms', 25, 10, 'ms'),
    Budget('large tables read whole', 'read_whole', 0),
)
_PURGE = (Budget('longest flush beside', 'longest_flush_ms', 500, 50, 'ms'),)
_PROGRESS = (Budget('95 of 100 answers', 'p95_ms', 3000, 500, 'ms'),)
_REMOTE = (Budget('CPU per task', 'cpu_ms_per_task', 1.2, 0.6, 'ms'),)
_SHELL_TASKS = (Budget('times xargs and bash', 'ratio', 2.5, 2.0),)
_HELP = (Budget('CPU', 'cpu_s', 0.5, 0.25, 's'),)

JOBS = (
    Job('engine postgresql --nodes 10', (_CPU,)),
    Job('engine postgresql', (_CPU, _MEMORY)),
    Job('engine postgresql --nodes 1000', (_CPU, _MEMORY), slow=True),
    Job('engine postgresql --nodes 3000', (_CPU, _MEMORY), slow=True),
    Job('engine postgresql --nodes 10 --chain', (_CHAIN,)),
    Job('engine sqlite --nodes 10', (_CPU,)),
    Job('engine sqlite', (_CPU, _MEMORY)),
    Job('engine sqlite --nodes 1000', (_CPU, _MEMORY), slow=True),
    Job('engine mysql', (_CPU, _MEMORY)),
    Job('engine mysql --nodes 1000', (_CPU, _MEMORY), slow=True),
    Job('stock postgresql', (_STOCK,), slow=True),
    Job('stock sqlite', (_STOCK,), slow=True),
    Job('dbos_steps', (_DBOS,), slow=True),
    Job('deploy sqlite', (_DEPLOY,)),
    Job('deploy sqlite --twins', (_DEPLOY,)),
    Job('deploy postgresql', (_DEPLOY,)),
    Job('shell_tasks', _SHELL_TASKS, slow=True),
    Job('expansion --nodes 4', _EXPANSION),
    Job('expansion --nodes 10', _EXPANSION),
    Job('expansion --nodes 200', _EXPANSION),
    Job('expansion --nodes 1000', _EXPANSION),
    Job('restart sqlite', _RESTART),
    Job('restart postgresql', _RESTART),
    Job('history sqlite', _HISTORY, slow=True),
    Job('history postgresql', _HISTORY, slow=True),
    Job('history mysql', _HISTORY, slow=True),
    Job('purge sqlite', _PURGE),
    Job('purge postgresql', _PURGE),
    Job('purge mysql', _PURGE),
    Job('progress sqlite', _PROGRESS, slow=True),
    Job('progress postgresql', _PROGRESS, slow=True),
    Job('progress mysql', _PROGRESS, slow=True),
    Job('remote', _REMOTE, slow=True),
    Job('help', _HELP),
)


def _why_not(job: Job) -> str | None:
    for dialect in databases.DIALECTS:
        if dialect in job.arguments:
            return databases.why_not(dialect)
    return None


def _run(job: Job) -> dict[str, object]:
    """What the benchmark reported, or why it did not."""
    reason = _why_not(job)
    if reason is not None:
        return {'skipped': reason}
    name, *arguments = job.arguments
    script = Path(__file__).with_name(f'{name}.py')
    try:
        done = subprocess.run(
            (sys.executable, str(script), *arguments),
            capture_output=True,
            text=True,
            timeout=_LIMIT_SECONDS,
        )
    except subprocess.TimeoutExpired:
        return {'failed': f'not done after {_LIMIT_SECONDS} s'}
    lines = done.stdout.splitlines()
    if done.returncode or not lines:
        return {'failed': done.stderr.strip().splitlines()[-1:]}
    result: dict[str, object] = json.loads(lines[-1])
    return result


def _rows(job: Job, result: dict[str, object]) -> Iterator[Sequence[str]]:
    for word in ('skipped', 'failed'):
        if word in result:
            yield (job.command, word, '', '', '', str(result[word]))
            return
    for budget in job.budgets:
        value = float(str(result[budget.field]))
        sign = '>=' if budget.at_least else '<='
        yield (
            job.command,
            budget.what,
            f'{sign} {budget.limit:g} {budget.unit}'.strip(),
            '' if budget.reach is None else f'{budget.reach:g}',
            f'{value:g}',
            'met' if budget.is_met(value) else 'NOT MET',
        )


def _print_table(rows: Sequence[Sequence[str]]) -> None:
    head = ('benchmark', 'what', 'budget', 'reach for', 'measured', '')
    widths = [max(len(row[at]) for row in (head, *rows)) for at in range(6)]
    for row in (head, *rows):
        cells = zip(row, widths, strict=True)
        print('  '.join(cell.ljust(width) for cell, width in cells).rstrip())


def main() -> int:
    """Run what was asked for; 1 when a budget is not met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('names', nargs='*')
    parser.add_argument('--quick', action='store_true')
    args = parser.parse_args()
    rows: list[Sequence[str]] = []
    for job in JOBS:
        if args.names and job.arguments[0] not in args.names:
            continue
        if args.quick and job.slow:
            continue
        result = _run(job)
        print(json.dumps({'command': job.command, **result}), flush=True)
        rows.extend(_rows(job, result))
    print()
    _print_table(rows)
    return int(any(row[1] == 'failed' or row[5] == 'NOT MET' for row in rows))


if __name__ == '__main__':
    sys.exit(main())
