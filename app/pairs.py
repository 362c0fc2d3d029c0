"""An engine and its agent in this process, tied to one another."""

import dataclasses
import logging
import pathlib
import time

from oslo_config import cfg

from trailmark.agent import agent, journal
from trailmark.app import state, workers
from trailmark.common import exceptions, process_identity, tasktypes
from trailmark.db import connection, installations, journals
from trailmark.drivers import catalog as drivers
from trailmark.drivers import settings as driver_settings
from trailmark.engine import driving, host
from trailmark.engine import settings as engine_settings
from trailmark.flows import graphs
from trailmark.messaging import contracts, local

LOG = logging.getLogger(__name__)
#: Seconds between two times that it is written how far the journal is.
_NOTED = 1.0


@dataclasses.dataclass(frozen=True, slots=True)
class Pair:
    """An engine and the agent that carries its attempts out."""

    host: host.EngineHost
    agent: agent.Agent


def pair(
    conf: cfg.ConfigOpts,
    directory: pathlib.Path,
    db: connection.Database,
    catalog: tasktypes.Catalog,
    others: host.Others | None = None,
) -> Pair:
    """A new engine with its agent; `others` answers for other runs.

    The journal belongs to the database: in another one the same numbers
    are other attempts. Raises JournalUnavailable, DatabaseUnavailable.
    """
    door, said = _Door(db), conf.agent
    path = directory / 'journals' / f'{installations.identity(db)}.db'
    kept = journal.Journal(path, said.journal_days)
    if kept.renew_if_behind(journals.sequence_of(db, kept.id)):
        LOG.warning('%s is an old copy: it is another journal', path)
    made = agent.Agent(
        name=graphs.MASTER,
        journal=kept,
        state_dir=directory,
        engine=door,
        drivers=drivers.drivers(driver_settings.read(conf)),
        workers=workers.most(conf),
        report_interval=said.report_interval,
        stale_seconds=said.stale_seconds,
        work=state.work_folder(conf),
        environment=said.environment,
    )
    dispatch = local.LocalDispatch(made)
    tools = driving.Tools(db, dispatch, catalog, _bounded(conf))
    holder = contracts.Holder(*process_identity.current())
    door.host = host.EngineHost(tools, holder, others)
    return Pair(door.host, made)


class _Door:
    """The EngineContract of an engine that is made after its agent."""

    host: host.EngineHost

    def __init__(self, db: connection.Database) -> None:
        self._db = db
        self._sequence, self._noted_at = 0, 0.0

    def report(self, report: contracts.Report) -> contracts.ReportAnswer:
        self._note(report)
        return self.host.report(report)

    def _note(self, report: contracts.Report) -> None:
        """An old copy of the journal is known by what was seen of it."""
        now = time.monotonic()
        is_news = report.sequence > self._sequence
        if not is_news or now < self._noted_at + _NOTED:
            return
        try:
            journals.raise_sequences(
                self._db, {report.journal: report.sequence}
            )
        except exceptions.DatabaseUnavailable as error:
            LOG.warning('How far the journal is, is not noted: %s', error)
            return
        self._sequence, self._noted_at = report.sequence, now

    def attempt_wanted(self, attempt_id: str, epoch: int) -> bool:
        return self.host.attempt_wanted(attempt_id, epoch)

    def parameters(self, attempt_id: str, offset: int) -> contracts.Piece:
        return self.host.parameters(attempt_id, offset)

    def agent_failed(self, error: Exception) -> None:
        self.host.agent_failed(error)


def settings(conf: cfg.ConfigOpts) -> engine_settings.Settings:
    """What options say about how runs are driven."""
    said = conf.engine
    return engine_settings.Settings(
        lease_seconds=said.lease_seconds,
        accept_timeout=said.accept_timeout,
        cancel_timeout=said.cancel_timeout,
        agent_timeout=said.agent_timeout,
        deadline_grace=said.deadline_grace,
        max_interruptions=said.max_interruptions,
        executions_per_node=said.executions_per_node,
        max_running=said.max_running or None,
        flush_interval=said.flush_interval,
        summary_limit=conf.history.summary_limit,
    )


def _bounded(conf: cfg.ConfigOpts) -> engine_settings.Settings:
    """Never more in flight than the agent has workers: what waits for one \
is pending, and its time does not run."""
    options, carried = settings(conf), workers.most(conf)
    most = min(options.max_running or carried, carried)
    return dataclasses.replace(options, max_running=most)
