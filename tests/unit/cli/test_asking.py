"""What is new of a run: from its events while there are any."""

import testtools

from trailmark.cli import asking, connection
from trailmark.tests.unit.cli import double
from trailmark.tests.unit.cli.test_following import move


class _Events:
    """Events that a test tells."""

    def __init__(self, *told: list[connection.Event]) -> None:
        self._told = list(told)
        self.closed = False

    @property
    def is_deaf(self) -> bool:
        """Once everything was told."""
        return not self._told

    def news(self, seconds: float) -> list[connection.Event]:
        """The next ones."""
        return self._told.pop(0)

    def close(self) -> None:
        """Remember it."""
        self.closed = True


class _Link(double.Link):
    """One whose API tells events."""

    told: _Events | None = None
    after: int | None = None

    def events(self, run: int, after: int) -> connection.Events | None:
        self.after = after
        return self.told


class AskingTest(testtools.TestCase):
    def setUp(self) -> None:
        super().setUp()
        self.api = double.Api()
        self.link = _Link(self.api)
        self.asking = asking.Asking(self.link, 3, False, 5, False)

    def _tell(self, *told: list[connection.Event]) -> None:
        self.link.told = _Events(*told)

    def _run(self, *states: str, **more: object) -> None:
        for state in states:
            run = double.run_document(state, **more)
            self.api.answer('GET', 'runs/3', {'run': run})

    def _transitions(self, *moves: dict[str, object]) -> None:
        page = {'transitions': list(moves), 'next': None}
        self.api.answer('GET', 'runs/3/transitions', page)

    def test_events_are_news_and_nothing_else_is_asked(self) -> None:
        self._run('running')
        ended = connection.Event('run', double.run_document('ready'))
        self._tell([connection.Event('transition', move(6))], [ended])

        first, last = self.asking.next(), self.asking.next()

        self.assertEqual([6], [each['id'] for each in first.transitions])
        self.assertEqual('ready', last.run['status'])
        self.assertEqual(5, self.link.after)
        self.assertEqual(1, len(self.api.requests))

    def test_who_hears_no_more_asks_after_the_last_event(self) -> None:
        self._run('running', 'ready')
        self._transitions(move(7))
        self._tell([connection.Event('transition', move(6))])
        self.asking.next()

        last = self.asking.next()

        self.assertEqual([7], [each['id'] for each in last.transitions])
        [query] = self.api.asked('GET', 'runs/3/transitions')
        self.assertEqual('6', query['after'])
        assert self.link.told is not None
        self.assertTrue(self.link.told.closed)
        self.assertFalse(self.asking.waits)

    def test_of_a_large_run_not_every_event_is_wanted(self) -> None:
        self._run('running', counts={'running': 300, 'total': 300})

        self.asking.next()

        self.assertIsNone(self.link.after)

    def test_a_run_that_has_ended_is_asked_for(self) -> None:
        self._run('ready')
        self._transitions()

        self.asking.next()

        self.assertIsNone(self.link.after)
