"""What an engine's dispatch sends, and what it drops."""

import dataclasses
import threading
import unittest
from collections.abc import Mapping, Sequence
from typing import Any

from trailmark.common import clock, exceptions
from trailmark.messaging import contracts, late_answers, remote
from trailmark.tests.unit.messaging import test_contracts

_ON = test_contracts.INSTANCE
_OTHER = dataclasses.replace(_ON, name='n2', node='n2')


class _Client:
    """Keeps what is sent; the first `failures` sends fail."""

    def __init__(self, failures: int = 0) -> None:
        self.sent: list[Any] = []
        self.failures = failures

    def execute_task_on_instance(
        self,
        context: Mapping[str, Any],
        attempts: Sequence[contracts.TaskAttempt],
        instance: contracts.Instance,
    ) -> None:
        self._send(context, [each.id for each in attempts], instance.name)

    def cancel_task(self, node: str, attempt_ids: Sequence[str]) -> None:
        self._send('cancel', node, list(attempt_ids))

    def forget_run(self, node: str, run: int) -> None:
        self._send('forget', node, run)

    def _send(self, *what: Any) -> None:
        if self.failures:
            self.failures -= 1
            raise exceptions.MessageNotSent(reason='no broker')
        self.sent.append(what)


class _Present:
    def journal_of(self, node: str) -> str | None:
        return 'j'

    def is_served(self, node: str) -> bool:
        return True

    def silent_for(self, node: str) -> float | None:
        return 1.0

    def heard_at(self, node: str) -> float | None:
        return 1.0

    def sequence_of(self, journal: str | None) -> int:
        return 0


def _attempt(id: str, age: float = 0.0) -> contracts.TaskAttempt:
    return dataclasses.replace(
        test_contracts.ATTEMPT,
        id=id,
        sent_at=clock.steady_micros() - int(age * 1_000_000),
    )


def _said(answer: late_answers.LateAnswer) -> contracts.ReportAnswer:
    """Have an answer go: what it says."""
    found: list[Any] = []
    answer.say(contracts.ReportAnswer())
    answer.then(found.append)
    [said] = found
    assert isinstance(said, contracts.ReportAnswer)
    return said


class RemoteDispatchTest(unittest.TestCase):
    def setUp(self) -> None:
        super().setUp()
        self.late = late_answers.LateAnswers()

    def _sent(self, client: _Client, *attempts: Any) -> list[Any]:
        dispatch = remote.RemoteDispatch(
            client,  # type: ignore[arg-type]
            _Present(),
            {'engine': 'e1'},
            again_after=5.0,
            late=self.late,
        )
        dispatch.execute_task_on_instance(attempts, {'user': 'ann'})
        dispatch.cancel_task('n1', ['x'])
        dispatch.forget_run(['n1', 'n2'], 7)
        dispatch.close(5.0)
        return client.sent

    def test_attempts_of_one_instance_travel_together(self) -> None:
        sent = self._sent(
            _Client(),
            (_attempt('a'), _ON),
            (_attempt('b'), _OTHER),
            (_attempt('c'), _ON),
        )

        context = {'engine': 'e1', 'user': 'ann'}
        self.assertEqual(
            [(context, ['a', 'c'], 'n1'), (context, ['b'], 'n2')], sent[:2]
        )

    def test_cancels_and_ends_of_runs_follow_in_their_order(self) -> None:
        sent = self._sent(_Client())

        self.assertEqual(('cancel', 'n1', ['x']), sent[-3])
        self.assertEqual([('forget', 'n1', 7), ('forget', 'n2', 7)], sent[-2:])

    def test_what_waited_so_long_that_it_is_asked_again_is_dropped(
        self,
    ) -> None:
        sent = self._sent(
            _Client(), (_attempt('old', 6), _ON), (_attempt('new'), _ON)
        )

        self.assertEqual(['new'], sent[0][1])

    def test_a_message_that_can_t_be_sent_holds_nothing_up(self) -> None:
        with self.assertLogs(remote.LOG, 'WARNING'):
            sent = self._sent(_Client(failures=1), (_attempt('a'), _ON))

        self.assertEqual('cancel', sent[0][0])

    def test_who_waits_for_an_answer_is_told_in_it(self) -> None:
        answer = self.late.to('n2')

        sent = self._sent(
            _Client(), (_attempt('a'), _ON), (_attempt('b'), _OTHER)
        )

        [brought] = _said(answer).dispatched
        self.assertEqual(['b'], [each.id for each in brought.attempts])
        self.assertEqual({'engine': 'e1', 'user': 'ann'}, brought.context)
        self.assertEqual([['a']], [each[1] for each in sent[:-3]])

    def test_an_answer_that_has_gone_brings_nothing_along(self) -> None:
        _said(self.late.to('n1'))

        sent = self._sent(_Client(), (_attempt('a'), _ON))

        self.assertEqual(['a'], sent[0][1])

    def test_what_is_large_is_fetched_also_if_an_answer_names_it(self) -> None:
        large = dataclasses.replace(
            _attempt('a'), parameters={'data': 'x' * 300_000}
        )

        answer = self.late.to('n1')

        self._sent(_Client(), (large, _ON))

        [brought] = _said(answer).dispatched
        self.assertEqual({}, brought.attempts[0].parameters)
        self.assertTrue(brought.attempts[0].large)

    def test_its_thread_ends_with_it(self) -> None:
        before = threading.active_count()

        self._sent(_Client())

        self.assertEqual(before, threading.active_count())
