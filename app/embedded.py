"""Trailmark embedded in one process: API, engine and agent together."""

import contextlib
from collections.abc import Sequence

import httpx

from trailmark.api import application
from trailmark.app import (
    configuration,
    engines,
    handed_over,
    in_process,
    logs,
    planners,
    state,
    storage,
)
from trailmark.cli import connection
from trailmark.drivers import catalog, settings
from trailmark.plugins import catalog as plugins


class Embedded:
    """Everything of one process, behind the client of its own API.

    Where a message broker is configured, runs are left to the engines
    behind it. A closed one is of no use.

    `files` are of options. Raises ConfigurationRefused, StateUnusable,
    DatabaseUnavailable, SchemaOutdated.
    """

    #: Engines go on with what was handed over to them.
    stops = False

    def __init__(self, files: Sequence[str] = ()) -> None:
        with contextlib.ExitStack() as opened:
            conf = configuration.read(files)
            directory = state.directory()
            opened.callback(logs.begin(conf, directory))
            kept = storage.Storage(conf, directory)
            opened.callback(kept.db.dispose)
            kept.prepare()
            options = settings.read(conf)
            types = catalog.catalog(options)
            self.hands_over = bool(conf.transport_url)
            self.engine = (
                handed_over.EngineServices(files)
                if self.hands_over
                else engines.EmbeddedEngine(conf, directory, kept.db, types)
            )
            opened.callback(self.engine.close)
            self.api = application.Application(
                kept.db,
                self.engine,
                types,
                conf.engine.lease_seconds,
                planners.LatePlanner(directory, options),
                conf.engine.agent_timeout,
                declared_steps=plugins.declared_steps(),
                disable_event_log=conf.history.disable_event_log,
            )
            self.client = httpx.Client(
                transport=in_process.Transport(self.api),
                base_url='http://trailmark',
            )
            opened.callback(self.client.close)
            self._opened = opened.pop_all()

    def events(self, run: int, after: int) -> None:
        """None: to ask is nearer than to listen."""

    def wait(self, run: int, timeout: float | None = None) -> bool:
        """Whether this process has done with the run, after waiting."""
        return self.engine.wait(run, timeout)

    def failure(self, run: int) -> Exception | None:
        """Why this process could not drive the run to its end."""
        return self.engine.failure(run)

    def close(self) -> None:
        """Close the agent, the database and the log."""
        self._opened.close()


def connect(options: connection.Options) -> connection.Connection:
    """A connection for the command line."""
    return Embedded(options.config_files)
