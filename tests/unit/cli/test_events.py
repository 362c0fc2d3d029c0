"""The events of a run, heard from a server that breaks off."""

import json
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

import httpx
import testtools

from trailmark.cli import connection, events
from trailmark.common import exceptions
from trailmark.tests.unit.cli import answering

_SECONDS = 20


def _event(number: int, kind: str = 'transition') -> str:
    return (
        f'id: {number}\nevent: {kind}\ndata: {json.dumps({"id": number})}\n\n'
    )


class _Api:
    """Answers requests for events one after the other.

    An answer is a status and parts of a stream; None waits for the end.
    """

    def __init__(self, *answers: tuple[str, list[str | None]]) -> None:
        self._answers = list(answers)
        self.asked: list[str | None] = []
        self.ended = threading.Event()

    def __call__(
        self, environ: dict[str, Any], start: answering.Start
    ) -> Iterable[bytes]:
        self.asked.append(environ.get('HTTP_LAST_EVENT_ID'))
        status, parts = self._answers.pop(0)
        start(status, [('Content-Type', 'text/event-stream')])
        for part in parts:
            if part is None:
                self.ended.wait(_SECONDS)
            else:
                yield part.encode()


class ListenerTest(testtools.TestCase):
    def hear(
        self, *answers: tuple[str, list[str | None]], after: int = 0
    ) -> events.Listener:
        """A listener where these are the answers."""
        self.api = _Api(*answers)
        self.served = answering.served(self.api)
        self.url = self.served.__enter__()
        self.addCleanup(self.served.__exit__, None, None, None)
        self.addCleanup(self.api.ended.set)
        client = httpx.Client(base_url=self.url)
        self.addCleanup(client.close)
        listener = events.Listener(client, 3, after)
        self.addCleanup(listener.close)
        return listener

    def until(self, holds: Callable[[], object]) -> None:
        deadline = time.monotonic() + _SECONDS
        while not holds():
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.01)

    def numbers(self, listener: events.Listener, count: int) -> list[int]:
        """The ids of so many events, as they come."""
        found: list[connection.Event] = []

        def is_enough() -> bool:
            found.extend(listener.news(0.1))
            return len(found) >= count

        self.until(is_enough)
        return [each.data['id'] for each in found]

    def test_events_are_heard_while_the_stream_goes_on(self) -> None:
        listener = self.hear(('200 OK', [_event(1), _event(2, 'run'), None]))

        self.assertEqual([1, 2], self.numbers(listener, 2))
        self.assertFalse(listener.is_deaf)
        self.assertEqual([None], self.api.asked)

    def test_a_stream_that_breaks_goes_on_after_its_last_event(self) -> None:
        """All together: behaviour 6."""
        listener = self.hear(
            ('200 OK', [_event(7)]), ('200 OK', [_event(8), None]), after=6
        )

        self.assertEqual([7, 8], self.numbers(listener, 2))
        self.assertEqual(['6', '7'], self.api.asked)

    def test_what_has_no_more_to_tell_is_heard_no_more(self) -> None:
        listener = self.hear(('200 OK', [_event(7)]), ('204 No Content', []))

        self.assertEqual([7], self.numbers(listener, 1))
        self.until(lambda: listener.is_deaf)

    def test_an_api_without_events_is_not_heard(self) -> None:
        listener = self.hear(('404 Not Found', ['no']))

        self.until(lambda: listener.is_deaf)

        self.assertEqual([], listener.news(0))

    def test_an_api_with_too_many_listeners_is_not_heard(self) -> None:
        listener = self.hear(('503 Service Unavailable', ['no']))

        self.until(lambda: listener.is_deaf)

    def test_a_listener_who_lost_the_api_says_so(self) -> None:
        client = httpx.Client(base_url='http://127.0.0.1:1')
        self.addCleanup(client.close)
        listener = events.Listener(client, 3, 0)
        self.addCleanup(listener.close)

        def is_away() -> bool:
            try:
                listener.news(0.1)
            except exceptions.EndpointUnreachable:
                return True
            return False

        self.until(is_away)
        self.assertFalse(listener.is_deaf)
