"""Workflows of steps that do nothing, on DBOS Transact.

python dbos_workflows.py URL CHAINS STEPS

Imports nothing of the project, so that any interpreter with dbos will do.
"""

import json
import sys
import time

from dbos import DBOS


@DBOS.step()
def nothing(number: int) -> int:
    """Nothing."""
    return number


@DBOS.workflow()
def chain(steps: int) -> int:
    """Steps, one after the other."""
    for number in range(steps):
        nothing(number)
    return steps


def main() -> None:
    """All chains at once, each in a thread of DBOS."""
    url, chains, steps = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    DBOS(
        config={
            'name': 'benchmark',
            'system_database_url': url,
            'log_level': 'ERROR',
        }
    )
    DBOS.launch()
    DBOS.start_workflow(chain, 1).get_result()
    cpu, wall = time.process_time(), time.monotonic()
    started = [DBOS.start_workflow(chain, steps) for _ in range(chains)]
    for handle in started:
        handle.get_result()
    print(
        json.dumps(
            {
                'cpu_s': time.process_time() - cpu,
                'wall_s': time.monotonic() - wall,
            }
        ),
        flush=True,
    )
    DBOS.destroy()


if __name__ == '__main__':
    main()
