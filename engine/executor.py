"""Dispatch: what may start when, what is durable before it, who answers.

All of it runs in the engine's thread; answers and wishes come from any
thread through one queue.
"""

import time
from collections.abc import Callable, Iterable
from typing import Any

from taskflow.engines.action_engine import executor

from trailmark.common import clock
from trailmark.common.states import ExecutionState, RunState
from trailmark.engine import (
    attempts,
    attention,
    futures,
    history,
    inbox,
    outcomes,
    overdue,
    settings,
    throttle,
    tolerance,
    waiting,
    wishes,
)
from trailmark.flows import compile as compiled
from trailmark.flows import plan
from trailmark.messaging import contracts

_ANSWERS_AT_ONCE = 1000


class Executor(executor.TaskExecutor):
    """TaskFlow's task executor of one run."""

    def __init__(
        self,
        buffer: history.RunHistory,
        sender: attempts.Sender,
        slots: throttle.Throttle,
        failures: tolerance.Tolerance,
        options: settings.Settings,
    ) -> None:
        self._history, self._sender = buffer, sender
        self._slots, self._failures = slots, failures
        self._settings = options
        self._judge = outcomes.Judge(buffer, options)
        self._waiting = waiting.WaitingRoom(slots, sender, buffer.now)
        self._deadlines = overdue.Deadlines(sender, buffer, options)
        self._attention = attention.Attention()
        self._ended: list[futures.Future] = []
        self._pulse_at = 0.0
        self.wishes = wishes.Wishes(failures)
        self.inbox = inbox.Inbox()
        #: What else is to be done at every pulse.
        self.at_pulse: Callable[[], None] = lambda: None
        #: Set by the engine: TaskFlow's own suspension.
        self.suspend: Callable[[], None] = lambda: None

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
            self._waiting.add(future)
        elif self.wishes.ending is not None:
            future.cancel()
        elif task.blocked and task.kind != plan.Kind.SYNC:
            self._end(future, ExecutionState.DEP_FAILED)
        elif task.is_local:
            self._end(future, _local_state(task))
        elif task.node in self._failures.failed:
            self._block(future)
        else:
            self._waiting.add(future)
        return future

    def revert_task(self, *args: Any, **kwargs: Any) -> Any:
        """Never: failure is a result, nothing is reverted."""
        raise NotImplementedError

    def wait_for_any(
        self, not_done: set[futures.Future], timeout: float | None = None
    ) -> tuple[set[futures.Future], set[futures.Future]]:
        """TaskFlow's waiter: start what may start, answer what ended.

        Guard: write-ahead.
        """
        self._pulse()
        if self.wishes.ending is not None:
            self._stop()
        started = self._waiting.take()
        for future in started:
            self._begin(future.atom)
        durable = started or (not self._ended and self.inbox.is_empty)
        if durable:
            self._history.flush()
        self._dispatch(started)
        if durable:
            self.inbox.committed()
        if not self._ended:
            self._collect()
        done, self._ended = set(self._ended), []
        not_done -= done
        return done, not_done

    def recall(self, executions: Iterable[compiled.Execution]) -> None:
        """Before the start: what failed earlier, and how the run was left."""
        in_flight = 0
        for execution in executions:
            if execution.again:
                # Guard: inherited-first.
                in_flight += 1
                self.inbox.inherited.add(self._sender.attempt_id(execution))
            failed = execution.state == ExecutionState.ERROR
            if failed and not execution.tolerated:
                self._failures.fail(execution.node)
        self.wishes.brake(in_flight)
        if self._history.state == RunState.STOPPING:
            # Guard: adopt-any-state.
            self._obey()
            self.wishes.go_on_stopping()

    def reasons(self) -> dict[str, str]:
        """By name, why what could start has not. From any thread."""
        return self._waiting.reasons()

    def _begin(self, atom: compiled.Execution) -> None:
        """Write down that the next attempt runs, or that it is asked again.

        Guard: new-attempt-id.
        """
        assert atom.task is not None
        if atom.again:
            atom.again = False
            return
        atom.journal = self._sender.journal_of(atom)
        atom.attempt += 1
        atom.not_before = None
        allowed = atom.task.timeout + self._settings.deadline_grace
        atom.deadline_at = self._history.now() + int(allowed * 1_000_000)
        self._history.change(atom, ExecutionState.RUNNING)

    def _dispatch(self, started: list[futures.Future]) -> None:
        for future in started:
            future.at = futures.At.DISPATCHED
            future.attempt_id = self._sender.attempt_id(future.atom)
            self.inbox.open[future.attempt_id] = future
            self.inbox.inherited.discard(future.attempt_id)
        if self.wishes.cancelling is not None:
            # Before it is asked for: what never arrived must not start.
            self._sender.cancel(started)
        self._send(started)

    def _send(self, dispatched: list[futures.Future]) -> None:
        now = clock.steady()
        for future in dispatched:
            future.sent_at = now
        self._sender.send(dispatched)

    def _collect(self) -> None:
        """Guard: late-answer."""
        in_flight = len(self.inbox.open)
        if not in_flight and self._waiting.is_empty:
            raise RuntimeError('nothing runs and nothing may start')
        if in_flight > self._settings.busy_from:
            since = time.monotonic() - self._history.flushed_at
            time.sleep(max(0.0, self._settings.flush_interval - since))
        patience = max(0.0, self._pulse_at - time.monotonic())
        patience = min(patience, self._waiting.patience())
        for answer in self.inbox.get(patience, _ANSWERS_AT_ONCE):
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
        """The attempt has ended: the execution too, or the next one waits."""
        atom = future.atom
        self.inbox.close(outcome.attempt_id)
        self._slots.release(future)
        if outcome.checkpoint is not None:
            self._keep_checkpoint(atom, outcome.checkpoint)
        stopping = self.wishes.ending is not None
        verdict = self._judge.judge(atom, outcome, stopping)
        if verdict.state != ExecutionState.PENDING:
            self._end(future, verdict.state, verdict.message)
            if verdict.state == ExecutionState.ERROR and not atom.tolerated:
                self._fail_node(atom.node)
            return
        self._history.change(atom, verdict.state, verdict.message)
        # Its end is known: whoever serves the node may start the next one.
        atom.journal = None
        future.forget_attempt()
        if atom.node in self._failures.failed:
            self._block(future)
        else:
            self._waiting.add(future)

    def _end(
        self,
        future: futures.Future,
        state: ExecutionState,
        message: str | None = None,
    ) -> None:
        future.at = futures.At.ENDED
        future.outcome = (state, message)
        self._ended.append(future)

    def _handed_back(self, future: futures.Future) -> None:
        self._waiting.remove(future)
        self._ended.append(future)

    def _block(self, future: futures.Future) -> None:
        self._waiting.remove(future)
        self._end(future, ExecutionState.DEP_FAILED, 'its node failed')

    def _fail_node(self, node: int) -> None:
        self._failures.fail(node)
        for future in self._waiting.of_node(node):
            if not future.atom.again:
                self._block(future)
        self.wishes.brake(len(self.inbox.open))

    def _stop(self) -> None:
        """Hand back to TaskFlow what was not dispatched.

        What ran when another engine died is dispatched all the same: it
        may be running, and is to be drained like the rest.
        """
        self._history.set_state(RunState.STOPPING)
        self.suspend()
        for future in self._waiting.everything():
            if not future.atom.again:
                future.cancel()

    def _pulse(self) -> None:
        """What is looked at now and then, or because somebody hastened."""
        now = time.monotonic()
        hastened = self.inbox.was_woken()
        if now < self._pulse_at and not hastened:
            return
        self._pulse_at = now + self._settings.pulse
        awake = self._attention.tick()
        self.wishes.wait(awake)
        if now - self._history.flushed_at > self._settings.lease_seconds / 3:
            self._history.renew()
            self.inbox.committed()
        self._obey()
        self.at_pulse()
        listened = awake if self._sender.can_hear() else 0.0
        self._look_at_open(listened)
        for future in self._waiting.look_again(
            self._settings.agent_timeout, listened
        ):
            if future.is_waiting:
                self._give_up(future)

    def _obey(self) -> None:
        """Do what was asked, of this engine or of one before it.

        Guard: obey-asked.
        """
        if self.wishes.obey(self._history.asked()):
            # A message may reach an agent that holds none of them; who does
            # is told in answer to its reports.
            self.inbox.ending = True
            self._sender.cancel(list(self.inbox.open.values()))

    def _give_up(self, future: futures.Future) -> None:
        """No agent has come for its node in time."""
        atom, said = future.atom, self._sender.missed(future.atom)
        # Who resumes the run after that knows that nothing is left.
        atom.journal = None
        self._waiting.remove(future)
        self._history.fault(atom, 'NodeUnreachable', said)
        self._end(future, ExecutionState.ERROR, said)
        if not atom.tolerated:
            self._fail_node(atom.node)

    def _look_at_open(self, listened: float) -> None:
        cancelling = self.wishes.cancelling
        cancelled = cancelling is not None
        in_flight = list(self.inbox.open.values())
        lost = self._deadlines.passed(in_flight, listened)
        if (cancelling or 0.0) > self._settings.cancel_timeout:
            lost = ((each, 'its end was not confirmed') for each in in_flight)
        for future, why in lost:
            outcome = outcomes.given_up(future.attempt_id, why, cancelled)
            self._sender.cancel([future])
            self._close(future, outcome)
        self._send(
            overdue.unheard(
                self.inbox.open.values(),
                self._settings,
                self._attention.resumed_at,
            )
        )


def _local_state(task: compiled.Execution) -> ExecutionState:
    if task.skipped and task.kind == plan.Kind.TASK:
        return ExecutionState.SKIPPED
    return ExecutionState.READY
