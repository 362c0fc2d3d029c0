"""The engine alone: CPU and memory per task, two durable transitions each.

python benchmarks/engine.py sqlite|postgresql|mysql [--nodes N] [--steps N]
[--chain]
"""

import argparse

from measuring import Memory, cpu_s, phase, report
from runs import drive_whole, grid

from trailmark.tests import databases


def main() -> None:
    """Run one size on one database."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('dialect', choices=databases.DIALECTS)
    parser.add_argument('--nodes', type=int, default=100)
    parser.add_argument('--steps', type=int, default=100)
    parser.add_argument('--chain', action='store_true')
    args = parser.parse_args()
    database = databases.fresh(args.dialect)
    # What a process pays once, whatever it runs: statements are compiled.
    first: dict[str, float] = {}
    drive_whole(database, grid(2, 2), first, 'warm')
    measured: dict[str, float] = {}
    tasks = args.nodes * args.steps
    memory = Memory()
    with phase(measured, 'plan'):
        planned = grid(args.nodes, args.steps, args.chain)
    plan_kb = memory.peak_kb()
    done = drive_whole(database, planned, measured)
    cpu = cpu_s(measured, 'insert', 'build', 'run')
    report(
        benchmark='engine',
        dialect=args.dialect,
        shape='chain' if args.chain else 'grid',
        tasks=tasks,
        state=done.state,
        cpu_ms_per_task=round(cpu * 1000 / tasks, 4),
        memory_kb_per_task=round(done.peak_kb / tasks, 2),
        plan_kb_per_task=round(plan_kb / tasks, 2),
        flushes=done.flushes,
        first_use_cpu_s=round(cpu_s(first), 3),
        **measured,
    )


if __name__ == '__main__':
    main()
