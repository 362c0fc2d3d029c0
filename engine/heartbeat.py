"""What an engine does again and again beside its runs."""

import dataclasses
import logging
import threading
from collections.abc import Callable

from trailmark.common import exceptions
from trailmark.db import connection, engines, service_records
from trailmark.engine import host, presence

LOG = logging.getLogger(__name__)


class Repeated:
    """A thread that does something every `interval` seconds."""

    def __init__(
        self, name: str, interval: float, work: Callable[[], None]
    ) -> None:
        self._interval, self._work = interval, work
        self._stopped = threading.Event()
        self._thread = threading.Thread(
            target=self._run, name=name, daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Do it no more; what is being done is waited for a little."""
        self._stopped.set()
        self._thread.join(5)

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                self._work()
            except exceptions.DatabaseUnavailable as error:
                LOG.warning('%s: %s', self._thread.name, error)
            except Exception:
                LOG.exception('%s', self._thread.name)
            self._stopped.wait(self._interval)


class Heartbeat:
    """Says that the engine is alive, and hears of agents from others."""

    def __init__(
        self,
        database: connection.Database,
        me: service_records.Engine,
        engine: host.EngineHost,
        presences: presence.Presences,
    ) -> None:
        self._database, self._me = database, me
        self._host, self._presences = engine, presences

    def __call__(self) -> None:
        """Once. Raises DatabaseUnavailable."""
        runs = len(self._host.driven)
        engines.beat(self._database, dataclasses.replace(self._me, runs=runs))
        self._presences.save(self._database)
        self._presences.load(self._database)
