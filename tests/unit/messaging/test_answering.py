"""Answers are sent from one thread, and from another when it is stuck."""

import threading
import unittest
from unittest import mock

from trailmark.messaging import answering, contracts, late_answers

_PATIENCE = 30.0


class AnswersTest(unittest.TestCase):
    def setUp(self) -> None:
        super().setUp()
        self.answers = answering.Answers()
        self.addCleanup(self.answers.close, _PATIENCE)
        self.senders: list[threading.Thread] = []
        self.sent = threading.Event()

    def _send(self) -> None:
        self.senders.append(threading.current_thread())
        self.sent.set()

    def test_one_thread_sends_all_of_them(self) -> None:
        for _ in range(100):
            self.answers.put(self._send)

        self.answers.close(_PATIENCE)

        self.assertEqual(100, len(self.senders))
        self.assertEqual(1, len(set(self.senders)))

    def test_another_goes_on_when_it_is_stuck(self) -> None:
        begun, told = threading.Event(), threading.Event()
        self.addCleanup(told.set)

        def stick() -> None:
            begun.set()
            told.wait(_PATIENCE)

        with mock.patch.object(answering, '_STUCK', 0.0):
            self.answers.put(stick)
            begun.wait(_PATIENCE)
            self.answers.put(self._send)

            self.assertTrue(self.sent.wait(_PATIENCE))

    def test_one_that_can_t_be_sent_holds_nothing_up(self) -> None:
        with self.assertLogs(answering.LOG, 'ERROR'):
            self.answers.put(mock.Mock(side_effect=ValueError))
            self.answers.put(self._send)

            self.assertTrue(self.sent.wait(_PATIENCE))


class LateAnswersTest(unittest.TestCase):
    def setUp(self) -> None:
        super().setUp()
        self.said = threading.Event()

    def _waiting(self, late: late_answers.LateAnswers) -> None:
        answer = late.to('n1')
        answer.expect()
        answer.say(contracts.ReportAnswer())
        answer.then(lambda said: self.said.set())

    def test_one_whose_outcome_is_never_durable_goes_all_the_same(
        self,
    ) -> None:
        late = late_answers.LateAnswers(patience=0.0)
        self._waiting(late)
        self.assertFalse(self.said.is_set())

        late.start()
        self.addCleanup(late.close)

        self.assertTrue(self.said.wait(_PATIENCE))

    def test_none_waits_once_they_are_closed(self) -> None:
        late = late_answers.LateAnswers(patience=_PATIENCE)
        late.start()
        self._waiting(late)

        late.close()

        self.assertTrue(self.said.is_set())
