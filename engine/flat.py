"""TaskFlow's action engine for one flat run of many executions.

Its state machine, scheduler, completer, task action, notifiers and models
are TaskFlow's own; compiler, selector, waiter and storage are replaced,
because theirs take quadratic time or copy and save for every state.
"""

from typing import Any

import fasteners
from taskflow.engines.action_engine import builder, engine, runtime
from taskflow.utils import misc

from trailmark.engine import selector, storage


class FlatRuntime(runtime.Runtime):
    """The runtime of atoms that all have the same action and no scopes."""

    def compile(self) -> None:
        """Nothing per atom."""

    def fetch_action(self, atom: Any) -> Any:
        """The task action, for there are no retry controllers."""
        return self.task_action

    def fetch_scheduler(self, atom: Any) -> Any:
        """The task scheduler, for there are no retry controllers."""
        return self.task_scheduler

    def fetch_scopes_for(self, atom_name: str) -> None:
        """No scopes: atoms take no arguments."""

    @misc.cachedproperty
    def selector(self) -> selector.FlatSelector:
        """What may be executed next."""
        return selector.FlatSelector(self)

    @misc.cachedproperty
    def builder(self) -> Any:
        """TaskFlow's state machine, which waits by the executor."""
        return builder.MachineBuilder(self, self._task_executor.wait_for_any)


class FlatEngine(engine.ActionEngine):
    """Drives a `flows.compile.RunFlow` with the executor in its options."""

    _compiled: bool

    def __init__(
        self, flow: Any, flow_detail: Any, backend: Any, options: Any
    ) -> None:
        super().__init__(
            flow, flow_detail, backend, {'gather_statistics': False, **options}
        )
        self._task_executor = options['executor']
        self._task_executor.suspend = super().suspend

    @misc.cachedproperty
    def storage(self) -> storage.DetailStorage:
        """The flow detail in memory: the history tables are what lasts."""
        return storage.DetailStorage(self._flow_detail)

    @fasteners.locked
    def compile(self) -> None:
        """Take the flow's graph as it is."""
        if self._compiled:
            return
        self._compilation = self._check_compilation(self._flow.compilation())
        self._runtime = FlatRuntime(
            self._compilation,
            self.storage,
            self.atom_notifier,
            self._task_executor,
            self._retry_executor,
            self._options,
        )
        self._compiled = True

    def validate(self) -> None:
        """Nothing: there are no arguments to be missing."""
        self._validated = True

    def suspend(self) -> None:
        """From any thread: have the engine look at what is asked."""
        self._task_executor.inbox.wake()
