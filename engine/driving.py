"""One run from its claim to its end."""

import contextlib
import dataclasses
import functools
from collections.abc import Mapping
from typing import Any

from trailmark.common import exceptions, tasktypes
from trailmark.common.states import ExecutionState, RunState
from trailmark.db import (
    checkpoints,
    connection,
    counters,
    records,
    tasks_history,
)
from trailmark.engine import (
    attempts,
    executor,
    flat,
    history,
    listeners,
    outputs,
    restoring,
    settings,
    stored_reports,
    throttle,
    tolerance,
)
from trailmark.flows import compile as compiled
from trailmark.flows import graphs, plan
from trailmark.messaging import contracts, large, late_answers


@dataclasses.dataclass(frozen=True, slots=True)
class Tools:
    """What every run of an engine shares."""

    database: connection.Database
    dispatch: contracts.Dispatch
    catalog: tasktypes.Catalog
    settings: settings.Settings
    #: Whether other engines may hear outcomes of these runs.
    shared: bool = False


class Drive:
    """Drives one claimed run; `run()` in a thread of its own.

    `context` goes with every dispatch: who asked for the run.
    Raises LeaseLost, HistoryConflict, DatabaseUnavailable and
    JournalUnavailable; the run stays resumable then. Raises Released when
    it was let go.
    """

    def __init__(
        self,
        tools: Tools,
        claim: records.Claim,
        snapshot: graphs.Snapshot,
        planned: plan.Plan,
        context: Mapping[str, str] | None = None,
    ) -> None:
        self._tools, self._plan = tools, planned
        noop = snapshot.options.noop
        self._flow = compiled.compile_plan(
            f'run {claim.run}', self._plan, noop
        )
        self._detail: Any = None
        self._history = history.RunHistory(tools.database, claim)
        self._tolerance = tolerance.Tolerance(
            self._plan.tolerance, self._plan.nodes
        )
        left = checkpoints.latest(tools.database, claim.run)
        self._sender = attempts.Sender(
            tools.dispatch,
            claim.run,
            claim.epoch,
            snapshot,
            self._plan,
            left,
            context or {},
        )
        self.executor = executor.Executor(
            self._history,
            self._sender,
            _throttle(self._plan, tools.settings),
            self._tolerance,
            tools.settings,
        )
        self._stored = stored_reports.StoredReports(
            tools.database, claim.run, self.executor.inbox
        )
        self._outputs = outputs.Outputs(tools.database, claim.run)
        #: How many flushes there were when steps were counted.
        self._counted = -1
        self.executor.at_pulse = self._at_pulse
        # Asked for one piece after the other.
        self._parameters = functools.lru_cache(4)(self._read_parameters)

    def report(
        self,
        part: contracts.Report,
        late: late_answers.LateAnswer | None = None,
    ) -> contracts.ReportAnswer:
        """From any thread: take in what an agent says of the run.

        Until it knows what ran under another engine, nothing is answered.
        """
        if self._detail is None:
            return contracts.ReportAnswer()
        if part.outputs:
            self._outputs.take_in(part.outputs)
        return self.executor.inbox.report(part, late)

    def parameters(self, attempt_id: str) -> bytes:
        """From any thread: what an open attempt does not bring along.

        Raises NotFound.
        """
        return self._parameters(attempt_id)

    def _at_pulse(self) -> None:
        if self._tools.shared:
            self._stored.take()
        self._outputs.save(self.executor.inbox.open)
        self._count_steps()

    def _count_steps(self) -> None:
        """Store how far steps are; what is not stored now is later."""
        if self._history.flushes == self._counted:
            return
        with contextlib.suppress(exceptions.DatabaseUnavailable):
            counters.add(self._tools.database, self._history.run)
            self._counted = self._history.flushes

    @property
    def epoch(self) -> int:
        """Epoch of the claim that it drives under."""
        return self._history.epoch

    @property
    def flushes(self) -> int:
        """How many transactions with rows it has written."""
        return self._history.flushes

    def let_go(self) -> None:
        """From any thread: leave the run, as it is, to another engine."""
        self.executor.inbox.fail(exceptions.Released())

    def run(self) -> RunState:
        """Drive the run to its end or its stop, and answer its state."""
        self._detail = self._restore()
        engine = flat.FlatEngine(
            self._flow, self._detail, None, {'executor': self.executor}
        )
        with listeners.HistoryListener(engine, self._flow, self._history):
            try:
                engine.run()
            except exceptions.Released:
                self._history.release()
                raise
        return self._finish(*self._ending())

    def _read_parameters(self, attempt_id: str) -> bytes:
        future = self.executor.inbox.open.get(attempt_id)
        if future is None:
            raise exceptions.NotFound(kind='open attempt', name=attempt_id)
        return large.body(self._sender.attempt(future))

    def _restore(self) -> Any:
        rows = tasks_history.restore(self._tools.database, self._history.run)
        detail = restoring.restore(self._flow, rows)
        self.executor.recall(self._flow.ordered)
        return detail

    def _ending(self) -> tuple[RunState, str | None]:
        wished = self.executor.wishes
        if wished.ending is not None:
            return wished.ending, wished.because
        if self._tolerance.failed:
            names = self._tolerance.names()
            return RunState.READY, f'failed within tolerance: {names}'
        return RunState.READY, None

    def _finish(self, state: RunState, message: str | None) -> RunState:
        resumable = state in (RunState.STOPPED, RunState.READY)
        rest = None if resumable else ExecutionState.CANCELLED
        self._history.finish(state, message, rest)
        self.executor.inbox.committed()
        self._outputs.drop()
        if self._tools.shared:
            self._stored.drop()
        self._sender.forget()
        return state


def _throttle(
    planned: plan.Plan, options: settings.Settings
) -> throttle.Throttle:
    limits = {
        task.number: task.limit
        for task in planned.tasks
        if task.limit is not None
    }
    return throttle.Throttle(
        options.executions_per_node, limits, options.max_running
    )
