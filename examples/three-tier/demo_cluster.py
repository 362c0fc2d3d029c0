#!/usr/bin/env python3
"""Deploys this folder by services: two engines, seven agents, and servers.

PostgreSQL and RabbitMQ are started for it alone, as processes of their own;
they, and all state, live in .demo-cluster of the checkout, or in the folder
that is named. While the run goes on, the engine that drives it is killed: the
other one takes it over. However it ends, nothing of it runs on.
"""

import contextlib
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import time
from types import FrameType
from typing import Any

from trailmark.tests import leftovers, servers

HERE = pathlib.Path(__file__).resolve().parent
CHECKOUT = HERE.parent.parent
STATE = pathlib.Path(*sys.argv[1:2] or [CHECKOUT / '.demo-cluster'])
ENDINGS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
#: Seconds in which a service ends by itself.
PATIENCE = 60
BIN = pathlib.Path(sys.executable).parent
ENGINES = ('e1', 'e2')
AGENTS = (
    ('lb1', 'a'),
    ('app1', 'a'),
    ('app2', 'a'),
    ('db1', 'a'),
    ('db1', 'b'),
    ('db2', 'a'),
    ('master', 'a'),
)
ALIVE = ('alive', 'unassigned')
SHOWN = ('kind', 'name', 'node', 'pid', 'state', 'holds')


class Demo:
    """What was started, to be ended."""

    def __init__(self) -> None:
        shutil.rmtree(STATE, ignore_errors=True)
        STATE.mkdir(mode=0o755)
        self.database = servers.PostgreSQL(STATE / 'postgresql')
        self.broker = servers.RabbitMQ(STATE / 'rabbitmq')
        self.services: dict[str, subprocess.Popen[bytes]] = {}
        self.environment = {
            **os.environ,
            'PATH': f'{BIN}:{os.environ["PATH"]}',
            'TRAILMARK_STATE': str(STATE / 'state'),
            'OS_DATABASE__CONNECTION': self.database.url,
            'OS_DEFAULT__TRANSPORT_URL': self.broker.url,
            'OS_AGENT__WORK_FOLDER': str(STATE / 'work'),
        }

    def start(self, *words: str) -> None:
        """Start a service; it logs to a file of its own."""
        name = '-'.join(word for word in words if not word.startswith('--'))
        print(f'$ {" ".join(words)} &')
        with (STATE / f'{name}.log').open('ab') as log:
            self.services[name] = subprocess.Popen(
                words, env=self.environment, stdout=log, stderr=log
            )

    def ask(self, *words: str) -> Any:
        """What a command answers in JSON."""
        done = subprocess.run(
            ('trailmark', *words, '-f', 'json'),
            env=self.environment,
            stdout=subprocess.PIPE,
            check=True,
        )
        return json.loads(done.stdout)

    def run(self, wanted: int, *words: str) -> None:
        """Run a command, show what it says, insist on its exit code."""
        print(f'\n$ trailmark {" ".join(words)}', flush=True)
        code = subprocess.run(
            ('trailmark', *words), env=self.environment, check=False
        ).returncode
        if code != wanted:
            raise SystemExit(f'exit code {code} where {wanted} was expected')

    def wait(self) -> None:
        """Until every service is heard of."""
        for _ in range(120):
            listed = self.ask('service', 'list')
            there = [each for each in listed if each['state'] in ALIVE]
            if len(there) == len(self.services):
                return
            time.sleep(0.5)
        raise SystemExit(f'services did not start: see {STATE}/*.log')

    def kill_holder(self) -> None:
        """kill -9 of the engine that drives run 1, while it does."""
        for _ in range(200):
            driver = self.ask('run', 'show', '1')['driven_by']
            pid = driver['pid'] if driver else None
            for name, process in self.services.items():
                if process.pid == pid:
                    print(f'\n$ kill -9 {pid}    # {name}', flush=True)
                    process.kill()
                    return
            time.sleep(0.05)
        raise SystemExit('no engine took the run')

    def end(self) -> None:
        """End every process, also what tasks and servers left behind."""
        for process in self.services.values():
            process.terminate()
        for process in self.services.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(PATIENCE)
        for server in (self.broker, self.database):
            # One that has not come up has no process to end by its own file.
            with contextlib.suppress(OSError, ValueError, IndexError):
                server.end()
        leftovers.end(STATE)

    def check(self) -> None:
        """A run that was over before the kill shows nothing."""
        logs = [path.read_text() for path in STATE.glob('*-engine-*.log')]
        if not any('is claimed (adopt)' in log for log in logs):
            raise SystemExit('the engine was killed too late')


def _play(demo: Demo) -> None:
    folder = str(HERE.relative_to(CHECKOUT))
    demo.run(0, 'db', 'upgrade')
    for name in ENGINES:
        demo.start('trailmark-engine', '--name', name)
    for node, name in AGENTS:
        demo.start('trailmark-agent', '--node', node, '--name', name)
    demo.wait()
    columns = [word for name in SHOWN for word in ('-c', name)]
    demo.run(0, 'service', 'list', *columns)
    demo.run(0, 'deploy', folder, '--detach')
    demo.kill_holder()
    demo.run(1, 'run', 'watch', '1')
    demo.check()
    demo.run(0, 'run', 'resume', '1')
    demo.run(0, 'service', 'list', '--kind', 'engine', *columns)
    demo.run(0, 'run', 'show', '1', '-c', 'id', '-c', 'status', '-c', 'counts')


def _end(number: int, _frame: FrameType | None) -> None:
    """Leave what is being done, and be disturbed no more while it ends."""
    for each in ENDINGS:
        signal.signal(each, signal.SIG_IGN)
    raise SystemExit(128 + number)


def main() -> int:
    """Play it; the exit code."""
    missing = servers.why_not()
    if missing is not None:
        print(f'{missing}: install PostgreSQL and RabbitMQ', file=sys.stderr)
        return 2
    os.chdir(CHECKOUT)
    demo = Demo()
    for each in ENDINGS:
        signal.signal(each, _end)
    try:
        for server in (demo.database, demo.broker):
            server.start()
            print(f'{type(server).__name__} listens on port {server.port}')
        _play(demo)
    finally:
        demo.end()
    print(
        '\nThe run lost its engine, failed, was resumed and is ready. Logs '
        f'are in {STATE.name}'
    )
    return 0


if __name__ == '__main__':
    sys.exit(main())
