"""What TaskFlow's machine wants of a future, at a tenth of its cost."""

import concurrent.futures
import enum
from collections.abc import Callable

from taskflow.engines.action_engine import executor

from trailmark.common.states import ExecutionState
from trailmark.flows import compile as compiled


class At(enum.IntEnum):
    """How far a future has come."""

    WAITING = 0
    DISPATCHED = 1
    ENDED = 2
    HANDED_BACK = 3


class Future:
    """One execution in the hands of the executor, in the engine's thread."""

    __slots__ = (
        'at',
        'atom',
        'attempt_id',
        'end',
        'heard_at',
        'held_at',
        'left',
        'outcome',
        'sent_at',
        'silent',
    )

    def __init__(
        self,
        atom: compiled.Execution,
        end: Callable[['Future'], None],
    ) -> None:
        self.atom, self.end, self.at = atom, end, At.WAITING
        self.outcome: tuple[ExecutionState, str | None] | None = None
        #: Of the attempt that it was dispatched with.
        self.attempt_id = ''
        self.forget_attempt()

    def forget_attempt(self) -> None:
        """What follows is of another attempt."""
        #: Seconds of the steady clock: when it was sent last, when an agent
        #: said last that it has it, and when its node was heard last.
        self.sent_at = self.held_at = self.heard_at = 0.0
        #: Seconds until it is overdue; None: nobody has accepted it yet.
        self.left: float | None = None
        #: Seconds for which no agent serves its node.
        self.silent = 0.0

    @property
    def is_waiting(self) -> bool:
        """Whether it was not dispatched yet."""
        return self.at == At.WAITING

    @property
    def number(self) -> int:
        """Number of its task."""
        return self.atom.task.number if self.atom.task else 0

    def result(self) -> tuple[str, tuple[ExecutionState, str | None] | None]:
        """TaskFlow's outcome and ours; CancelledError if handed back."""
        if self.at == At.HANDED_BACK:
            raise concurrent.futures.CancelledError
        return executor.EXECUTED, self.outcome

    def cancel(self) -> None:
        """Hand it back to TaskFlow unless it was dispatched."""
        if self.at == At.WAITING:
            self.at = At.HANDED_BACK
            self.end(self)
