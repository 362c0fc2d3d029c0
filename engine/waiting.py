"""What may not start yet: no slot, no agent, or its time has not come."""

import heapq
import itertools

from trailmark.common import clock
from trailmark.engine import attempts, futures, throttle


class WaitingRoom:
    """Futures that were not dispatched, by node; retries by time.

    Those whose node no agent serves are set aside, without a slot.
    """

    def __init__(
        self, slots: throttle.Throttle, sender: attempts.Sender
    ) -> None:
        self._slots, self._sender = slots, sender
        self._of_node: dict[int, dict[futures.Future, None]] = {}
        self._later: list[tuple[int, int, futures.Future]] = []
        #: What no agent serves, and since when it could have started.
        self._aside: dict[futures.Future, int] = {}
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
        self._aside.pop(future, None)

    def take(self) -> list[futures.Future]:
        """What may start now; each holds a slot and waits no longer."""
        now = clock.now()
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
        if atom.again or self._sender.is_served(atom):
            return True
        self._slots.release(future)
        self._aside[future] = clock.now()
        return False

    def look_again(self, timeout: float) -> list[futures.Future]:
        """What is served now waits for a slot; what was not for too long."""
        oldest = clock.after(-timeout)
        for future in list(self._aside):
            if self._sender.is_served(future.atom):
                del self._aside[future]
                self._slots.add(future)
        return [
            future
            for future, since in self._aside.items()
            if max(since, self._sender.missed(future.atom)[1]) < oldest
        ]

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
        if future in self._aside:
            return unserved(self._sender, future)
        return self._slots.reason(future)


def unserved(sender: attempts.Sender, future: futures.Future) -> str:
    """A sentence about the node of a future that no agent serves."""
    node, seen_at = sender.missed(future.atom)
    heard = f'the last was heard of at {clock.iso(seen_at)}'
    said = heard if seen_at else 'none was ever heard of'
    return f'no agent serves {node}: {said}'
