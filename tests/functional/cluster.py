"""Engines and agents as processes, with servers of their own."""

import collections
import contextlib
import dataclasses
import os
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from collections.abc import Callable, Mapping
from pathlib import Path

from trailmark.common import states
from trailmark.db import connection, runs, schema
from trailmark.tests import servers
from trailmark.tests.functional import amqp, processes

_BIN = Path(sys.executable).parent
#: Seconds without a sign of life after which a connection is broken.
HEARTBEAT = 4
#: Short enough for a test to see them pass.
OPTIONS = {
    'ENGINE__LEASE_SECONDS': '3',
    'ENGINE__ACCEPT_TIMEOUT': '1.5',
    'ENGINE__CANCEL_TIMEOUT': '10',
    'ENGINE__AGENT_TIMEOUT': '120',
    'ENGINE__MAX_INTERRUPTIONS': '1000',
    'AGENT__REPORT_INTERVAL': '0.5',
    'AGENT__DRAIN_SECONDS': '2',
    'DEFAULT__GRACEFUL_SHUTDOWN_TIMEOUT': '20',
    'OSLO_MESSAGING_RABBIT__HEARTBEAT_TIMEOUT_THRESHOLD': str(HEARTBEAT),
}


@dataclasses.dataclass
class Service:
    """An engine or an agent, started again and again, behind its door."""

    kind: str
    name: str
    node: str | None
    door: amqp.Broker
    environment: Mapping[str, str]
    log: Path
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, unless it runs."""
        if self.is_alive:
            return
        words = [str(_BIN / f'trailmark-{self.kind}'), '--name', self.name]
        if self.node is not None:
            words += ['--node', self.node]
        with self.log.open('ab') as said:
            self.process = subprocess.Popen(
                words,
                env=dict(self.environment),
                stdout=said,
                stderr=said,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )

    @property
    def is_alive(self) -> bool:
        """Whether its process is there."""
        return self.process is not None and self.process.poll() is None

    @property
    def pid(self) -> int:
        """Its process."""
        assert self.process is not None
        return self.process.pid

    def kill(self) -> bool:
        """kill -9 of it alone; whether it was alive."""
        if self.process is None or not self.is_alive:
            return False
        self.process.kill()
        return self.process.wait() == -signal.SIGKILL

    def end(self, seconds: float = 60.0) -> int:
        """SIGTERM; its exit code."""
        assert self.process is not None
        self.process.terminate()
        return self.process.wait(seconds)


class Cluster:
    """PostgreSQL, RabbitMQ, engines by name, agents by node and name.

    Everything is below `folder`; `close` ends all of it.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.chmod(0o755)
        self.postgresql = servers.PostgreSQL(folder / 'postgresql')
        self.rabbitmq = servers.RabbitMQ(folder / 'rabbitmq')
        self.engines: list[Service] = []
        self.agents: list[Service] = []
        #: How many attempts on a node may have been interrupted.
        self.interrupted: collections.Counter[str | None] = (
            collections.Counter()
        )
        #: How many commands on a node may run again though they ended.
        self.forgotten: collections.Counter[str | None] = collections.Counter()
        self._ends: list[Callable[[], object]] = []

    def open(self) -> None:
        """Start the servers and make the tables."""
        for server in (self.postgresql, self.rabbitmq):
            server.start()
            self._ends.append(lambda each=server: each.end(signal.SIGKILL))  # type: ignore[misc]
        self.database = connection.Database(self.postgresql.url)
        self._ends.append(self.database.dispose)
        schema.upgrade(self.database)

    def at_end(self, end: Callable[[], object]) -> None:
        """Do this, too, when it is closed."""
        self._ends.append(end)

    def close(self) -> None:
        """End every process, whatever state it is in."""
        for service in self.services:
            service.kill()
            service.door.close()
        for pid in processes.supervisors(self.folder):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        for end in reversed(self._ends):
            end()

    @property
    def services(self) -> list[Service]:
        """Engines and agents."""
        return [*self.engines, *self.agents]

    def add_engine(self, name: str) -> Service:
        """Start an engine."""
        made = self._service('engine', name, None)
        self.engines.append(made)
        return made

    def add_agent(
        self, node: str, name: str = 'a', state: str = 'state'
    ) -> Service:
        """Start an agent of a node; of another machine if `state` is."""
        made = self._service('agent', name, node, state)
        self.agents.append(made)
        return made

    def _service(
        self, kind: str, name: str, node: str | None, state: str = 'state'
    ) -> Service:
        door = amqp.Broker('127.0.0.1', self.rabbitmq.port)
        log = self.folder / f'{kind}-{node or ""}-{name}.log'
        told = self._environment(door.port)
        told['TRAILMARK_STATE'] = str(self.folder / state)
        made = Service(kind, name, node, door, told, log)
        made.start()
        return made

    def command(self) -> processes.Trailmark:
        """Commands that hand runs over."""
        made = processes.Trailmark(self.folder / 'state')
        made.environment.update(self._environment(self.rabbitmq.port))
        return made

    def _environment(self, port: int) -> dict[str, str]:
        said = {
            'DATABASE__CONNECTION': self.postgresql.url,
            'DEFAULT__TRANSPORT_URL': f'rabbit://guest:guest@127.0.0.1:{port}//',
            **OPTIONS,
        }
        return {
            **os.environ,
            'TRAILMARK_STATE': str(self.folder / 'state'),
            **{f'OS_{name}': value for name, value in said.items()},
        }

    def holder(self, run: int) -> Service | None:
        """The engine that holds a run now."""
        found = runs.get(self.database, run)
        for engine in self.engines:
            if engine.is_alive and engine.pid == found.pid:
                return engine
        return None

    def is_over(self, run: int) -> bool:
        """Whether a run has ended."""
        found = runs.standing(self.database, run)
        assert found is not None
        return found[0] not in states.ACTIVE_RUN_STATES

    def said(self) -> str:
        """The last lines of every service, for who looks for a fault."""
        return '\n'.join(
            f'== {service.log.name}\n'
            + '\n'.join(service.log.read_text().splitlines()[-15:])
            for service in self.services
        )


def begin(case: unittest.TestCase, folder: Path) -> Cluster:
    """A cluster below the folder, as long as the test runs; or skip it."""
    reason = servers.why_not()
    if reason is not None:
        case.skipTest(reason)
    made = Cluster(folder)
    case.addCleanup(made.close)
    made.open()
    return made


class ClusterTestCase(unittest.TestCase):
    """Servers of its own, without engines and agents at first."""

    def setUp(self) -> None:
        holder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        self.addCleanup(holder.cleanup)
        self.folder = Path(holder.name)
        self.cluster = begin(self, self.folder)
        self.database = self.cluster.database


def until(
    condition: Callable[[], object], what: str, seconds: float = 60
) -> None:
    """Wait for a condition. Raises TimeoutError that says what for."""
    last = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > last:
            raise TimeoutError(f'{what}: not after {seconds:g} s')
        time.sleep(0.05)
