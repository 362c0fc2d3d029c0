"""The engine and the agent of this process, made when they are needed."""

import logging
import pathlib
import threading
from collections.abc import Mapping
from typing import Any

from oslo_config import cfg

from trailmark.agent import agent, journal
from trailmark.common import process_identity, tasktypes
from trailmark.db import connection
from trailmark.drivers import catalog as drivers
from trailmark.engine import driving, host, settings
from trailmark.flows import graphs
from trailmark.messaging import contracts

LOG = logging.getLogger(__name__)


class EmbeddedEngine:
    """A RunContract whose engine and agent live in this process.

    Commands that only read never open the journal.
    """

    def __init__(
        self,
        conf: cfg.ConfigOpts,
        directory: pathlib.Path,
        db: connection.Database,
        catalog: tasktypes.Catalog,
    ) -> None:
        self._conf, self._directory = conf, directory
        self._db, self._catalog = db, catalog
        self._lock = threading.Lock()
        self._host: host.EngineHost | None = None
        self._agent: agent.Agent | None = None

    # RunContract.

    def holder(self) -> contracts.Holder | None:
        """This process. Raises JournalUnavailable."""
        return self._made().holder()

    def execute_run(self, run: int, claim: Any = None) -> None:
        """Drive a claimed run in this process."""
        self._made().execute_run(run, claim)

    def look_at_run(self, run: int) -> None:
        """Hasten, if this process drives the run."""
        if self._host is not None:
            self._host.look_at_run(run)

    def reasons(self, run: int) -> Mapping[str, str]:
        """Why pending executions wait, if this process drives the run."""
        return {} if self._host is None else self._host.reasons(run)

    # The process.

    def wait(self, run: int, timeout: float | None = None) -> bool:
        """Whether this process has done with the run, after waiting."""
        return self._host is None or self._host.wait(run, timeout)

    def failure(self, run: int) -> Exception | None:
        """Why this process could not drive the run to its end."""
        return None if self._host is None else self._host.failure(run)

    def close(self) -> None:
        """Drain the agent and close its journal."""
        if self._agent is not None:
            self._agent.close(self._conf.agent.drain_seconds)

    def _made(self) -> host.EngineHost:
        with self._lock:
            if self._host is None:
                self._host = self._make()
            return self._host

    def _make(self) -> host.EngineHost:
        door = _Door()
        self._agent = agent.Agent(
            name=graphs.MASTER,
            journal=journal.Journal(self._directory / 'journal.db'),
            state_dir=self._directory,
            engine=door,
            drivers=drivers.drivers(),
            workers=self._conf.agent.workers,
        )
        tools = driving.Tools(
            self._db, self._agent, self._catalog, _settings(self._conf)
        )
        holder = contracts.Holder(*process_identity.current())
        door.host = host.EngineHost(tools, holder)
        return door.host


class _Door:
    """The EngineContract of an engine that is made after its agent."""

    host: host.EngineHost

    def report(self, report: contracts.Report) -> contracts.ReportAnswer:
        return self.host.report(report)

    def attempt_wanted(self, attempt_id: str, epoch: int) -> bool:
        return self.host.attempt_wanted(attempt_id, epoch)

    def agent_failed(self, error: Exception) -> None:
        self.host.agent_failed(error)


def _settings(conf: cfg.ConfigOpts) -> settings.Settings:
    said = conf.engine
    return settings.Settings(
        lease_seconds=said.lease_seconds,
        accept_timeout=said.accept_timeout,
        cancel_timeout=said.cancel_timeout,
        deadline_grace=said.deadline_grace,
        max_interruptions=said.max_interruptions,
        executions_per_node=said.executions_per_node,
        max_running=said.max_running or None,
        flush_interval=said.flush_interval,
        summary_limit=conf.history.summary_limit,
    )
