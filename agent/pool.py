"""Threads for attempts that block: as many as are needed, up to a bound."""

import collections
import threading
from collections.abc import Callable

#: Seconds after which a thread without work ends.
_IDLE = 5.0


class Pool:
    """Runs work in the order given; its threads never hold an exit up."""

    def __init__(self, bound: int, name: str) -> None:
        self._bound = bound
        self._name = name
        self._work: collections.deque[Callable[[], None]] = collections.deque()
        self._changed = threading.Condition()
        self._threads = 0
        self._idle = 0

    def submit(self, work: Callable[[], None]) -> None:
        """Run this as soon as a thread is free; it must not raise."""
        with self._changed:
            self._work.append(work)
            if self._idle >= len(self._work):
                self._changed.notify()
            elif self._threads < self._bound:
                self._threads += 1
                threading.Thread(
                    target=self._run, name=self._name, daemon=True
                ).start()

    def _run(self) -> None:
        while work := self._next():
            work()

    def _next(self) -> Callable[[], None] | None:
        with self._changed:
            self._idle += 1
            self._changed.wait_for(lambda: bool(self._work), _IDLE)
            self._idle -= 1
            if self._work:
                return self._work.popleft()
            self._threads -= 1
            return None
