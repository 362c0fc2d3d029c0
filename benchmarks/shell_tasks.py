"""What a shell task costs, beside the same command run by xargs.

python benchmarks/shell_tasks.py [--nodes N] [--steps N] [--rounds N]

CPU of all processes, also of those that outlive the deployment; both sides
take turns.
"""

import argparse
import contextlib
import ctypes
import os
import resource
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from folders import chains
from measuring import TRAILMARK, report

_PR_SET_CHILD_SUBREAPER = 36


def main() -> None:
    """Deploy, and run by xargs, as many commands."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--nodes', type=int, default=20)
    parser.add_argument('--steps', type=int, default=200)
    parser.add_argument('--rounds', type=int, default=2)
    args = parser.parse_args()
    tasks = args.nodes * args.steps
    # What a deployment leaves behind becomes a child of this process.
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    ours, theirs = [], []
    for _ in range(args.rounds):
        theirs.append(_xargs(tasks) * 1000 / tasks)
        ours.append(_deploy(args.nodes, args.steps) * 1000 / tasks)
    report(
        benchmark='shell_tasks',
        tasks=tasks,
        rounds=args.rounds,
        cpu_ms_per_task=round(min(ours), 3),
        xargs_cpu_ms_per_task=round(min(theirs), 3),
        each=[round(each, 3) for each in ours],
        xargs_each=[round(each, 3) for each in theirs],
        ratio=round(sum(ours) / sum(theirs), 3),
    )


def _deploy(nodes: int, steps: int) -> float:
    with tempfile.TemporaryDirectory(prefix='trailmark_bench_') as place:
        folder = chains(Path(place) / 'deployment', nodes, steps, 'shell')
        state = {'TRAILMARK_STATE': str(Path(place) / 'state')}
        return _cpu((*TRAILMARK, 'deploy', str(folder)), state)


def _xargs(tasks: int) -> float:
    command = f'yes x | head -{tasks} | xargs -P2 -I{{}} bash -c true'
    return _cpu(('/bin/sh', '-c', command), {})


def _cpu(command: Sequence[str], environment: Mapping[str, str]) -> float:
    """CPU seconds of a command and of all that it has begun."""
    before = _used()
    subprocess.run(
        command,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        check=True,
    )
    with contextlib.suppress(ChildProcessError):
        while True:
            os.wait()
    return _used() - before


def _used() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == '__main__':
    main()
