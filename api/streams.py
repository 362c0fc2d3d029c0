"""Answers that go on while there is something to tell."""

import logging
import threading
from collections.abc import Generator, Iterator

from trailmark.common import exceptions

LOG = logging.getLogger(__name__)


class Streams:
    """The streams of an API, at most `most` at the same time."""

    def __init__(self, most: int = 16) -> None:
        self._free = threading.BoundedSemaphore(most)
        self._ended = threading.Event()

    def open(self, told: Generator[bytes]) -> 'Stream':
        """A stream of this.

        Raises ServiceUnavailable while too many are open.
        """
        if not self._free.acquire(blocking=False):
            raise exceptions.ServiceUnavailable(
                reason='too many streams of events are open: ask again later'
            )
        return Stream(told, self._free)

    def pause(self, seconds: float) -> bool:
        """Wait so long; whether the stream is to go on."""
        return not self._ended.wait(seconds)

    def end(self) -> None:
        """End every stream soon."""
        self._ended.set()


class Stream:
    """The body of an answer; `close` is called however it ends."""

    def __init__(
        self, told: Generator[bytes], free: threading.Semaphore
    ) -> None:
        self._told, self._free = told, free
        self._closed = False

    def __iter__(self) -> Iterator[bytes]:
        """What is told, until an error, for then nothing else can be said."""
        try:
            yield from self._told
        except exceptions.TrailmarkError as error:
            LOG.info('a stream ends: %s', error)

    def close(self) -> None:
        """Give its place to others."""
        if not self._closed:
            self._closed = True
            self._told.close()
            self._free.release()
