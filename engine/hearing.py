"""Whether what agents say reaches an engine."""

from collections.abc import Callable

from trailmark.common import clock, exceptions, liveness
from trailmark.engine import presence

#: Seconds without a word from agents after which the engine calls itself.
_PATIENCE = 2.0


class Hearing:
    """Called again and again by a thread of its own.

    While no agent speaks, the engine calls itself through the broker:
    `ping` raises MessageNotSent where that fails. Who can't hear itself
    can't say that an agent is silent.
    """

    def __init__(
        self, presences: presence.Presences, ping: Callable[[], None]
    ) -> None:
        self._presences, self._ping = presences, ping
        self._heard_at = 0.0

    def __call__(self) -> None:
        """Have the engine hear something, unless it did lately."""
        began = clock.steady()
        if began - self._last() < _PATIENCE:
            return
        try:
            self._ping()
        except exceptions.MessageNotSent:
            return
        self._heard_at = began

    def can_hear(self) -> bool:
        """Whether it heard anything lately."""
        return clock.steady() - self._last() < liveness.LIVE

    def _last(self) -> float:
        return max(self._heard_at, self._presences.last_heard_at)
