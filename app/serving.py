"""API, engine and agent in one process that others ask over HTTP."""

import argparse
import contextlib
from collections.abc import Sequence

from oslo_config import cfg

from trailmark.api import application, server
from trailmark.app import (
    admission,
    configuration,
    heartbeats,
    listening,
    logs,
    pairs,
    planners,
    state,
    storage,
)
from trailmark.common import exceptions, process_identity
from trailmark.db import connection
from trailmark.drivers import catalog, settings
from trailmark.engine import claiming, presence, strays
from trailmark.messaging import contracts
from trailmark.ui import site

#: Seconds for which runs are let go when it is told to end.
_LETTING_GO = 20.0


class Serving(contextlib.ExitStack):
    """Everything that `trailmark serve` serves, until it is closed.

    `files` are of options, which `said` overrides. Raises
    ConfigurationRefused, StateUnusable, DatabaseUnavailable, SchemaOutdated,
    JournalUnavailable, EngineRuns, AddressUnusable.
    """

    def __init__(self, files: Sequence[str], said: argparse.Namespace) -> None:
        super().__init__()
        with contextlib.ExitStack() as opened:
            conf = _configuration(files, said)
            guard = admission.guard(conf, conf.api.host)
            directory = state.directory()
            opened.callback(logs.begin(conf, directory))
            kept = storage.Storage(conf, directory)
            opened.callback(kept.db.dispose)
            kept.prepare()
            me = heartbeats.me(conf.engine.name or process_identity.host())
            heartbeats.check_alone(kept.db, me)
            options = settings.read(conf)
            types = catalog.catalog(options)
            own = strays.Strays(kept.db, keeps=False)
            made = pairs.pair(conf, directory, kept.db, types, own)
            opened.callback(made.agent.close, conf.agent.drain_seconds)
            api = application.Application(
                kept.db,
                made.host,
                types,
                conf.engine.lease_seconds,
                planners.LatePlanner(directory, options),
                conf.engine.agent_timeout,
                guard,
                conf.api.threads // 2,
            )
            # Before any run is taken: the address may be in use.
            served = server.Server(api, conf, site.Site(api))
            opened.callback(served.stop)
            self._drive(opened, conf, kept.db, made)
            heartbeats.begin(
                opened,
                conf,
                kept.db,
                me,
                made.host,
                presence.Presences(),
            )
            served.start()
            opened.callback(served.stop)
            self.url = served.url
            self.push(opened.pop_all())

    def _drive(
        self,
        opened: contextlib.ExitStack,
        conf: cfg.ConfigOpts,
        db: connection.Database,
        made: pairs.Pair,
    ) -> None:
        opened.callback(made.host.let_go, _LETTING_GO)
        claimer = claiming.Claimer(
            db,
            contracts.Holder(*process_identity.current()),
            made.host,
            conf.engine.lease_seconds,
            conf.engine.max_runs,
        )
        claimer.start()
        opened.callback(claimer.stop)


def _configuration(
    files: Sequence[str], said: argparse.Namespace
) -> cfg.ConfigOpts:
    conf = configuration.read(files)
    if conf.transport_url:
        raise exceptions.ConfigurationRefused(
            reason='[DEFAULT] transport_url is set: engines and agents are '
            'services, start `trailmark-api`'
        )
    listening.override(conf, said)
    return conf
