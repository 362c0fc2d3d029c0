"""The console script `trailmark-engine`: drives runs as a service."""

import contextlib
import functools
import gc
import logging
from collections.abc import Sequence

from oslo_config import cfg

from trailmark.app import daemon, heartbeats, pairs, storage
from trailmark.common import liveness, process_identity
from trailmark.common import secrets as masking
from trailmark.db import connection, installations
from trailmark.drivers import catalog
from trailmark.drivers import settings as driver_settings
from trailmark.engine import (
    claiming,
    driving,
    hearing,
    heartbeat,
    host,
    presence,
    service,
    strays,
)
from trailmark.messaging import (
    agents,
    contracts,
    late_answers,
    remote,
    transport,
)
from trailmark.messaging import engines as messaging

LOG = logging.getLogger(__name__)
#: Seconds for which runs are handed over when it is told to end.
_HANDING_OVER = 20.0
#: Seconds after which it is asked again whether agents can be heard.
_HEARING = 1.0
#: What is allocated until garbage is looked for: kombu makes a class for
#: every message, and what runs keep in memory is looked through each time.
_GARBAGE = 10_000


def main(argv: Sequence[str] | None = None) -> int:
    """Serve; the exit code."""
    parser = daemon.parser(
        'trailmark-engine',
        'Drives runs: claims those that wait and those whose engine died, '
        'and has agents carry their tasks out.',
    )
    parser.add_argument(
        '--name',
        help='unique among engines that share the broker and the same after '
        'a restart; by default [engine] name, or the name of the host',
    )
    said = parser.parse_args(argv)
    gc.set_threshold(_GARBAGE)

    def begin(conf: cfg.ConfigOpts) -> daemon.Begin:
        name = said.name or conf.engine.name or process_identity.host()
        return lambda opened: Engine(conf, name).open(opened)

    return daemon.serve(said.config_file, begin)


class Engine:
    """One engine of a process; `open` makes and starts its parts."""

    def __init__(self, conf: cfg.ConfigOpts, name: str) -> None:
        self._conf, self._name = conf, name
        self._presences = presence.Presences()
        self._late = late_answers.LateAnswers()

    def open(self, opened: contextlib.ExitStack) -> None:
        """Begin to serve; `opened` ends it.

        Raises SchemaOutdated, DatabaseUnavailable, EngineRuns.
        """
        db = self._database(opened)
        me = heartbeats.me(self._name)
        heartbeats.check_alone(db, me)
        self._presences.load(db)
        way = transport.make(self._conf)
        opened.callback(way.cleanup)
        engine = self._host(opened, db, way)
        claimer = claiming.Claimer(
            db,
            contracts.Holder(*process_identity.current()),
            engine,
            self._conf.engine.lease_seconds,
            self._conf.engine.max_runs,
        )
        heard = service.EngineService(
            engine,
            claimer,
            self._presences,
            installations.identity(db),
            self._late,
        )
        heartbeats.begin(opened, self._conf, db, me, engine, self._presences)
        self._listen(opened, way, heard)
        opened.callback(engine.let_go, _HANDING_OVER)
        claimer.start()
        opened.callback(claimer.stop)
        url = masking.mask_urls(self._conf.transport_url)
        LOG.info('engine %s serves through %s', self._name, url)

    def _database(self, opened: contextlib.ExitStack) -> connection.Database:
        # One that stands still may not lock out who takes its runs over.
        lease = self._conf.engine.lease_seconds
        kept = storage.Storage(self._conf, idle_seconds=lease)
        opened.callback(kept.db.dispose)
        kept.prepare()
        return kept.db

    def _host(
        self,
        opened: contextlib.ExitStack,
        db: connection.Database,
        way: object,
    ) -> host.EngineHost:
        dispatch = remote.RemoteDispatch(
            agents.AgentClient(way),
            self._presences,
            {'engine': self._name},
            self._conf.engine.accept_timeout,
            self._late,
            self._hearing(opened, way).can_hear,
        )
        opened.callback(dispatch.close, 5.0)
        types = catalog.catalog(driver_settings.read(self._conf))
        options = pairs.settings(self._conf)
        tools = driving.Tools(db, dispatch, types, options, shared=True)
        holder = contracts.Holder(*process_identity.current())
        return host.EngineHost(tools, holder, strays.Strays(db))

    def _hearing(
        self, opened: contextlib.ExitStack, way: object
    ) -> hearing.Hearing:
        client = messaging.EngineClient(way, liveness.LIVE / 2)
        ping = functools.partial(client.ping, self._name)
        made = hearing.Hearing(self._presences, ping)
        repeated = heartbeat.Repeated('hearing', _HEARING, made)
        opened.callback(repeated.stop)
        return made

    def _listen(
        self,
        opened: contextlib.ExitStack,
        way: object,
        heard: service.EngineService,
    ) -> None:
        listening = messaging.server(way, self._name, heard)
        self._late.start()
        listening.start()

        def end() -> None:
            listening.stop()
            heard.close()
            self._late.close()
            listening.close()

        opened.callback(end)
