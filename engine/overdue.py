"""Attempts that nobody has heard of, and such as are given up."""

from collections.abc import Iterable, Iterator

from trailmark.common import clock, liveness
from trailmark.engine import attempts, futures, history, settings


class Deadlines:
    """Judges dispatched attempts by when their nodes were heard, in seconds.

    An attempt that no agent has accepted has no deadline: it is asked again.
    All is measured by clocks that nobody sets. Guard: monotonic-deadline.
    """

    def __init__(
        self,
        sender: attempts.Sender,
        buffer: history.RunHistory,
        options: settings.Settings,
    ) -> None:
        self._sender, self._history = sender, buffer
        self._settings = options

    def passed(
        self, dispatched: Iterable[futures.Future], listened: float
    ) -> Iterator[tuple[futures.Future, str]]:
        """What is to be given up, and why, after so long a time.

        `listened` is how long agents could have been heard since the last
        time. What is overdue is given up the next time: its outcome may
        have arrived already.
        """
        most = self._settings.agent_timeout
        for future in dispatched:
            if future.left is not None and future.left <= 0:
                yield future, 'no answer within its timeout'
            elif self._silence(future, listened) > most:
                node = self._sender.serving(future.atom)
                yield future, f'no agent of {node} was heard for {most:g} s'
            else:
                self._run_on(future)

    def _silence(self, future: futures.Future, listened: float) -> float:
        if self._sender.is_served(future.atom):
            future.silent = 0.0
        else:
            future.silent += listened
        return future.silent

    def _run_on(self, future: futures.Future) -> None:
        """Its deadline runs from one sign of life of its node to the next.

        After a silence the grace begins anew: what ended meanwhile could
        not be told. Guard: deadline-while-unheard.
        """
        heard_at = self._sender.heard_at(future.atom)
        if heard_at is None or not future.held_at:
            return
        grace = self._settings.deadline_grace
        if future.left is None:
            future.left = self._time_left(future)
        elif heard_at - future.heard_at > liveness.LIVE:
            future.left = max(future.left, grace)
        else:
            future.left -= heard_at - future.heard_at
        future.heard_at = heard_at

    def _time_left(self, future: futures.Future) -> float:
        """What a deadline of this or an earlier engine leaves, in bounds.

        The database's clock may have been set since it was written down.
        Guard: stored-deadline.
        """
        atom, grace = future.atom, self._settings.deadline_grace
        assert atom.task is not None
        due = atom.deadline_at or 0
        left = (due - self._history.now()) / 1_000_000
        return min(max(left, grace), atom.task.timeout + grace)


def unheard(
    dispatched: Iterable[futures.Future],
    options: settings.Settings,
    resumed_at: float,
) -> list[futures.Future]:
    """What no agent has said lately that it holds, nor was sent lately.

    An agent that is gone holds nothing: another one answers for it. Since
    `resumed_at` this engine listens. Guard: same-id-asked-again.
    """
    limit = clock.steady() - options.accept_timeout
    if resumed_at > limit:
        return []
    return [
        future
        for future in dispatched
        if max(future.sent_at, future.held_at) < limit
    ]
