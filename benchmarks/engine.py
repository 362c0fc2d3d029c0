"""The engine alone: CPU per task from plan to end, two transitions each.

python benchmarks/engine.py URL [--nodes N] [--steps N] [--chain]
"""

import argparse
import gc

from measuring import max_rss_mb, phase, report
from runs import HOLDER, Router, ThreadedAgents, grid, new_run

from trailmark.db import connection, deployments, records, runs, schema
from trailmark.engine import driving, settings
from trailmark.tests import databases, plans


def main() -> None:
    """Run one size on one database."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('dialect', choices=databases.DIALECTS)
    parser.add_argument('--nodes', type=int, default=100)
    parser.add_argument('--steps', type=int, default=100)
    parser.add_argument('--chain', action='store_true')
    args = parser.parse_args()
    database = connection.Database(databases.fresh_url(args.dialect))
    schema.upgrade(database)
    measured: dict[str, float] = {}
    tasks = args.nodes * args.steps
    planned = grid(args.nodes, args.steps, args.chain)
    gc.collect()
    before = max_rss_mb()
    cluster = deployments.store(
        database,
        records.DeploymentRecord('c', '/c', 'r', (), (), {}, (), ()),
    ).cluster
    with phase(measured, 'insert'):
        _, claim = runs.insert(
            database, new_run(cluster.id, planned), HOLDER, 30.0
        )
    assert claim is not None
    agents = ThreadedAgents()
    tools = driving.Tools(database, agents, {}, settings.Settings())
    with phase(measured, 'build'):
        drive = driving.Drive(tools, claim, plans.snapshot(planned), planned)
    agents.engine = Router(drive.executor.inbox.report)  # type: ignore[assignment]
    with phase(measured, 'run'):
        state = drive.run()
    cpu = sum(value for name, value in measured.items() if 'cpu' in name)
    report(
        benchmark='engine',
        dialect=args.dialect,
        shape='chain' if args.chain else 'grid',
        tasks=tasks,
        state=state,
        cpu_ms_per_task=round(cpu * 1000 / tasks, 4),
        memory_kb_per_task=round((max_rss_mb() - before) * 1024 / tasks, 2),
        flushes=drive.flushes,
        **measured,
    )


if __name__ == '__main__':
    main()
