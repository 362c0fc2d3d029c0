"""Dispatch: what may start when, what is durable before it, who answers.

All of it runs in the engine's thread; answers and wishes come from any
thread through one queue.
"""

import heapq
import itertools
import time
from collections.abc import Callable, Iterable
from typing import Any

from taskflow.engines.action_engine import executor

from trailmark.common import clock
from trailmark.common.states import Asked, ExecutionState, RunState
from trailmark.engine import (
    attempts,
    futures,
    history,
    inbox,
    outcomes,
    settings,
    throttle,
    tolerance,
)
from trailmark.flows import compile as compiled
from trailmark.flows import plan
from trailmark.messaging import contracts

_ANSWERS_AT_ONCE = 1000
_MICROSECONDS = 1_000_000


class Executor(executor.TaskExecutor):
    """TaskFlow's task executor of one run.

    `stopping` is None, or the state in which the run is to end once what
    runs has ended; `because` says why.
    """

    def __init__(
        self,
        buffer: history.RunHistory,
        sender: attempts.Sender,
        slots: throttle.Throttle,
        failures: tolerance.Tolerance,
        options: settings.Settings,
    ) -> None:
        self._history, self._sender = buffer, sender
        self._throttle, self._tolerance = slots, failures
        self._settings = options
        self.inbox = inbox.Inbox()
        self._judge = outcomes.Judge(buffer, options)
        self._waiting: dict[futures.Future, None] = {}
        self._retries: list[tuple[int, int, futures.Future]] = []
        self._count = itertools.count()
        self._ended: list[futures.Future] = []
        self._pulse_at = 0.0
        self._cancelled_at: float | None = None
        self._asked = Asked.NONE
        self._stop_is_known = False
        self.failed_nodes: set[int] = set()
        self.stopping: RunState | None = None
        self.because: str | None = None
        self.overshot = 0
        self.suspend: Callable[[], None] = lambda: None

    # What TaskFlow calls.

    def execute_task(
        self,
        task: compiled.Execution,
        task_uuid: str,
        arguments: Any,
        progress_callback: Any = None,
    ) -> futures.Future:
        """Take one execution whose predecessors have all ended."""
        future = futures.Future(task, self._handed_back)
        if task.again:
            self._wait(future)
        elif self.stopping and not task.settled:
            future.cancel()
        elif task.blocked and task.kind != plan.Kind.SYNC:
            self._end(future, ExecutionState.DEP_FAILED)
        elif task.is_local:
            self._end(future, _local_state(task))
        elif task.node in self.failed_nodes:
            self._end(future, ExecutionState.DEP_FAILED, 'its node failed')
        else:
            self._wait_until(future, task.not_before)
        return future

    def revert_task(self, *args: Any, **kwargs: Any) -> Any:
        """Never: failure is a result, nothing is reverted."""
        raise NotImplementedError

    def wait_for_any(
        self, not_done: set[futures.Future], timeout: float | None = None
    ) -> tuple[set[futures.Future], set[futures.Future]]:
        """TaskFlow's waiter: start what may start, answer what ended."""
        self._pulse()
        if self.stopping:
            self._stop()
        self._due_retries()
        started = list(self._throttle.take())
        self._write_ahead(started)
        self._dispatch(started)
        if not self._ended:
            self._collect(timeout)
        done, self._ended = set(self._ended), []
        not_done -= done
        return done, not_done

    # What other threads call.

    def stop_starting(self) -> None:
        """Have the engine look at what is asked of the run."""
        self.inbox.wake()

    # The engine's thread.

    def recall_failures(self, nodes: Iterable[int]) -> None:
        """Before the start: nodes that failed earlier or are not served."""
        for node in nodes:
            self.failed_nodes.add(node)
            self._tolerance.fail(node)
        self._brake()

    def _wait(self, future: futures.Future) -> None:
        future.at = futures.At.WAITING
        self._waiting[future] = None
        self._throttle.add(future)

    def _wait_until(self, future: futures.Future, moment: int | None) -> None:
        if moment is None or moment <= clock.now():
            self._wait(future)
            return
        self._waiting[future] = None
        heapq.heappush(self._retries, (moment, next(self._count), future))

    def _due_retries(self) -> None:
        now = clock.now()
        while self._retries and self._retries[0][0] <= now:
            future = heapq.heappop(self._retries)[2]
            if future.is_waiting:
                self._throttle.add(future)

    def _hand_back(self) -> None:
        """Give everything back that was not dispatched.

        What ran when another engine died is dispatched all the same: it
        may be running, and is to be drained like the rest.
        """
        for future in list(self._waiting):
            if not future.atom.again:
                future.cancel()

    def _handed_back(self, future: futures.Future) -> None:
        self._waiting.pop(future, None)
        self._ended.append(future)

    def _write_ahead(self, started: list[futures.Future]) -> None:
        for future in started:
            self._sender.prepare(future.atom)
            self._begin(future.atom)
        if started or (not self._ended and self.inbox.is_empty):
            self._history.flush()
            self.inbox.committed()

    def _begin(self, atom: compiled.Execution) -> None:
        if atom.again:
            atom.again = False
            return
        assert atom.task is not None
        atom.attempt += 1
        atom.not_before = None
        grace = atom.task.timeout + self._settings.deadline_grace
        atom.deadline_at = clock.now() + int(grace * _MICROSECONDS)
        self._history.change(atom, ExecutionState.RUNNING)

    def _dispatch(self, started: list[futures.Future]) -> None:
        for future in started:
            future.at = futures.At.DISPATCHED
            future.sent_at = clock.now()
            self._waiting.pop(future, None)
            self.inbox.open[self._id(future)] = future
        self._sender.send([future.atom for future in started])

    def _id(self, future: futures.Future) -> str:
        return attempts.attempt_id(self._history.run, future.atom)

    def _collect(self, timeout: float | None) -> None:
        open_ = self.inbox.open
        if not open_ and not self._waiting:
            raise RuntimeError('nothing runs and nothing may start')
        if len(open_) > self._settings.busy_from:
            interval = self._settings.flush_interval
            since = time.monotonic() - self._history.flushed_at
            if since < interval:
                time.sleep(interval - since)
        self._take_in(self.inbox.get(self._patience(), _ANSWERS_AT_ONCE))

    def _patience(self) -> float:
        patience = self._pulse_at - time.monotonic()
        if self._retries:
            due = (self._retries[0][0] - clock.now()) / _MICROSECONDS
            patience = min(patience, due)
        return max(patience, 0.0)

    def _take_in(self, answers: Iterable[inbox.Answer]) -> None:
        for answer in answers:
            future = self.inbox.open.get(answer.attempt_id)
            if future is None:
                continue
            if isinstance(answer, inbox.CheckpointLeft):
                self._keep_checkpoint(future.atom, answer.body)
            else:
                self._close(future, answer)

    def _keep_checkpoint(self, atom: compiled.Execution, body: str) -> None:
        self._history.checkpoint(atom, body)
        self._sender.keep_checkpoint(atom, body)

    def _close(
        self, future: futures.Future, outcome: contracts.Outcome
    ) -> None:
        atom = future.atom
        self.inbox.close(outcome.attempt_id)
        if outcome.checkpoint is not None:
            self._keep_checkpoint(atom, outcome.checkpoint)
        self._throttle.release(future)
        verdict = self._judge.judge(atom, outcome, self.stopping is not None)
        if verdict.state == ExecutionState.PENDING:
            self._history.change(atom, verdict.state, verdict.message)
            future.at = futures.At.WAITING
            future.held = False
            self._wait_until(future, atom.not_before)
            if atom.node in self.failed_nodes:
                self._block(future)
            return
        self._end(future, verdict.state, verdict.message)
        if verdict.state == ExecutionState.ERROR and not atom.tolerated:
            self._fail_node(atom.node)

    def _end(
        self,
        future: futures.Future,
        state: ExecutionState,
        message: str | None = None,
    ) -> None:
        future.at = futures.At.ENDED
        future.outcome = (state, message)
        self._ended.append(future)

    def _fail_node(self, node: int) -> None:
        self.failed_nodes.add(node)
        self._tolerance.fail(node)
        for future in list(self._waiting):
            if future.atom.node == node and not future.atom.again:
                self._block(future)
        self._brake()

    def _brake(self) -> None:
        group = self._tolerance.exceeded()
        if group is not None and self.stopping is None:
            self.because = self._tolerance.explain(group)
            self.overshot = len(self.inbox.open)
            self.stopping = RunState.ERROR

    def _block(self, future: futures.Future) -> None:
        self._waiting.pop(future, None)
        self._end(future, ExecutionState.DEP_FAILED, 'its node failed')

    def _stop(self) -> None:
        if not self._stop_is_known:
            self._history.set_state(RunState.STOPPING)
            self._stop_is_known = True
        self.suspend()
        self._hand_back()

    def _pulse(self) -> None:
        """What is looked at now and then, or because somebody hastened."""
        now = time.monotonic()
        hastened = self.inbox.was_woken()
        if now < self._pulse_at and not hastened:
            return
        self._pulse_at = now + self._settings.pulse
        self._keep_lease()
        self._obey(self._history.asked())
        self._watch_open()

    def _keep_lease(self) -> None:
        since = time.monotonic() - self._history.flushed_at
        if since > self._settings.lease_seconds / 3:
            self._history.renew()
            self.inbox.committed()

    def _obey(self, asked: Asked) -> None:
        if asked == self._asked:
            return
        self._asked = asked
        if asked == Asked.STOP and self.stopping is None:
            self.stopping = RunState.STOPPED
        elif asked == Asked.CANCEL:
            self.stopping = RunState.CANCELLED
            self._cancelled_at = time.monotonic()
            self._sender.cancel(list(self.inbox.open))

    def _watch_open(self) -> None:
        """Ask again what nobody holds, give up what is overdue."""
        now = clock.now()
        ask_before = now - int(self._settings.accept_timeout * _MICROSECONDS)
        unheard = []
        for future in list(self.inbox.open.values()):
            if self._is_given_up(future, now):
                self._give_up(future)
            elif not future.held and future.sent_at < ask_before:
                future.sent_at = now
                unheard.append(future.atom)
        self._sender.send(unheard)

    def _is_given_up(self, future: futures.Future, now: int) -> bool:
        if self._cancelled_at is not None:
            waited = time.monotonic() - self._cancelled_at
            if waited > self._settings.cancel_timeout:
                return True
        deadline = future.atom.deadline_at
        return deadline is not None and deadline < now

    def _give_up(self, future: futures.Future) -> None:
        attempt_id = self._id(future)
        self._sender.cancel([attempt_id])
        self._close(
            future,
            outcomes.given_up(attempt_id, self._cancelled_at is not None),
        )

    def reasons(self) -> dict[str, str]:
        """By name, why executions that could start have not. Any thread."""
        delayed = {item[2] for item in list(self._retries)}
        return {
            future.atom.name: 'its next attempt waits for its interval'
            if future in delayed
            else self._throttle.reason(future)
            for future in list(self._waiting)
        }


def _local_state(task: compiled.Execution) -> ExecutionState:
    if task.skipped and task.kind == plan.Kind.TASK:
        return ExecutionState.SKIPPED
    return ExecutionState.READY
