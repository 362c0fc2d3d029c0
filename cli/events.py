"""The events of a run, heard over HTTP while they happen."""

import queue
import threading
import time
from collections.abc import Iterator

import httpx
import httpx_sse

from trailmark.cli import connection
from trailmark.common import exceptions

#: Seconds of silence after which a stream is broken: remarks are more often.
_SILENCE = 45.0
#: Seconds in which the first event comes, unless a proxy keeps it back.
_FIRST = 10.0
#: Seconds until it is asked again for a stream that broke.
_PAUSE = 1.0


class Deaf(Exception):
    """The API tells no events, or no more of them."""


#: What ends the hearing for good; RuntimeError is of a client that is closed.
_DEAFENING = (
    Deaf,
    httpx_sse.SSEError,
    httpx.StreamError,
    RuntimeError,
    ValueError,
)


class Listener:
    """Events of a run after a transition, heard in a thread of its own.

    A stream that breaks is asked for again, after the last event that was
    heard (Last-Event-ID), so none is missed and none comes twice.
    """

    def __init__(self, client: httpx.Client, run: int, after: int) -> None:
        self._client, self._path = client, f'/api/v1/runs/{run}/events'
        self._heard: queue.SimpleQueue[connection.Event] = queue.SimpleQueue()
        self._last = str(after) if after else ''
        self._began = time.monotonic()
        self._has_begun = self._is_closed = self._no_more = False
        self._away: httpx.HTTPError | None = None
        self._woken = threading.Event()
        threading.Thread(target=self._work, name='events', daemon=True).start()

    @property
    def is_deaf(self) -> bool:
        """Whether nothing can be heard, or nothing more."""
        late = time.monotonic() - self._began > _FIRST
        silent = late and not self._has_begun and self._away is None
        return (self._no_more or silent) and self._heard.empty()

    def news(self, seconds: float) -> list[connection.Event]:
        """What was heard since the last time, after waiting for it.

        Raises EndpointUnreachable while there is nobody to hear.
        """
        found: list[connection.Event] = []
        if self._woken.wait(seconds):
            self._woken.clear()
        while not self._heard.empty():
            found.append(self._heard.get())
        if not found and self._away is not None:
            raise exceptions.EndpointUnreachable(
                endpoint=self._client.base_url, reason=self._away
            )
        return found

    def close(self) -> None:
        """Hear nothing more; the thread ends with its next event."""
        self._is_closed = True

    def _work(self) -> None:
        try:
            while not self._is_closed:
                try:
                    self._listen()
                except httpx.TransportError as error:
                    self._away = error
                time.sleep(_PAUSE)
        except _DEAFENING:
            self._no_more = True
        self._woken.set()

    def _listen(self) -> None:
        headers = {'Last-Event-ID': self._last} if self._last else {}
        timeout = httpx.Timeout(10.0, read=_SILENCE)
        with httpx_sse.connect_sse(
            *(self._client, 'GET', self._path),
            headers=headers,
            timeout=timeout,
        ) as source:
            if source.response.status_code != httpx.codes.OK:
                raise Deaf
            self._away = None
            for each in self._told(source):
                self._heard.put(each)
                self._woken.set()

    def _told(
        self, source: httpx_sse.EventSource
    ) -> Iterator[connection.Event]:
        for each in source.iter_sse():
            if self._is_closed:
                return
            self._has_begun, self._last = True, each.id or self._last
            yield connection.Event(each.event, each.json())
