"""A whole `trailmark deploy` as a process: CPU and memory per task.

python benchmarks/deploy.py sqlite|postgresql|mysql [--nodes N] [--steps N]
[--twins]

With --twins the tasks are of type shell and run as their noop twins.
"""

import argparse
import tempfile
from pathlib import Path

from folders import chains
from measuring import TRAILMARK, child, report

from trailmark.tests import databases


def main() -> None:
    """Deploy one size on one database."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('dialect', choices=databases.DIALECTS)
    parser.add_argument('--nodes', type=int, default=100)
    parser.add_argument('--steps', type=int, default=100)
    parser.add_argument('--twins', action='store_true')
    args = parser.parse_args()
    tasks = args.nodes * args.steps
    with tempfile.TemporaryDirectory(prefix='trailmark_bench_') as place:
        folder = chains(
            Path(place) / 'deployment',
            args.nodes,
            args.steps,
            'shell' if args.twins else 'noop',
        )
        environment = {'TRAILMARK_STATE': str(Path(place) / 'state')}
        if args.dialect != 'sqlite':
            url = databases.fresh_url(args.dialect)
            environment['OS_DATABASE__CONNECTION'] = url
            child((*TRAILMARK, 'db', 'upgrade'), environment)
        command = [*TRAILMARK, 'deploy', str(folder)]
        done = child(command + ['--noop'] * args.twins, environment)
    report(
        benchmark='deploy',
        dialect=args.dialect,
        kind='noop twins of shell' if args.twins else 'noop',
        tasks=tasks,
        code=done.code,
        cpu_ms_per_task=round(done.cpu_s * 1000 / tasks, 4),
        cpu_s=round(done.cpu_s, 2),
        wall_s=round(done.wall_s, 2),
        max_rss_mb=round(done.max_rss_mb, 1),
    )


if __name__ == '__main__':
    main()
