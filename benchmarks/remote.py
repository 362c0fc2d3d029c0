"""Fuel's default graph on simulated agents over RabbitMQ: CPU per task.

python benchmarks/remote.py [--agents N] [--processes N] [--light] [--count]

An engine as a process, its database PostgreSQL; all tasks are noops. With
--light agents have no journal, which leaves more of the machine; with
--count messages of the engine are counted at a door, which slows it down.
"""

import argparse
import contextlib
import os
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import psutil
import sqlalchemy as sa
from expansion import DATA, files
from measuring import TRAILMARK, report

from trailmark.common import states
from trailmark.db import agents, connection, runs, schema
from trailmark.messaging import threaded
from trailmark.tests import brokers, databases
from trailmark.tests.functional import amqp, base

_HERE = Path(__file__).parent
_PATIENCE = 600


@contextlib.contextmanager
def _process(
    words: list[str], environment: Mapping[str, str]
) -> Iterator[psutil.Process]:
    with subprocess.Popen(
        words,
        env={**os.environ, **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            yield psutil.Process(process.pid)
        finally:
            process.kill()


def _cpu(*processes: psutil.Process) -> float:
    used = [process.cpu_times() for process in processes]
    return sum(each.user + each.system for each in used)


def _door(url: str) -> tuple[amqp.Broker, str]:
    conf = brokers.configuration('rabbit')
    [host] = threaded.messaging.TransportURL.parse(conf, url).hosts
    door = amqp.Broker(host.hostname, host.port)
    old = f'{host.hostname}:{host.port}'
    return door, url.replace(old, f'127.0.0.1:{door.port}')


def _until(
    condition: Callable[[], bool],
    what: str,
    needed: Sequence[psutil.Process] = (),
) -> None:
    last = time.monotonic() + _PATIENCE
    while not condition():
        dead = [each for each in needed if each.status() == 'zombie']
        if dead or time.monotonic() > last:
            raise SystemExit(f'{what}: not after {_PATIENCE} s, {dead}')
        time.sleep(0.2)


def main() -> None:
    """Run it once."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--agents', type=int, default=200)
    parser.add_argument('--processes', type=int, default=4)
    parser.add_argument('--light', action='store_true')
    parser.add_argument('--count', action='store_true')
    args = parser.parse_args()
    for reason in (
        brokers.why_not('rabbit'),
        databases.why_not('postgresql'),
        None if DATA.is_dir() else 'there is no data of Fuel',
    ):
        if reason is not None:
            report(benchmark='remote', skipped=reason)
            return
    with contextlib.ExitStack() as opened:
        place = Path(
            opened.enter_context(
                tempfile.TemporaryDirectory(prefix='trailmark_bench_')
            )
        )
        _measure(args, place, opened)


def _measure(
    args: argparse.Namespace, place: Path, opened: contextlib.ExitStack
) -> None:
    url = brokers.url('rabbit')
    environment = {
        'TRAILMARK_STATE': str(place / 'state'),
        'OS_DATABASE__CONNECTION': databases.fresh_url('postgresql'),
        'OS_DEFAULT__TRANSPORT_URL': url,
        'OS_DEFAULT__CONTROL_EXCHANGE': f'bench-{uuid.uuid4().hex[:12]}',
    }
    db = connection.Database(environment['OS_DATABASE__CONNECTION'])
    opened.callback(db.dispose)
    schema.upgrade(db)
    door, near = _door(url) if args.count else (None, url)
    words = [str(Path(sys.executable).parent / 'trailmark-engine')]
    engine = opened.enter_context(
        _process(words, {**environment, 'OS_DEFAULT__TRANSPORT_URL': near})
    )
    nodes = [f'n{number}' for number in range(args.agents)]
    served = [
        opened.enter_context(_process(_words(args, place, some), environment))
        for some in _parts(['master', *nodes], args.processes)
    ]
    _until(
        lambda: _alive(db) == args.agents + 1,
        'agents are heard',
        (engine, *served),
    )
    folder = base.write(place / 'fuel', files(args.agents))
    before = _cpu(engine), _cpu(*served)
    said = door.messages.copy() if door else {}
    run = _run(folder, environment, db)
    used = _cpu(engine) - before[0], _cpu(*served) - before[1]
    _tell(args, db, run, used)
    if door is not None:
        report(
            benchmark='remote messages',
            **{
                f'{name}_per_task': round(
                    (door.messages[name] - said[name]) / _tasks(db, run), 3
                )
                for name in ('published', 'delivered')
            },
        )


def _words(
    args: argparse.Namespace, place: Path, nodes: list[str]
) -> list[str]:
    light = ['--light'] if args.light else []
    script = str(_HERE / 'simulated_agents.py')
    return [sys.executable, script, *light, str(place / 'agents'), *nodes]


def _parts(nodes: list[str], count: int) -> list[list[str]]:
    return [nodes[first::count] for first in range(count)]


def _alive(db: connection.Database) -> int:
    return sum(agent.serves for agent in agents.list_all(db))


def _run(
    folder: Path, environment: Mapping[str, str], db: connection.Database
) -> int:
    subprocess.run(
        (
            *(*TRAILMARK, 'deploy', str(folder)),
            *('--noop', '--ignore-conditions', '--detach'),
        ),
        env={**os.environ, **environment},
        check=True,
        stdout=subprocess.DEVNULL,
    )
    run = runs.list_all(db, limit=1)[0].id

    def is_over() -> bool:
        found = runs.standing(db, run)
        return found is None or found[0] not in states.ACTIVE_RUN_STATES

    _until(is_over, 'the run ends')
    return run


def _tasks(db: connection.Database, run: int) -> int:
    return sum(runs.get(db, run).counts.values())


def _tell(
    args: argparse.Namespace,
    db: connection.Database,
    run: int,
    used: tuple[float, float],
) -> None:
    found, tasks = runs.get(db, run), _tasks(db, run)
    with db.reader() as opened:
        moves = opened.execute(
            sa.text('SELECT count(*) FROM task_transitions')
        ).scalar()
    report(
        benchmark='remote',
        agents=args.agents,
        processes=args.processes,
        light=args.light,
        counted=args.count,
        status=str(found.state),
        tasks=tasks,
        transitions=moves,
        cpu_ms_per_task=round(used[0] * 1000 / tasks, 3),
        agents_cpu_ms_per_task=round(used[1] * 1000 / tasks, 3),
        wall_s=round(
            ((found.ended_at or 0) - (found.started_at or 0)) / 1e6, 1
        ),
    )


if __name__ == '__main__':
    main()
