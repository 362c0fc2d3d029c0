"""How long somebody has listened: not while they stood still."""

from trailmark.common import clock

#: Seconds after which who has not gone round again has stood still: it was
#: paused, its machine slept, or something held it up.
STOOD_STILL = 5.0


class Attention:
    """Seconds in which who ticks was awake, from any thread.

    A process that was paused has heard nothing meanwhile, and may judge
    nobody by that time. Guard: listen-after-gap.
    """

    def __init__(self) -> None:
        #: When it ticked last, and what counted until then.
        self._ticked = (clock.steady(), 0.0)
        #: When it went on after it had stood still, by the steady clock.
        self.resumed_at = self._ticked[0]

    def tick(self) -> float:
        """It goes round: seconds since the last time; 0 if it stood still."""
        (before, counted), now = self._ticked, clock.steady()
        passed = now - before
        self._ticked = now, counted + min(passed, STOOD_STILL)
        if passed <= STOOD_STILL:
            return passed
        self.resumed_at = now
        return 0.0

    def now(self) -> float:
        """Seconds that counted so far; it never goes back."""
        before, counted = self._ticked
        return counted + min(clock.steady() - before, STOOD_STILL)
