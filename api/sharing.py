"""Answers that many ask for at the same time, made once for all of them."""

import threading
from collections.abc import Callable, Hashable
from concurrent import futures

#: Of two keys with one lock, one waits for the other now and then.
_LOCKS = 64


class Shared:
    """Nobody is given what was begun before it was asked for.

    So however many ask, each waits for two makings at most.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        #: Makings that have not begun yet.
        self._coming: dict[Hashable, futures.Future[str]] = {}
        self._turns = [threading.Lock() for _ in range(_LOCKS)]

    def get(self, key: Hashable, make: Callable[[], str]) -> str:
        """What `make` returns or raises, here or in another thread."""
        with self._lock:
            coming = self._coming.get(key)
            is_mine = coming is None
            if coming is None:
                coming = self._coming[key] = futures.Future()
        if is_mine:
            with self._turns[hash(key) % _LOCKS]:
                with self._lock:
                    # Whoever asks from now on waits for the next one.
                    del self._coming[key]
                _fulfil(coming, make)
        return coming.result()


def _fulfil(coming: futures.Future[str], make: Callable[[], str]) -> None:
    try:
        coming.set_result(make())
    except BaseException as error:
        coming.set_exception(error)
