"""The runs that one process drives, each in a thread of its own."""

import dataclasses
import logging
import threading

from trailmark.common import exceptions
from trailmark.db import connection, records, runs, snapshots
from trailmark.engine import driving
from trailmark.flows import graphs, planning, snapshot
from trailmark.messaging import contracts, parts

LOG = logging.getLogger(__name__)


@dataclasses.dataclass(slots=True)
class _Driven:
    """A run of this process: its thread, its drive, why it failed."""

    ended: threading.Event = dataclasses.field(default_factory=threading.Event)
    drive: driving.Drive | None = None
    failure: Exception | None = None


class EngineHost:
    """Implements RunContract for the API and EngineContract for agents."""

    def __init__(
        self, tools: driving.Tools, holder: contracts.Holder | None
    ) -> None:
        self._tools, self._holder = tools, holder
        self._driven: dict[int, _Driven] = {}
        self._lock = threading.Lock()

    # RunContract.

    def holder(self) -> contracts.Holder | None:
        """Who holds the claims of runs that are inserted here."""
        return self._holder

    def execute_run(self, run: int, claim: records.Claim) -> None:
        """Drive a claimed run in a thread of its own."""
        driven = _Driven()
        with self._lock:
            self._driven[run] = driven
        threading.Thread(
            target=self._drive,
            args=(claim, driven),
            name=f'run {run}',
            daemon=True,
        ).start()

    def look_at_run(self, run: int) -> None:
        """Have the run's engine look at what was asked of it."""
        drive = self._drive_of(run)
        if drive is not None:
            drive.executor.inbox.wake()

    def reasons(self, run: int) -> dict[str, str]:
        """By name, why pending executions of a run of this process wait."""
        drive = self._drive_of(run)
        return {} if drive is None else drive.executor.reasons()

    # EngineContract.

    def report(self, report: contracts.Report) -> contracts.ReportAnswer:
        """Hand every part of a report to the run that it belongs to."""
        answers = [
            self._answer(run, part)
            for run, part in parts.by_run(report).items()
        ]
        return contracts.ReportAnswer(
            tuple(each for answer in answers for each in answer.committed),
            tuple(each for answer in answers for each in answer.end),
        )

    def attempt_wanted(self, attempt_id: str, epoch: int) -> bool:
        """Whether the attempt is open in a run of this process."""
        drive = self._drive_of(parts.run_of(attempt_id))
        return (
            drive is not None
            and drive.epoch == epoch
            and attempt_id in drive.executor.inbox.open
        )

    def agent_failed(self, error: Exception) -> None:
        """End all drives: without its agent no run of this process goes on."""
        for driven in list(self._driven.values()):
            if driven.drive is not None:
                driven.drive.executor.inbox.fail(error)

    # The process.

    def wait(self, run: int, timeout: float | None = None) -> bool:
        """Until this process has done with the run; False on timeout."""
        driven = self._driven.get(run)
        return driven is None or driven.ended.wait(timeout)

    def failure(self, run: int) -> Exception | None:
        """Why this process could not drive the run to its end."""
        driven = self._driven.get(run)
        return None if driven is None else driven.failure

    def _drive_of(self, run: int) -> driving.Drive | None:
        driven = self._driven.get(run)
        return None if driven is None else driven.drive

    def _answer(
        self, run: int, part: contracts.Report
    ) -> contracts.ReportAnswer:
        driven = self._driven.get(run)
        if driven is None:
            return contracts.ReportAnswer()
        if driven.drive is not None:
            return driven.drive.executor.inbox.report(part)
        if driven.ended.is_set() and driven.failure is None:
            every = tuple(each.attempt_id for each in part.outcomes)
            return contracts.ReportAnswer(every, part.held)
        return contracts.ReportAnswer()

    def _drive(self, claim: records.Claim, driven: _Driven) -> None:
        try:
            stored = _snapshot(self._tools.database, claim.run)
            planned = planning.plan(stored, self._tools.catalog)
            driven.drive = driving.Drive(self._tools, claim, stored, planned)
            state = driven.drive.run()
            LOG.info('run %s ended %s', claim.run, state)
        except exceptions.TrailmarkError as error:
            LOG.error('run %s: %s', claim.run, error)
            driven.failure = error
        except Exception as error:
            LOG.exception('run %s: the engine could not go on', claim.run)
            driven.failure = error
        finally:
            driven.ended.set()
            driven.drive = None


def _snapshot(database: connection.Database, run: int) -> graphs.Snapshot:
    digest = runs.get(database, run).snapshot_digest
    return snapshot.from_json(snapshots.get(database, digest))
