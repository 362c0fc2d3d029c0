"""How old dispatches are, without a clock that two machines would share."""

import threading

from trailmark.common import clock
from trailmark.messaging import contracts

#: Clocks of engines that are remembered, the newest.
_MOST = 1000


class EngineClocks:
    """What agents know of the steady clocks of engines, from any thread.

    An answer tells where its engine's clock stood after the call began.
    So that clock has come no further now than what has passed since.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        #: By the clock's name: how far it is ahead of ours, at most.
        self._ahead = {clock.STEADY: 0}

    def learn(self, answer: contracts.ReportAnswer, began: int) -> None:
        """Take in the answer to a call that began then, in microseconds."""
        if answer.clock is None or answer.clock == clock.STEADY:
            return
        with self._lock:
            self._ahead.pop(answer.clock, None)
            self._ahead[answer.clock] = answer.at - began
            if len(self._ahead) > _MOST:
                names = (name for name in self._ahead if name != clock.STEADY)
                del self._ahead[next(names)]

    def age(self, attempt: contracts.TaskAttempt) -> int | None:
        """Microseconds since it was sent, at most; None: nobody knows."""
        ahead = self._ahead.get(attempt.clock)
        if ahead is None:
            return None
        return clock.steady_micros() + ahead - attempt.sent_at
