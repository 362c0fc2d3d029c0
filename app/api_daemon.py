"""The console script `trailmark-api`: serves the API of an installation."""

import contextlib
import logging
from collections.abc import Sequence

from oslo_config import cfg

from trailmark.api import application, guards, server
from trailmark.app import (
    admission,
    daemon,
    handed_over,
    listening,
    planners,
    state,
    storage,
)
from trailmark.drivers import catalog, settings
from trailmark.ui import site

LOG = logging.getLogger(__name__)


def main(argv: Sequence[str] | None = None) -> int:
    """Serve; the exit code."""
    parser = daemon.parser(
        'trailmark-api',
        'Serves the API over HTTP, and hands runs over to the engines behind '
        'the broker. As many as you like may share a database.',
    )
    listening.add_options(parser)
    said = parser.parse_args(argv)

    def begin(conf: cfg.ConfigOpts) -> daemon.Begin:
        listening.override(conf, said)
        guard = admission.guard(conf, conf.api.host)
        return lambda opened: _open(opened, conf, said.config_file, guard)

    return daemon.serve(said.config_file, begin)


def _open(
    opened: contextlib.ExitStack,
    conf: cfg.ConfigOpts,
    files: Sequence[str],
    guard: guards.Guard,
) -> None:
    """Begin to serve; `opened` ends it.

    Raises SchemaOutdated, DatabaseUnavailable, AddressUnusable.
    """
    kept = storage.Storage(conf)
    opened.callback(kept.db.dispose)
    kept.prepare()
    engines = handed_over.EngineServices(files)
    opened.callback(engines.close)
    options = settings.read(conf)
    api = application.Application(
        kept.db,
        engines,
        catalog.catalog(options),
        conf.engine.lease_seconds,
        planners.LatePlanner(state.directory(), options),
        conf.engine.agent_timeout,
        guard,
        conf.api.threads // 2,
    )
    served = server.Server(api, conf, site.Site(api))
    opened.callback(served.stop)
    served.start()
    LOG.info('the API is served at %s', served.url)
