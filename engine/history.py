"""The buffer of one run: what happened, until a flush makes it durable."""

import logging
import time
from collections.abc import Mapping
from typing import Any

import tenacity

from trailmark.common import clock, exceptions, states
from trailmark.common.states import Asked, ExecutionState, RunState
from trailmark.db import claims, clocks, connection, flushes, records, runs
from trailmark.flows import compile as compiled

LOG = logging.getLogger(__name__)
_LONGEST_MESSAGE = 4096


class RunHistory:
    """Written by the thread of its engine only, never shared.

    Raises LeaseLost when another engine has the run, HistoryConflict when
    a row is not as this engine left it, and DatabaseUnavailable when the
    database did not come back while the lease held.
    """

    def __init__(
        self, database: connection.Database, claim: records.Claim
    ) -> None:
        self._database, self._claim = database, claim
        self._batch = records.Batch()
        self._base: dict[compiled.Execution, ExecutionState] = {}
        #: Of the same executions, when they last moved.
        self._changed_at: dict[compiled.Execution, int] = {}
        #: The database's clock: what is written down is told by it alone.
        self.now = clock.Running(clocks.moment(database)).now
        #: By the monotonic clock, in seconds: the last flush.
        self.flushed_at = time.monotonic()
        self.flushes = 0

    @property
    def run(self) -> int:
        """Number of the run."""
        return self._claim.run

    @property
    def epoch(self) -> int:
        """Epoch of the claim."""
        return self._claim.epoch

    @property
    def state(self) -> RunState:
        """State of the run."""
        return self._claim.state

    @property
    def is_dirty(self) -> bool:
        """Whether something waits to be flushed."""
        batch = self._batch
        return bool(
            self._base or batch.faults or batch.checkpoints or batch.summaries
        )

    def change(
        self,
        execution: compiled.Execution,
        new: ExecutionState,
        message: str | None = None,
    ) -> None:
        """Move an execution; without a row it moves in memory only."""
        old, execution.state = execution.state, new
        if execution.key is None or execution.settled:
            return
        states.check_execution(old, new)
        if message is not None:
            message = message[:_LONGEST_MESSAGE]
        execution.message = message
        at = self.now()
        if new == ExecutionState.RUNNING:
            execution.started_at = at
        elif execution.started_at is not None and at < execution.started_at:
            # The database's clock was set back before this engine read it.
            at = execution.started_at
        self._changed_at[execution] = at
        self._base.setdefault(execution, old)
        self._batch.transitions.append(
            records.Transition(
                execution.key, old, new, execution.attempt, at, message
            )
        )

    def summary(
        self, execution: compiled.Execution, body: Mapping[str, Any]
    ) -> None:
        """Keep what the attempt said of itself."""
        assert execution.key is not None
        self._batch.summaries.append(
            records.Summary(execution.key, execution.attempt, body)
        )

    def fault(
        self,
        execution: compiled.Execution,
        kind: str,
        message: str | None,
        traceback: str | None = None,
    ) -> None:
        """Keep that the attempt failed, and how; the log has it too."""
        assert execution.key is not None
        numbers = (self.run, *execution.key, execution.attempt)
        LOG.info(
            'Attempt %s (%s) failed: %s: %s',
            *('.'.join(map(str, numbers)), execution.name, kind, message),
        )
        self._batch.faults.append(
            records.Fault(
                *(execution.key, execution.attempt, kind, message),
                self.now(),
                traceback,
            )
        )

    def checkpoint(self, execution: compiled.Execution, body: str) -> None:
        """Keep what the attempt left for the next one."""
        assert execution.key is not None
        self._batch.checkpoints.append(
            records.Checkpoint(
                execution.key, execution.attempt, body, self.now()
            )
        )

    def flush(self) -> None:
        """Make everything so far durable, in one transaction."""
        if self.is_dirty:
            self._write()

    def renew(self) -> None:
        """Keep the lease, with or without something to write."""
        self._write()

    def _write(self) -> None:
        self._batch.changes = [
            _row_change(execution, base, self._changed_at[execution])
            for execution, base in self._base.items()
        ]
        self._claim = self._persist(flushes.flush, self._batch)
        self._batch, self._base = records.Batch(), {}
        self._changed_at = {}
        self.flushed_at = time.monotonic()
        self.flushes += 1

    def set_state(self, state: RunState) -> None:
        """Move the run, in a fenced transaction of its own.

        A state that the run has already, from the engine before, is no move.
        """
        if state == self._claim.state:
            return
        self.flush()
        self._claim = self._persist(flushes.set_state, state)

    def finish(
        self,
        state: RunState,
        message: str | None,
        rest: ExecutionState | None,
    ) -> None:
        """The last flush and the end of the run; `rest` is what becomes of \
pending executions."""
        self.flush()
        self._persist(flushes.finish, state, message, rest)

    def release(self) -> None:
        """The last flush; then any engine may take the run at once."""
        self.flush()
        self._persist(claims.release)

    def asked(self) -> Asked:
        """What a person wishes of the run now."""
        asked: Asked = self._patiently(
            runs.asked, self._database, self._claim.run
        )
        return asked

    def _persist(self, statement: Any, *what: Any) -> Any:
        return self._patiently(statement, self._database, self._claim, *what)

    def _patiently(self, statement: Any, *what: Any) -> Any:
        """As long as the lease holds; what is well costs no more."""
        try:
            return statement(*what)
        except exceptions.DatabaseUnavailable as error:
            LOG.warning('run %s: %s', self._claim.run, error)
        retrying = tenacity.Retrying(
            retry=tenacity.retry_if_exception_type(
                exceptions.DatabaseUnavailable
            ),
            wait=tenacity.wait_exponential(multiplier=0.1, max=2),
            stop=tenacity.stop_after_delay(self._claim.lease_seconds),
            reraise=True,
        )
        return retrying(statement, *what)


def _row_change(
    execution: compiled.Execution, base: ExecutionState, at: int
) -> records.RowChange:
    assert execution.key is not None
    state = execution.state
    ended = execution.state in states.FINISHED_STATES
    return records.RowChange(
        key=execution.key,
        base=base,
        state=state,
        attempt=execution.attempt,
        retries_left=execution.retries_left,
        interruptions=execution.interruptions,
        deadline_at=execution.deadline_at,
        journal=execution.journal,
        not_before=execution.not_before,
        started_at=execution.started_at,
        ended_at=at if ended else None,
        message=execution.message,
    )
