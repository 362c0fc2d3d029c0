"""The console script `trailmark-agent`: serves a node."""

import contextlib
import importlib.metadata
import logging
import os
import pathlib
import re
from collections.abc import Sequence

from oslo_config import cfg

from trailmark.agent import serving
from trailmark.agent import settings as agent_settings
from trailmark.app import daemon, state, workers
from trailmark.common import clock, exceptions, process_identity
from trailmark.common import secrets as masking
from trailmark.drivers import catalog
from trailmark.drivers import settings as driver_settings
from trailmark.flows import graphs, shapes
from trailmark.messaging import contracts, engines, transport

LOG = logging.getLogger(__name__)
#: Seconds for an engine's answer.
_ANSWER = 5.0
#: Seconds that closing takes beside the drain.
_CLOSING = 30
#: Characters that the database keeps.
_LONGEST_NAME = 255


def main(argv: Sequence[str] | None = None) -> int:
    """Serve; the exit code."""
    parser = daemon.parser(
        'trailmark-agent',
        'Serves a node: carries out what engines dispatch for it. Several '
        'agents of a node on one machine share its journal.',
    )
    parser.add_argument(
        '--node',
        required=True,
        help='node that it serves, as clusters name it; master for what is '
        'done on master',
    )
    parser.add_argument(
        '--name',
        default=process_identity.host(),
        help='unique among the agents of the node and the same after a '
        'restart; by default the name of the host',
    )
    said = parser.parse_args(argv)

    def begin(conf: cfg.ConfigOpts) -> daemon.Begin:
        _check(said.node, said.name)
        directory = state.make(state.directory() / 'agents' / said.node)
        options = _options(conf, directory)
        return lambda opened: _open(
            opened, conf, said.node, said.name, options
        )

    return daemon.serve(said.config_file, begin)


def _check(node: str, name: str) -> None:
    """Raises ConfigurationRefused."""
    for option, given in (('--node', node), ('--name', name)):
        if not re.fullmatch(shapes.NAME, given):
            raise exceptions.ConfigurationRefused(
                reason=f'{option} {given!r:.100} is no name without blanks '
                'and @ / , :'
            )
        if len(given) > _LONGEST_NAME:
            raise exceptions.ConfigurationRefused(
                reason=f'{option} has more than {_LONGEST_NAME} characters'
            )


def _open(
    opened: contextlib.ExitStack,
    conf: cfg.ConfigOpts,
    node: str,
    name: str,
    options: agent_settings.Settings,
) -> None:
    """Begin to serve; `opened` ends it. Raises ConfigurationRefused."""
    seconds = int(options.drain_seconds) + _CLOSING
    conf.set_default(
        'graceful_shutdown_timeout',
        max(seconds, conf.graceful_shutdown_timeout),
    )
    drivers = catalog.drivers(driver_settings.read(conf))
    usable = [each for each in drivers if drivers[each].type.refusal is None]
    presence = _presence(node, name, usable, options.workers)
    way = transport.make(conf)
    opened.callback(way.cleanup)
    serves = serving.Serving(
        way, engines.EngineClient(way, _ANSWER), presence, drivers, options
    )
    url = masking.mask_urls(conf.transport_url)
    LOG.info('agent %s is there for node %s through %s', name, node, url)
    serves.start()
    opened.callback(serves.stop)


def _presence(
    node: str, name: str, drivers: Sequence[str], workers: int
) -> contracts.Presence:
    return contracts.Presence(
        node=node,
        name=name,
        host=process_identity.host(),
        pid=os.getpid(),
        version=importlib.metadata.version('trailmark'),
        started_at=clock.now(),
        drivers=tuple(sorted(drivers)),
        workers=workers,
    )


def _options(
    conf: cfg.ConfigOpts, directory: pathlib.Path
) -> agent_settings.Settings:
    said = conf.agent
    return agent_settings.Settings(
        state_dir=directory,
        work_folder=state.work_folder(conf),
        master=graphs.MASTER,
        workers=workers.most(conf),
        report_interval=said.report_interval,
        stale_seconds=said.stale_seconds,
        drain_seconds=said.drain_seconds,
        journal_days=said.journal_days,
        environment=tuple(said.environment),
    )
