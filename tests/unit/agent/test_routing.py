"""Reports reach the engines that drive their runs."""

import threading
import time
import unittest

from trailmark.agent import routing
from trailmark.common import exceptions
from trailmark.common.states import ExecutionState
from trailmark.messaging import contracts


class _Engines:
    """Engines by name; None is the topic that they share."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.heard: list[tuple[str | None, contracts.Report]] = []
        self.gone: set[str | None] = set()
        self.slow = 0.0
        self.refused: str | None = None
        self.installation = 'db1'

    def report(
        self, engine: str | None, report: contracts.Report
    ) -> contracts.ReportAnswer:
        if engine in self.gone:
            time.sleep(self.slow)
            raise exceptions.MessageNotSent(reason='nobody answers')
        with self.lock:
            self.heard.append((engine, report))
        return contracts.ReportAnswer(
            tuple(each.attempt_id for each in report.outcomes),
            report.held,
            self.refused,
            self.installation,
        )

    def attempt_wanted(
        self, engine: str | None, attempt_id: str, epoch: int
    ) -> bool:
        if engine in self.gone:
            raise exceptions.MessageNotSent(reason='nobody answers')
        return engine is None

    def parameters(
        self, engine: str | None, attempt_id: str, offset: int
    ) -> contracts.Piece:
        return contracts.Piece(str(engine).encode(), 'digest')

    def held_by(self) -> dict[str | None, tuple[str, ...]]:
        return {engine: report.held for engine, report in self.heard}


def _report(*held: str, ended: tuple[str, ...] = ()) -> contracts.Report:
    return contracts.Report(
        'a1',
        'journal',
        held,
        tuple(
            contracts.Outcome(attempt_id, ExecutionState.READY)
            for attempt_id in ended
        ),
        dict.fromkeys(held, 'half'),
        contracts.Presence('n1', 'a1', 'h', 1, '0', 1),
    )


class RouterTest(unittest.TestCase):
    def test_parameters_are_asked_of_the_engine_that_dispatched(self) -> None:
        self.router.heard(1, 'e1')

        found = self.router.parameters('1.0.0.0.1', 0)

        self.assertEqual(b'e1', found.data)

    def setUp(self) -> None:
        self.engines = _Engines()
        self.doubts: list[str] = []
        self.router = routing.Router(self.engines, 'db1', self.doubts.append)
        self.addCleanup(self.router.close)

    def test_a_run_is_spoken_of_to_who_dispatched_last_for_it(self) -> None:
        self.router.heard(1, 'e1')
        self.router.heard(2, 'e1')
        self.router.heard(2, 'e2')

        self.router.report(_report('1.0.0.0.1', '2.0.0.0.1'))

        expected = {'e1': ('1.0.0.0.1',), 'e2': ('2.0.0.0.1',)}
        self.assertEqual(expected, self.engines.held_by())

    def test_a_run_that_nobody_was_heard_of_is_said_to_any(self) -> None:
        self.router.heard(2, 'e2')
        self.router.heard(2, None)

        self.router.report(_report('1.0.0.0.1', '2.0.0.0.1'))

        expected: dict[str | None, tuple[str, ...]] = {
            None: ('1.0.0.0.1', '2.0.0.0.1')
        }
        self.assertEqual(expected, self.engines.held_by())

    def test_who_is_there_is_said_to_any_engine(self) -> None:
        self.router.heard(1, 'e1')

        self.router.report(_report())

        self.assertEqual({None: ()}, self.engines.held_by())

    def test_every_part_tells_who_is_there(self) -> None:
        self.router.heard(1, 'e1')

        self.router.report(_report('1.0.0.0.1', '2.0.0.0.1'))

        told = [report.presence for _, report in self.engines.heard]
        self.assertEqual([_report().presence] * 2, told)

    def test_answers_are_joined(self) -> None:
        self.router.heard(1, 'e1')
        ended = ('1.0.0.1.1', '2.0.0.1.1')

        answer = self.router.report(
            _report('1.0.0.0.1', '2.0.0.0.1', ended=ended)
        )

        self.assertEqual(set(ended), set(answer.committed))
        self.assertEqual({'1.0.0.0.1', '2.0.0.0.1'}, set(answer.end))

    def test_any_engine_is_asked_when_the_named_one_is_gone(self) -> None:
        self.router.heard(1, 'e1')
        self.engines.gone = {'e1'}

        answer = self.router.report(_report(ended=('1.0.0.0.1',)))

        self.assertEqual(('1.0.0.0.1',), answer.committed)
        self.assertEqual([None], [name for name, _ in self.engines.heard])

    def test_an_engine_that_is_gone_is_waited_for_once(self) -> None:
        for run in (1, 2):
            self.router.heard(run, 'e1')
        self.engines.gone, self.engines.slow = {'e1'}, 0.3
        self.router.report(_report('1.0.0.0.1'))
        began = time.monotonic()

        self.router.report(_report('2.0.0.0.1'))

        self.assertLess(time.monotonic() - began, 0.2)

    def test_a_slow_engine_holds_no_other_up(self) -> None:
        self.router.heard(1, 'e1')
        self.router.heard(2, 'e2')
        self.engines.gone, self.engines.slow = {'e1'}, 1.0
        began = time.monotonic()
        caller = threading.Thread(
            target=self.router.report, args=[_report('1.0.0.0.1', '2.0.0.0.1')]
        )
        caller.start()
        self.addCleanup(caller.join)

        while 'e2' not in self.engines.held_by():
            self.assertLess(time.monotonic() - began, 0.7)
            time.sleep(0.01)

    def test_what_nobody_heard_is_told_apart(self) -> None:
        self.router.heard(2, 'e2')
        self.engines.gone = {None}

        with self.assertRaises(exceptions.ReportUnheard) as raised:
            self.router.report(
                _report('1.0.0.0.1', ended=('1.0.0.1.1', '2.0.0.0.1'))
            )

        error = raised.exception
        self.assertEqual({'1.0.0.0.1', '1.0.0.1.1'}, error.attempts)
        self.assertEqual(('2.0.0.0.1',), error.answer.committed)

    def test_it_says_so_when_nobody_answers_at_all(self) -> None:
        self.engines.gone = {None}

        with self.assertRaises(exceptions.MessageNotSent):
            self.router.report(_report('1.0.0.0.1'))

    def test_what_another_database_commits_is_not_committed(self) -> None:
        self.engines.installation = 'db2'

        with self.assertRaises(exceptions.MessageNotSent):
            self.router.report(_report(ended=('1.0.0.0.1',)))

        self.assertEqual(['an engine serves database db2'], self.doubts)

    def test_an_agent_that_is_refused_hears_of_it(self) -> None:
        self.engines.refused = 'another agent is there'

        answer = self.router.report(_report(ended=('1.0.0.0.1',)))

        self.assertEqual(['another agent is there'], self.doubts)
        self.assertEqual(('1.0.0.0.1',), answer.committed)

    def test_an_old_dispatch_is_asked_about_elsewhere(self) -> None:
        self.router.heard(1, 'e1')
        self.assertFalse(self.router.attempt_wanted('1.0.0.0.1', 1))
        self.engines.gone = {'e1'}

        self.assertTrue(self.router.attempt_wanted('1.0.0.0.1', 1))

    def test_runs_are_not_remembered_without_end(self) -> None:
        for run in range(routing._RUNS + 5):
            self.router.heard(run, 'e1')

        self.router.report(_report('1.0.0.0.1', '9.0.0.0.1'))

        expected = {None: ('1.0.0.0.1',), 'e1': ('9.0.0.0.1',)}
        self.assertEqual(expected, self.engines.held_by())
