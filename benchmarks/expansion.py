"""Fuel's default graph from its files to TaskFlow's flow, by cluster size.

python benchmarks/expansion.py [--nodes N]

The graphs are looked for in TRAILMARK_FUEL_DATA.
"""

import argparse
import os
from pathlib import Path

import yaml
from measuring import Memory, cpu_s, phase, report

from trailmark.drivers import catalog
from trailmark.flows import compile as compiled
from trailmark.flows import graphs, loading, merging, planning
from trailmark.tests import sources

DATA = Path(
    os.environ.get(
        'TRAILMARK_FUEL_DATA', sources.ROOT.parent / 'shared/data/fuel'
    )
)
_OPTIONS = graphs.Options(noop=True, ignore_conditions=True)


def files(count: int) -> dict[str, str]:
    """Three controllers, the rest computes, every fifth with ceph-osd."""
    nodes = [
        {
            'name': f'n{number}',
            'roles': ['controller']
            if number < 3
            else ['compute', 'ceph-osd'][: 1 + (number % 5 == 3)],
        }
        for number in range(count)
    ]
    return {
        'deployment.yaml': yaml.safe_dump({'graph_types': ['default']}),
        'release/default.yaml': (DATA / 'graphs/default.yaml').read_text(),
        'roles.yaml': (DATA / 'roles.yaml').read_text(),
        'nodes.yaml': yaml.safe_dump(nodes),
    }


def main() -> None:
    """Expand for one number of nodes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--nodes', type=int, default=1000)
    args = parser.parse_args()
    if not DATA.is_dir():
        report(benchmark='expansion', skipped='there is no data of Fuel')
        return
    texts, types = files(args.nodes), catalog.catalog()
    measured: dict[str, float] = {}
    memory = Memory()
    with phase(measured, 'load'):
        read, _ = loading.read_deployment(texts, 'fuel', types)
    with phase(measured, 'merge'):
        merged = merging.merge(read.layers, 'default')
    snapshot = graphs.Snapshot(
        1, 'fuel', (merged,), read.nodes, read.roles, options=_OPTIONS
    )
    with phase(measured, 'plan'):
        planned = planning.plan(snapshot, types)
    with phase(measured, 'compile'):
        compiled.compile_plan('fuel', planned, True)
    executions = sum(each.task is not None for each in planned.vertices)
    edges = sum(map(len, planned.after))
    report(
        benchmark='expansion',
        nodes=args.nodes,
        executions=executions,
        vertices=len(planned.vertices),
        edges_per_execution=round(edges / executions, 2),
        cpu_s=round(cpu_s(measured), 2),
        kb_per_execution=round(memory.peak_kb() / executions, 2),
        **measured,
    )


if __name__ == '__main__':
    main()
