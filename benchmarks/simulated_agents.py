"""Agents of many nodes in one process, as `trailmark-agent` has them.

python benchmarks/simulated_agents.py FOLDER NODE...

Options come from the environment; it serves until it is killed.
"""

import os
import signal
import sys
from pathlib import Path

from trailmark.agent import serving, settings
from trailmark.app import configuration
from trailmark.common import clock, process_identity
from trailmark.drivers import catalog
from trailmark.flows import graphs
from trailmark.messaging import contracts, engines, transport


def main() -> None:
    """Serve the nodes."""
    # Elsewhere they would be on machines of their own.
    os.nice(10)
    folder, *nodes = sys.argv[1:]
    conf = configuration.read_for_service()
    way = transport.make(conf)
    client = engines.EngineClient(way, 10.0)
    drivers = catalog.drivers()
    for node in nodes:
        options = settings.Settings(Path(folder) / node, graphs.MASTER)
        options.state_dir.mkdir(parents=True)
        presence = contracts.Presence(
            node,
            'a',
            process_identity.host(),
            os.getpid(),
            'benchmark',
            clock.now(),
            ('noop',),
            options.workers,
        )
        serving.Serving(way, client, presence, drivers, options).start()
    signal.pause()


if __name__ == '__main__':
    main()
