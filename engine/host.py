"""The runs that one process drives, each in a thread of its own."""

import dataclasses
import logging
import threading
import time
from typing import Any, Protocol

from oslo_context import context

from trailmark.common import exceptions
from trailmark.db import connection, records, runs, snapshots
from trailmark.engine import driving
from trailmark.flows import graphs, planning, snapshot
from trailmark.messaging import contracts, large, late_answers, parts

LOG = logging.getLogger(__name__)


@dataclasses.dataclass(slots=True)
class _Driven:
    """A run of this process: its thread, its drive, why it failed."""

    ended: threading.Event = dataclasses.field(default_factory=threading.Event)
    drive: driving.Drive | None = None
    failure: Exception | None = None
    let_go: bool = False


class Others(Protocol):
    """Who answers what is said of runs that this process doesn't drive."""

    def answer(
        self, run: int, part: contracts.Report
    ) -> contracts.ReportAnswer:
        """What is to become of a part of a report."""

    def is_wanted(self, attempt_id: str, epoch: int) -> bool:
        """Whether an attempt is to be carried out."""


class EngineHost:
    """Implements RunContract for the API and EngineContract for agents.

    `others` answers for runs that it does not drive; without it nobody
    else drives any.
    """

    def __init__(
        self,
        tools: driving.Tools,
        holder: contracts.Holder | None,
        others: Others | None = None,
    ) -> None:
        self._tools, self._holder, self._others = tools, holder, others
        self._driven: dict[int, _Driven] = {}
        self._lock = threading.Lock()

    # RunContract.

    @property
    def serves_all(self) -> bool:
        """Whether it drives what is begun here, with agents of its own."""
        return self._holder is not None

    def holder(self) -> contracts.Holder | None:
        """Who holds the claims of runs that are inserted here."""
        return self._holder

    def execute_run(self, run: int, claim: Any = None) -> None:
        """Drive a run in a thread of its own; its claim is a records.Claim."""
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

    def report(
        self,
        report: contracts.Report,
        late: late_answers.LateAnswer | None = None,
    ) -> contracts.ReportAnswer:
        """Hand every part of a report to the run that it belongs to.

        What these commit later they tell the answer that is `late`.
        """
        answers = [
            self._answer(run, part, late)
            for run, part in parts.by_run(report).items()
        ]
        return contracts.ReportAnswer(
            tuple(each for answer in answers for each in answer.committed),
            tuple(each for answer in answers for each in answer.end),
        )

    def drives(self, report: contracts.Report) -> bool:
        """Whether all that it speaks of is driven here: no database needed.

        Raises MessageRefused.
        """
        return all(run in self._driven for run in parts.runs(report))

    def attempt_wanted(self, attempt_id: str, epoch: int) -> bool:
        """Whether the attempt is open in a run of its epoch."""
        drive = self._drive_of(parts.run_of(attempt_id))
        if drive is not None:
            is_open = attempt_id in drive.executor.inbox.open
            return is_open and drive.epoch == epoch
        if self._others is None:
            return False
        return self._others.is_wanted(attempt_id, epoch)

    def parameters(self, attempt_id: str, offset: int) -> contracts.Piece:
        """A piece of what did not travel with an open attempt."""
        drive = self._drive_of(parts.run_of(attempt_id))
        if drive is None:
            raise exceptions.NotFound(kind='open attempt', name=attempt_id)
        return large.piece(drive.parameters(attempt_id), offset)

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

    @property
    def driven(self) -> list[int]:
        """Runs that are driven now."""
        with self._lock:
            return [
                run
                for run, driven in self._driven.items()
                if not driven.ended.is_set()
            ]

    def forget_ended(self) -> dict[int, Exception | None]:
        """Runs that it has done with since the last time, and why."""
        with self._lock:
            ended = {
                run: driven.failure
                for run, driven in self._driven.items()
                if driven.ended.is_set()
            }
            for run in ended:
                del self._driven[run]
            return ended

    def let_go(self, seconds: float) -> list[int]:
        """Leave all runs to other engines; those still driven after that."""
        until = time.monotonic() + seconds
        with self._lock:
            all_driven = list(self._driven.values())
        for driven in all_driven:
            driven.let_go = True
            if (drive := driven.drive) is not None:
                drive.let_go()
        for driven in all_driven:
            driven.ended.wait(max(0.0, until - time.monotonic()))
        return self.driven

    def _drive_of(self, run: int) -> driving.Drive | None:
        driven = self._driven.get(run)
        return None if driven is None else driven.drive

    def _answer(
        self,
        run: int,
        part: contracts.Report,
        late: late_answers.LateAnswer | None,
    ) -> contracts.ReportAnswer:
        driven = self._driven.get(run)
        if driven is None and self._others is not None:
            return self._others.answer(run, part)
        if driven is None:
            return contracts.ReportAnswer()
        if driven.drive is not None:
            return driven.drive.report(part, late)
        if driven.ended.is_set() and driven.failure is None:
            every = tuple(each.attempt_id for each in part.outcomes)
            return contracts.ReportAnswer(every, part.held)
        return contracts.ReportAnswer()

    def _drive(self, claim: records.Claim, driven: _Driven) -> None:
        try:
            found = runs.get(self._tools.database, claim.run)
            stored = _snapshot(self._tools.database, found)
            planned = planning.plan(stored, self._tools.catalog)
            drive = driving.Drive(
                self._tools, claim, stored, planned, _context(found)
            )
            driven.drive = drive
            if driven.let_go:
                drive.let_go()
            state = drive.run()
            LOG.info('run %s ended %s', claim.run, state)
        except exceptions.Released as error:
            LOG.info('run %s is left to any engine', claim.run)
            driven.failure = error
        except exceptions.TrailmarkError as error:
            LOG.error('run %s: %s', claim.run, error)
            driven.failure = error
        except Exception as error:
            LOG.exception('run %s: the engine could not go on', claim.run)
            driven.failure = error
        finally:
            driven.ended.set()
            driven.drive = None


def _snapshot(
    database: connection.Database, run: records.Run
) -> graphs.Snapshot:
    return snapshot.from_json(snapshots.get(database, run.snapshot_digest))


def _context(run: records.Run) -> dict[str, str]:
    """Who asked for the run; what this thread logs from now on says so."""
    said = run.request.get('context') or {}
    context.RequestContext(
        request_id=said.get('request_id'),
        user_id=said.get('user'),
        project_id=said.get('project'),
    )
    return {str(name): str(value) for name, value in said.items()}
