"""Agents as processes of their own, and an engine of the test's."""

import subprocess
from typing import Any

from trailmark.drivers import groups
from trailmark.messaging import threaded, transport
from trailmark.tests import brokers, engines
from trailmark.tests.functional import base, processes, sidelog
from trailmark.tests.unit.agent import engines as dispatches

#: Says that it began, leaves a checkpoint and the number of its group, and
#: works for so long, or until it is let go.
WORK = (
    'echo half > $TRAILMARK_CHECKPOINT; echo $$ > {pid}; '
    'timeout --foreground {seconds} '
    'sh -c "while test ! -e {pid}.go; do sleep 0.05; done" || true'
)


class AgentTestCase(base.ProcessTestCase):
    """Has RabbitMQ and an engine that listens."""

    def setUp(self) -> None:
        super().setUp()
        reason = brokers.why_not('rabbit')
        if reason is not None:
            self.skipTest(reason)
        self.conf = brokers.configuration('rabbit')
        way = transport.make(self.conf)
        self.addCleanup(way.cleanup)
        self.engine = engines.Engine(way)
        self.engine.start()
        self.addCleanup(self.engine.stop)
        self.log = sidelog.Log(self.folder / 'log')
        self.pid = self.folder / 'pid'

    def program(self, **options: object) -> processes.Trailmark:
        """The agent's program, with options set and no broker."""
        made = processes.Trailmark(
            self.folder / 'state', command=processes.AGENT
        )
        for name, value in {'agent__report_interval': 0.2, **options}.items():
            made.environment[f'OS_{name.upper()}'] = str(value)
        return made

    def agent(
        self,
        *arguments: str,
        node: str = 'n1',
        port: int | None = None,
        **options: object,
    ) -> subprocess.Popen[str]:
        """An agent of a node that serves; `port` of another broker."""
        options['default__control_exchange'] = self.conf.control_exchange
        options['default__transport_url'] = self.url(port)
        process = self.start(
            self.program(**options), '--node', node, *arguments
        )
        self.until(
            lambda: process.pid in {p.pid for p in self.engine.presences()},
            'an agent serves',
        )
        return process

    def url(self, port: int | None) -> str:
        """The broker's URL, by another port if one is given."""
        url = threaded.messaging.TransportURL.parse(self.conf)
        if port is not None:
            for host in url.hosts:
                host.hostname, host.port = '127.0.0.1', port
        return str(url)

    def dispatch(self, attempt_id: str, work: str, **more: Any) -> None:
        """Have the node's agents carry out a script with a side log."""
        self.engine.dispatch(
            dispatches.attempt(attempt_id, self.log.script(work), **more)
        )

    def begin(self, attempt_id: str, seconds: float = 60) -> None:
        """Dispatch work for so long; it has begun, and is held."""
        self.work = WORK.format(pid=self.pid, seconds=seconds)
        self.dispatch(attempt_id, self.work)
        self.until(self.group_number, f'{attempt_id} begins')
        self.until(
            lambda: attempt_id in self.engine.held(), f'{attempt_id} is held'
        )

    def let_go(self) -> None:
        """Let the work end."""
        self.pid.with_name('pid.go').touch()

    def group_number(self) -> int:
        """The process group of the work that began last; 0: none did."""
        text = self.pid.read_text() if self.pid.exists() else ''
        return int(text) if text.endswith('\n') else 0

    def running(self) -> list[object]:
        """What is alive of that work."""
        found = groups.members(self.group_number())
        return [each for each in found if not each.gone]

    def outcome(self, attempt_id: str, seconds: float = 30) -> Any:
        """How an attempt ended, as soon as the engine was told."""
        outcomes = self.engine.outcomes
        self.until(
            lambda: attempt_id in outcomes, f'{attempt_id} ends', seconds
        )
        return outcomes[attempt_id]
