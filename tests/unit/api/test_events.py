"""Events of a run as a stream: from where, until when, how many streams."""

import json
from typing import Any

import httpx

from trailmark.api import streams
from trailmark.common import exceptions, states
from trailmark.db import runs
from trailmark.tests.unit.api import served

_LINES = ('id', 'event', 'data')


class EventsTest(served.ApiTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.run_id = int(self.deploy()['run']['id'])

    def test_every_transition_is_told_then_the_run_that_has_ended(
        self,
    ) -> None:
        self._cancel()

        told = _events(self.client.get(self._url))

        kinds = [kind for _id, kind, _data in told]
        self.assertEqual(['transition'] * served.ROWS + ['run'], kinds)
        self.assertEqual('cancelled', told[-1][2]['status'])
        moves = self.client.get(f'runs/{self.run_id}/transitions').json()
        self.assertEqual(
            moves['transitions'], [data for *_, data in told[:-1]]
        )

    def test_who_comes_back_hears_what_is_new_alone(self) -> None:
        """All together: behaviour 6."""
        self._cancel()
        told = _events(self.client.get(self._url))
        second = told[1][0]

        again = _events(
            self.client.get(self._url, headers={'Last-Event-ID': second})
        )

        self.assertEqual(told[2:], again)

    def test_who_has_heard_the_end_is_told_to_come_no_more(self) -> None:
        self._cancel()
        last = _events(self.client.get(self._url))[-1][0]

        answer = self.client.get(self._url, headers={'Last-Event-ID': last})

        self.assertEqual((204, b''), (answer.status_code, answer.content))

    def test_a_run_that_goes_on_is_followed_until_it_ends(self) -> None:
        with self.client.stream('GET', self._url) as answer:
            lines = answer.iter_lines()
            first = [next(lines) for _ in _LINES]
            self._cancel()
            rest = list(lines)

        self.assertIn('"status":"running"', first[-1])
        self.assertEqual(1 + served.ROWS, rest.count('') - 1)
        self.assertIn('"status":"cancelled"', rest[-2])

    def test_what_is_no_number_of_a_transition_is_refused(self) -> None:
        answer = self.client.get(self._url, headers={'Last-Event-ID': '-1'})

        self.assert_refused(answer, 400, 'invalid_input')

    def test_a_run_that_is_not_there_is_404(self) -> None:
        answer = self.client.get('runs/999999999/events')

        self.assert_refused(answer, 404, 'not_found')

    def test_head_leaves_no_stream_open(self) -> None:
        for _ in range(40):
            answer = self.client.head(self._url)

        self.assertEqual(200, answer.status_code)
        self.assertEqual('text/event-stream; charset=utf-8', _type(answer))

    @property
    def _url(self) -> str:
        return f'runs/{self.run_id}/events'

    def _cancel(self) -> None:
        # Only what no engine has taken is cancelled by a wish alone.
        with self.db.writer() as connection:
            connection.exec_driver_sql(
                f"UPDATE runs SET state = 'pending' WHERE id = {self.run_id}"
            )
        runs.ask(self.db, self.run_id, states.Asked.CANCEL, None)


class StreamsTest(served.ApiTestCase):
    def test_one_too_many_is_503_until_another_is_closed(self) -> None:
        opened = streams.Streams(1)
        first = opened.open(_nothing())

        with self.assertRaises(exceptions.ServiceUnavailable):
            opened.open(_nothing())
        first.close()
        first.close()

        opened.open(_nothing())
        with self.assertRaises(exceptions.ServiceUnavailable):
            opened.open(_nothing())

    def test_an_end_is_heard_by_those_who_wait(self) -> None:
        opened = streams.Streams()

        opened.end()

        self.assertFalse(opened.pause(60))


def _nothing() -> Any:
    yield from ()


def _type(answer: httpx.Response) -> str:
    said: str = answer.headers['Content-Type']
    return said


def _events(answer: httpx.Response) -> list[tuple[str, str, Any]]:
    """Id, kind and data of each event of a whole answer."""
    found = []
    for block in answer.text.strip().split('\n\n'):
        said = dict(line.split(': ', 1) for line in block.splitlines())
        number, kind, data = (said[name] for name in _LINES)
        found.append((number, kind, json.loads(data)))
    return found
