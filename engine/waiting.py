"""What may not start yet: no slot, no agent, or its time has not come."""

import heapq
import itertools
from collections.abc import Callable

from trailmark.engine import attempts, futures, outcomes, throttle


class WaitingRoom:
    """Futures that were not dispatched, by node; retries by time.

    Those whose node no agent serves are set aside, without a slot.
    """

    def __init__(
        self,
        slots: throttle.Throttle,
        sender: attempts.Sender,
        now: Callable[[], int],
    ) -> None:
        self._slots, self._sender, self._now = slots, sender, now
        self._of_node: dict[int, dict[futures.Future, None]] = {}
        self._later: list[tuple[int, int, futures.Future]] = []
        #: What could start if there were an agent.
        self._aside: dict[futures.Future, None] = {}
        self._count = itertools.count()

    @property
    def is_empty(self) -> bool:
        """Whether nothing waits."""
        return not any(self._of_node.values())

    def add(self, future: futures.Future) -> None:
        """Let a future wait: until its time first, if it has one."""
        future.at = futures.At.WAITING
        atom = future.atom
        self._of_node.setdefault(atom.node, {})[future] = None
        if atom.not_before is None or atom.not_before <= self._now():
            self._slots.add(future)
        else:
            self._add_later(future, atom.not_before)

    def _add_later(self, future: futures.Future, due: int) -> None:
        """Never later than the longest pause from now: the database's clock \
may have been set back."""
        assert future.atom.task is not None
        pause = max(future.atom.task.interval, outcomes.SHORTAGE_PAUSE)
        due = min(due, self._now() + int(pause * 1_000_000))
        future.atom.not_before = due
        heapq.heappush(self._later, (due, next(self._count), future))

    def remove(self, future: futures.Future) -> None:
        """It waits no longer; no harm if it didn't."""
        self._of_node.get(future.atom.node, {}).pop(future, None)
        self._aside.pop(future, None)

    def take(self) -> list[futures.Future]:
        """What may start now; each holds a slot and waits no longer."""
        now = self._now()
        while self._later and self._later[0][0] <= now:
            future = heapq.heappop(self._later)[2]
            if future.is_waiting:
                self._slots.add(future)
        taken = [
            future for future in self._slots.take() if self._is_served(future)
        ]
        for future in taken:
            self.remove(future)
        return taken

    def _is_served(self, future: futures.Future) -> bool:
        """What was dispatched before may be running: it is asked again."""
        atom = future.atom
        if atom.again or self._sender.may_start(atom):
            return True
        self._slots.release(future)
        future.silent = 0.0
        self._aside[future] = None
        return False

    def look_again(
        self, timeout: float, listened: float
    ) -> list[futures.Future]:
        """What is served now waits for a slot; what was not for too long.

        Agents could have been heard for `listened` seconds since last time.
        """
        for future in list(self._aside):
            if self._sender.may_start(future.atom):
                del self._aside[future]
                self._slots.add(future)
            else:
                future.silent += listened
        return [each for each in self._aside if each.silent > timeout]

    def of_node(self, node: int) -> list[futures.Future]:
        """What waits on a node."""
        return list(self._of_node.get(node, ()))

    def everything(self) -> list[futures.Future]:
        """All that waits. From any thread."""
        return [
            future
            for waiting in list(self._of_node.values())
            for future in list(waiting)
        ]

    def patience(self) -> float:
        """Seconds until the first retry is due; infinite without one."""
        if not self._later:
            return float('inf')
        return max(0.0, (self._later[0][0] - self._now()) / 1_000_000)

    def reasons(self) -> dict[str, str]:
        """By name, why what could start has not. From any thread."""
        return {
            future.atom.name: self._reason(future)
            for future in self.everything()
        }

    def _reason(self, future: futures.Future) -> str:
        due = future.atom.not_before
        if due is not None and due > self._now():
            return 'its next attempt waits for its interval'
        if future in self._aside:
            return self._sender.missed(future.atom)
        return self._slots.reason(future)
