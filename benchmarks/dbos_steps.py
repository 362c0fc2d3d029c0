"""10 chains of 1 000 steps on DBOS Transact and on our engine, PostgreSQL.

python benchmarks/dbos_steps.py [--chains N] [--steps N]

Ours runs here, DBOS in the interpreter that TRAILMARK_DBOS_PYTHON names
(default: this one); without dbos there nothing is measured. A step of
either does nothing, and both write to the same server.
"""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

import sqlalchemy as sa
from measuring import cpu_s, report
from runs import drive_whole, grid

from trailmark.tests import databases

_PYTHON = os.environ.get('TRAILMARK_DBOS_PYTHON', sys.executable)


def _has_dbos() -> bool:
    tried = subprocess.run((_PYTHON, '-c', 'import dbos'), capture_output=True)
    return tried.returncode == 0


def _run_dbos(chains: int, steps: int) -> dict[str, float]:
    url = sa.make_url(databases.fresh_url('postgresql'))
    plain = url.set(drivername='postgresql')
    script = Path(__file__).with_name('dbos_workflows.py')
    done = subprocess.run(
        (
            _PYTHON,
            str(script),
            plain.render_as_string(hide_password=False),
            str(chains),
            str(steps),
        ),
        stdout=subprocess.PIPE,
        check=True,
        timeout=300,
    )
    measured: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return measured


def main() -> None:
    """Run both, ours first."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--chains', type=int, default=10)
    parser.add_argument('--steps', type=int, default=1000)
    args = parser.parse_args()
    if not _has_dbos():
        report(benchmark='dbos', skipped='dbos is not installed')
        return
    tasks = args.chains * args.steps
    measured: dict[str, float] = {}
    planned = grid(args.chains, args.steps, linked=False)
    done = drive_whole(databases.fresh('postgresql'), planned, measured)
    wall = sum(v for name, v in measured.items() if name.endswith('_wall_s'))
    theirs = _run_dbos(args.chains, args.steps)
    report(
        benchmark='dbos',
        dialect='postgresql',
        tasks=tasks,
        state=done.state,
        flushes=done.flushes,
        steps_per_s=round(tasks / wall),
        dbos_steps_per_s=round(tasks / theirs['wall_s']),
        ratio=round(theirs['wall_s'] / wall, 1),
        cpu_ms_per_task=round(cpu_s(measured) * 1000 / tasks, 4),
        dbos_cpu_ms_per_step=round(theirs['cpu_s'] * 1000 / tasks, 4),
    )


if __name__ == '__main__':
    main()
