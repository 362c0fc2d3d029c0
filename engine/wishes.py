"""Why a run is to stop: a person asked, or too much has failed."""

from trailmark.common.states import Asked, RunState
from trailmark.engine import tolerance


class Wishes:
    """How the run is to end once what runs has ended.

    A brake overrules a stop and a cancel overrules both, whichever came
    first: an engine that adopts the run does not know the order.

    `ending` is None as long as it is to go on; `because` says why it was
    braked.
    """

    def __init__(self, failures: tolerance.Tolerance) -> None:
        self._failures = failures
        self._asked = Asked.NONE
        self.ending: RunState | None = None
        self.because: str | None = None
        #: Seconds for which a cancel has waited; None without one.
        self.cancelling: float | None = None

    def obey(self, asked: Asked) -> bool:
        """Take in what is asked now; True if that is a new cancel."""
        if asked == self._asked:
            return False
        self._asked = asked
        if asked == Asked.STOP and self.ending is None:
            self.ending = RunState.STOPPED
        if asked != Asked.CANCEL:
            return False
        self.ending = RunState.CANCELLED
        self.cancelling = 0.0
        return True

    def wait(self, seconds: float) -> None:
        """So long a cancel, if there is one, has waited on."""
        if self.cancelling is not None:
            self.cancelling += seconds

    def brake(self, in_flight: int) -> None:
        """Stop the run if more has failed than may."""
        group = self._failures.exceeded()
        if group is None or self.ending not in (None, RunState.STOPPED):
            return
        self.ending = RunState.ERROR
        self.because = self._failures.explain(group)
        if in_flight:
            self.because += f'; {in_flight} more were in flight then'

    def go_on_stopping(self) -> None:
        """The run was stopping when the engine before left it.

        What it is left with names no end where a person's wish or a
        tolerance does not hold any more: then it is as if stopped.
        """
        if self.ending is None:
            self.ending = RunState.STOPPED
