"""Tests of following a run."""

import io
from typing import Any

import testtools

from trailmark.cli import asking, following, plain, remote
from trailmark.tests.unit.cli import double


class _Kept:
    """A display that keeps what it is shown."""

    wants_nodes = False

    def __init__(self) -> None:
        self.shown: list[asking.Progress] = []

    def update(self, progress: asking.Progress) -> None:
        self.shown.append(progress)

    def close(self) -> None:
        """Nothing to do."""


class _Driver:
    """A driver that is done after some polls and never waits."""

    def __init__(self, polls: int = 99, patience: float = 99) -> None:
        self._polls = polls
        self.patience = patience

    def is_done(self) -> bool:
        self._polls -= 1
        return self._polls < 0

    def has_left(self, run: remote.Document) -> bool:
        return following.has_ended(run)

    def pause(self, seconds: float) -> None:
        """Not at all."""


def move(number: int) -> dict[str, Any]:
    """A transition as the API answers it."""
    return {
        'id': number,
        'task': f't{number}',
        'node': 'n1',
        'new': 'ready',
        'time': '2024-01-01T12:00:00',
        'message': None,
    }


class FollowTest(testtools.TestCase):
    def setUp(self) -> None:
        super().setUp()
        self.api = double.Api()
        self.link = double.Link(self.api)
        self.display = _Kept()

    def _follow(
        self, driver: _Driver | None = None, **more: Any
    ) -> remote.Document | None:
        return following.follow(
            self.link, 3, self.display, driver or _Driver(), **more
        )

    def _runs(self, *runs: remote.Document) -> None:
        self.api.answer('GET', 'runs/3', *({'run': run} for run in runs))

    def _moves(self, *pages: list[Any]) -> None:
        found = [{'transitions': page, 'next': None} for page in pages]
        self.api.answer('GET', 'runs/3/transitions', *found)

    def test_every_transition_is_shown_once(self) -> None:
        self._runs(double.run_document('running'), double.run_document())
        self._moves([move(1), move(2)], [move(5)])
        self._follow(after=0)
        shown = [
            move['id']
            for progress in self.display.shown
            for move in progress.transitions
        ]
        self.assertEqual([1, 2, 5], shown)
        asked = self.api.asked('GET', 'runs/3/transitions')
        self.assertEqual(['0', '2'], [query['after'] for query in asked])

    def test_a_database_that_is_away_for_a_while_is_waited_for(self) -> None:
        gone = double.refusal('database_unavailable', 'gone')
        self.api.answer('GET', 'runs/3', gone, gone, status=503)
        self._runs(double.run_document())
        self._moves([])
        found = self._follow()
        self.assertEqual('ready', found and found['status'])

    def test_nothing_is_known_when_the_database_stays_away(self) -> None:
        gone = double.refusal('database_unavailable', 'gone')
        self.api.answer('GET', 'runs/3', gone, status=503)
        self.assertIsNone(self._follow(_Driver(polls=2)))

    def test_patience_with_a_database_that_stays_away_ends(self) -> None:
        gone = double.refusal('database_unavailable', 'gone')
        self.api.answer('GET', 'runs/3', gone, status=503)
        self.assertIsNone(self._follow(_Driver(polls=9999, patience=0)))

    def test_a_large_run_is_not_asked_for_its_transitions(self) -> None:
        counts = {'ready': 300, 'error': 1, 'total': 301}
        self._runs(
            double.run_document('running', counts=counts),
            double.run_document('ready', counts=counts),
        )
        page = {'tasks_history': [double.history_row()], 'next': None}
        self.api.answer('GET', 'tasks_history', page)
        self._follow()
        self.assertEqual([], self.api.asked('GET', 'runs/3/transitions'))
        self.assertEqual([1, 0], [len(p.errors) for p in self.display.shown])


class PlainDisplayTest(testtools.TestCase):
    def _lines(self, *shown: asking.Progress) -> list[str]:
        stream = io.StringIO()
        display = plain.PlainDisplay(stream)
        for progress in shown:
            display.update(progress)
        return [line[9:] for line in stream.getvalue().splitlines()]

    def test_a_message_follows_the_state_on_one_line(self) -> None:
        moved = {**move(1), 'new': 'error', 'message': 'exit 1\nmore'}
        progress = asking.Progress(double.run_document(), [moved])
        self.assertEqual(['t1@n1 error: exit 1'], self._lines(progress))

    def test_a_large_run_shows_counts_at_a_readable_rate(self) -> None:
        def progress(ready: int, status: str) -> asking.Progress:
            counts = {'pending': 300 - ready, 'ready': ready, 'total': 300}
            run = double.run_document(status, counts=counts)
            return asking.Progress(run)

        lines = self._lines(
            progress(1, 'running'),
            progress(2, 'running'),
            progress(300, 'ready'),
        )
        self.assertEqual(['299 pending, 1 ready', '300 ready'], lines)

    def test_a_large_run_shows_every_error(self) -> None:
        counts = {'ready': 300, 'error': 1, 'total': 301}
        run = double.run_document('running', counts=counts)
        progress = asking.Progress(run, errors=[double.history_row()])
        lines = self._lines(progress)
        self.assertEqual('replica@db2 error: exit code 7', lines[0])
