"""Agents of many nodes in one process, as `trailmark-agent` has them.

python benchmarks/simulated_agents.py [--light] FOLDER NODE...

Options come from the environment; it serves until it is killed. Those that
are light speak as agents do, but have no journal, no threads for attempts
and no drivers: every attempt has ended as soon as it arrives.
"""

import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import tenacity

from trailmark.agent import reporting, routing, serving, settings
from trailmark.app import configuration
from trailmark.common import clock, exceptions, process_identity, states
from trailmark.drivers import catalog
from trailmark.flows import graphs
from trailmark.messaging import agents, contracts, engines, transport


class Light:
    """Implements contracts.AgentContract: all attempts end ready at once."""

    def __init__(
        self,
        way: Any,
        client: routing.Client,
        installation: str,
        presence: contracts.Presence,
    ) -> None:
        router = routing.Router(client, installation, print)
        self._reporter = reporting.Reporter(
            presence.name, presence.node, router, tuple, self, 2.0, presence
        )
        agents.server(
            way, presence.node, presence.name, self, router.heard
        ).start()
        self._reporter.announce()

    def execute_task_on_instance(
        self,
        attempts: Sequence[tuple[contracts.TaskAttempt, contracts.Instance]],
    ) -> None:
        """Say that they have ended."""
        now = clock.now()
        self._reporter.ended(
            contracts.Outcome(
                attempt.id,
                states.ExecutionState.READY,
                started_at=now,
                ended_at=now,
            )
            for attempt, _instance in attempts
        )

    def cancel_task(self, attempt_ids: Sequence[str]) -> None:
        """Nothing runs here."""

    def forget_run(self, run: int) -> None:
        """Nothing is remembered here."""


@tenacity.retry(
    retry=tenacity.retry_if_exception_type(exceptions.MessageNotSent)
)
def _installation(client: routing.Client) -> str:
    answer = client.report(None, contracts.Report('nobody', ''))
    return answer.installation or ''


def _presence(node: str, workers: int) -> contracts.Presence:
    return contracts.Presence(
        node,
        'a',
        process_identity.host(),
        os.getpid(),
        'benchmark',
        clock.now(),
        ('noop',),
        workers,
    )


def main() -> None:
    """Serve the nodes."""
    # Elsewhere they would be on machines of their own.
    os.nice(10)
    words = sys.argv[1:]
    is_light = '--light' in words
    folder, *nodes = [word for word in words if word != '--light']
    conf = configuration.read_for_service()
    way = transport.make(conf)
    client = engines.EngineClient(way, 10.0)
    drivers = catalog.drivers()
    installation = _installation(client)
    for node in nodes:
        options = settings.Settings(Path(folder) / node, graphs.MASTER)
        presence = _presence(node, options.workers)
        if is_light:
            Light(way, client, installation, presence)
            continue
        options.state_dir.mkdir(parents=True)
        serving.Serving(way, client, presence, drivers, options).start()
    signal.pause()


if __name__ == '__main__':
    main()
