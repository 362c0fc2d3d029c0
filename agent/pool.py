"""Threads for attempts that block: as many as are needed, up to a bound."""

import collections
import logging
import threading
import time
from collections.abc import Callable

#: Seconds after which a thread without work ends.
_IDLE = 5.0
#: Seconds until a thread that the machine has no room for is tried again.
_PAUSE = 0.5
LOG = logging.getLogger(__name__)


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
        """Run this as soon as a thread is free; it must not raise.

        Without a single thread it waits until the machine has room for one.
        """
        with self._changed:
            self._work.append(work)
            if self._idle >= len(self._work):
                self._changed.notify()
                return
        while not self._grow():
            time.sleep(_PAUSE)

    def _grow(self) -> bool:
        """Add a thread up to the bound; False: nobody does the work."""
        with self._changed:
            if self._threads >= self._bound or not self._work:
                return True
            self._threads += 1
            try:
                threading.Thread(
                    target=self._run, name=self._name, daemon=True
                ).start()
            except RuntimeError as error:
                LOG.warning('No more threads for attempts: %s', error)
                self._threads -= 1
            return self._threads > 0

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
