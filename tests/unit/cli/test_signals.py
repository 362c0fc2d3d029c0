"""Tests of what Ctrl-C and SIGTERM ask for."""

import os
import signal
import time
from collections.abc import Callable

import testtools

from trailmark.cli import remote, signals
from trailmark.tests.unit.cli import double


def _until(holds: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 5
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.01)
    return holds()


class AskerTest(testtools.TestCase):
    def setUp(self) -> None:
        super().setUp()
        self.api = double.Api()
        for wish in ('stop', 'cancel'):
            run = {'run': double.run_document('stopping')}
            self.api.answer('POST', f'runs/3/{wish}', run, status=202)
        self.remote = remote.Remote(double.Link(self.api).client)

    def _asked(self) -> list[str]:
        return [path for _, path, _, _ in self.api.requests]

    def _send(self, number: signal.Signals) -> None:
        os.kill(os.getpid(), number)

    def test_each_signal_asks_for_a_stop(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            with self.subTest(number.name):
                self.api.requests.clear()
                with signals.Asker(self.remote) as asker:
                    asker.begin(3)
                    self._send(number)
                    self.assertTrue(_until(lambda: bool(self._asked())))
                self.assertEqual(['runs/3/stop'], self._asked())

    def test_a_second_signal_cancels(self) -> None:
        with signals.Asker(self.remote) as asker:
            asker.begin(3)
            self._send(signal.SIGINT)
            self._send(signal.SIGTERM)
            self.assertTrue(_until(lambda: len(self._asked()) == 2))
        self.assertEqual(['runs/3/stop', 'runs/3/cancel'], self._asked())

    def test_a_signal_before_the_run_is_known_is_not_lost(self) -> None:
        with signals.Asker(self.remote) as asker:
            self._send(signal.SIGINT)
            self.assertEqual([], self._asked())
            asker.begin(3)
            self.assertTrue(_until(lambda: bool(self._asked())))
        self.assertEqual(['runs/3/stop'], self._asked())

    def test_a_third_signal_leaves(self) -> None:
        with signals.Asker(self.remote) as asker:
            asker.begin(3)
            self._send(signal.SIGINT)
            self._send(signal.SIGINT)
            self.assertRaises(KeyboardInterrupt, self._send, signal.SIGINT)

    def test_signals_are_as_before_afterwards(self) -> None:
        before = signal.getsignal(signal.SIGTERM)
        with signals.Asker(self.remote):
            self.assertNotEqual(before, signal.getsignal(signal.SIGTERM))
        self.assertEqual(before, signal.getsignal(signal.SIGTERM))

    def test_a_signal_that_is_ignored_stays_ignored(self) -> None:
        before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
        self.addCleanup(signal.signal, signal.SIGHUP, before)
        with signals.Asker(self.remote):
            self.assertEqual(signal.SIG_IGN, signal.getsignal(signal.SIGHUP))
