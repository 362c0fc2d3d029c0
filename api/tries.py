"""How often a password may be tried: by user, by address, and by both."""

import collections
import hashlib
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from trailmark.common import exceptions

#: Counts that are kept; beyond them the oldest is forgotten.
_MOST_KEPT = 20_000
#: Tries of one user from everywhere, or of one address for everybody, for
#: each one of a user from an address.
_WIDER = 10


class Tries:
    """Counts tries of passwords that did not fit.

    A user has `most` from an address in `seconds`; ten times as many from
    everywhere, an address as many for all users. An address from which the
    user was let in before is not kept waiting by tries from elsewhere.
    """

    def __init__(
        self,
        most: int,
        seconds: float,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._most, self._seconds, self._now = most, seconds, now
        self._lock = threading.Lock()
        #: By a digest: tries that count, and when that was.
        self._counts: collections.OrderedDict[bytes, tuple[float, float]] = (
            collections.OrderedDict()
        )
        self._known: collections.OrderedDict[bytes, None] = (
            collections.OrderedDict()
        )

    def check(self, user: str, address: str) -> None:
        """Before a try. Raises TriesExceeded."""
        with self._lock:
            wait = max(
                (count + 1 - most) * self._seconds / most
                for _, count, most in self._counted(user, address)
            )
        if wait > 0:
            raise exceptions.TriesExceeded(seconds=int(wait) + 1)

    def failed(self, user: str, address: str) -> None:
        """After a try that did not fit."""
        with self._lock:
            for key, count, _ in [*self._counted(user, address)]:
                self._counts[key] = count + 1, self._now()
                _shorten(self._counts, key)

    def let_in(self, user: str, address: str) -> None:
        """After a try that did."""
        both = _key(user, address)
        with self._lock:
            self._counts.pop(both, None)
            self._known[both] = None
            _shorten(self._known, both)

    def _counted(
        self, user: str, address: str
    ) -> Iterator[tuple[bytes, float, int]]:
        """Keys, with the tries that still count and how many may."""
        both = _key(user, address)
        limits: Sequence[tuple[bytes, int]] = (
            (both, self._most),
            (_key('', address), self._most * _WIDER),
            (_key(user, ''), self._most * _WIDER),
        )
        for key, most in limits[: 2 if both in self._known else 3]:
            count, since = self._counts.get(key, (0.0, 0.0))
            lapsed = (self._now() - since) * most / self._seconds
            yield key, max(count - lapsed, 0.0), most


def _shorten(kept: collections.OrderedDict[bytes, Any], newest: bytes) -> None:
    kept.move_to_end(newest)
    if len(kept) > _MOST_KEPT:
        kept.popitem(last=False)


def _key(user: str, address: str) -> bytes:
    """A short one: names may be long."""
    said = f'{len(user)}:{user}{address}'.encode(errors='surrogatepass')
    return hashlib.blake2b(said, digest_size=16).digest()
