"""One DAG of 500 tasks on our engine and on TaskFlow's own, both durable.

python benchmarks/stock.py sqlite|postgresql|mysql [--nodes N] [--steps N]
[--engine serial|parallel]

Ours is counted from inserting the run to its end; TaskFlow's without
building its flow, and nothing is done in its tasks.
"""

import argparse

import taskflow.engines
from measuring import cpu_s, phase, report
from runs import drive_whole, grid
from taskflow import task
from taskflow.patterns import graph_flow
from taskflow.persistence import backends
from taskflow.utils import persistence_utils

from trailmark.flows import plan
from trailmark.tests import databases


class _Nothing(task.Task):
    def execute(self) -> None:
        """Nothing."""


def _flow(planned: plan.Plan) -> graph_flow.Flow:
    atoms = [_Nothing(vertex.name) for vertex in planned.vertices]
    flow = graph_flow.Flow('stock').add(*atoms)
    for before, numbers in zip(atoms, planned.after, strict=True):
        for number in numbers:
            flow.link(before, atoms[number])
    return flow


def _drive_stock(
    planned: plan.Plan, url: str, kind: str, measured: dict[str, float]
) -> str:
    with phase(measured, 'stock_flow'):
        flow = _flow(planned)
    with phase(measured, 'stock_backend'):
        backend = backends.fetch({'connection': url})
        backend.get_connection().upgrade()
    with phase(measured, 'stock_build'):
        book, detail = persistence_utils.temporary_flow_detail(backend)
        engine = taskflow.engines.load(
            flow, detail, book=book, backend=backend, engine=kind
        )
        engine.compile()
        engine.prepare()
    with phase(measured, 'stock_run'):
        engine.run()
    backend.close()
    return str(engine.storage.get_flow_state())


def main() -> None:
    """Run one size on one database, both ways."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('dialect', choices=databases.DIALECTS)
    parser.add_argument('--nodes', type=int, default=20)
    parser.add_argument('--steps', type=int, default=25)
    parser.add_argument('--engine', default='serial')
    args = parser.parse_args()
    planned = grid(args.nodes, args.steps)
    tasks = len(planned.vertices)
    measured: dict[str, float] = {}
    # The first use of a database compiles statements, in either engine.
    drive_whole(databases.fresh(args.dialect), grid(2, 2), {})
    database = databases.fresh(args.dialect)
    done = drive_whole(database, planned, measured)
    ours = cpu_s(measured)
    url = databases.fresh_url(args.dialect)
    state = _drive_stock(planned, url, args.engine, measured)
    stock = cpu_s(measured, 'stock_build', 'stock_run')
    report(
        benchmark='stock',
        dialect=args.dialect,
        stock_engine=args.engine,
        tasks=tasks,
        edges=sum(map(len, planned.after)),
        states=[done.state, state],
        cpu_ms_per_task=round(ours * 1000 / tasks, 4),
        stock_cpu_ms_per_task=round(stock * 1000 / tasks, 2),
        ratio=round(stock / ours, 1),
        **measured,
    )


if __name__ == '__main__':
    main()
