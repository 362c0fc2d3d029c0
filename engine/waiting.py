"""What may not start yet: for want of a slot, or until its next attempt."""

import heapq
import itertools

from trailmark.common import clock
from trailmark.engine import futures, throttle


class WaitingRoom:
    """Futures that were not dispatched, by node; retries by time."""

    def __init__(self, slots: throttle.Throttle) -> None:
        self._slots = slots
        self._of_node: dict[int, dict[futures.Future, None]] = {}
        self._later: list[tuple[int, int, futures.Future]] = []
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
        if atom.not_before is None or atom.not_before <= clock.now():
            self._slots.add(future)
        else:
            entry = (atom.not_before, next(self._count), future)
            heapq.heappush(self._later, entry)

    def remove(self, future: futures.Future) -> None:
        """It waits no longer; no harm if it didn't."""
        self._of_node.get(future.atom.node, {}).pop(future, None)

    def take(self) -> list[futures.Future]:
        """What may start now; each holds a slot and waits no longer."""
        now = clock.now()
        while self._later and self._later[0][0] <= now:
            future = heapq.heappop(self._later)[2]
            if future.is_waiting:
                self._slots.add(future)
        taken = list(self._slots.take())
        for future in taken:
            self.remove(future)
        return taken

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
        return clock.until(self._later[0][0])

    def reasons(self) -> dict[str, str]:
        """By name, why what could start has not. From any thread."""
        return {
            future.atom.name: self._reason(future)
            for future in self.everything()
        }

    def _reason(self, future: futures.Future) -> str:
        due = future.atom.not_before
        if due is not None and due > clock.now():
            return 'its next attempt waits for its interval'
        return self._slots.reason(future)
