"""Signals stop a run, or cancel it; another process may ask for the same."""

import re
import signal
import time

from trailmark.tests.functional import base, sidelog

_SECONDS = 15
#: Seconds after which a wish of another process is surely heeded.
_SOON = 2.0


class SignalsTest(base.ProcessTestCase):
    """A run of three nodes, each held in its first step."""

    def setUp(self) -> None:
        super().setUp()
        self.log = sidelog.SideLog(self.folder / 'log', 3, 2, 0)
        self.log.hold()
        self.engine = self.trailmark()
        self.process = self.start(
            self.engine, 'deploy', str(self.log.deployment)
        )
        self.until(lambda: len(self.log.started()) == 3, 'the first step')

    def _signal(self, number: signal.Signals, answer: str) -> None:
        self.process.send_signal(number)
        self.until(lambda: answer in base.said(self.process), answer, _SECONDS)

    def _ended(self) -> dict[str, str]:
        """States of what is on nodes; the process has said how to go on."""
        code, self.said = self.end(self.process, _SECONDS)
        self.assertEqual(3, code, self.said)
        return self.states(self.database(), 1)

    def _check_resume(self) -> None:
        [command] = re.findall(r'Go on with: trailmark (.*)', self.said)
        resumed = self.engine.run(*command.split(), timeout=_SECONDS)
        self.assertEqual(0, resumed.code, resumed)
        found = set(self.states(self.database(), 1).values())
        self.assertEqual({'ready'}, found)
        self.assertEqual([], self.log.overlaps())

    def _check_stopped_by(self, number: signal.Signals) -> None:
        self._signal(number, 'stopping')
        self.log.let_go()

        found = self._ended()

        self.assertIn('Run 1 is stopped', self.said)
        self.assertEqual(
            ['pending'] * 3 + ['ready'] * 3, sorted(found.values())
        )
        self.assertEqual(3, len(self.log.finished()))

    def test_ctrl_c_lets_end_what_runs_and_the_run_goes_on(self) -> None:
        self._check_stopped_by(signal.SIGINT)
        self._check_resume()

    def test_sigterm_stops(self) -> None:
        self._check_stopped_by(signal.SIGTERM)

    def test_a_terminal_that_is_closed_stops(self) -> None:
        self._check_stopped_by(signal.SIGHUP)

    def test_a_second_ctrl_c_ends_what_runs_and_the_run_goes_on(self) -> None:
        self._signal(signal.SIGINT, 'stopping')
        self._signal(signal.SIGINT, 'cancelling')

        found = self._ended()

        self.assertIn('Run 1 is cancelled', self.said)
        self.assertEqual({'cancelled'}, set(found.values()))
        self.assertEqual(set(), self.log.finished())
        self.log.let_go()
        self._check_resume()

    def _ask(self, wish: str) -> None:
        asked = self.engine.run('run', wish, '1', timeout=_SECONDS)
        self.assertEqual(f'Run 1 was asked to {wish}\n', asked.out, asked)
        self.assertEqual(0, asked.code)

    def test_another_process_cancels_soon(self) -> None:
        self._ask('cancel')
        since = time.monotonic()

        found = self._ended()

        self.assertLess(time.monotonic() - since, _SOON)
        self.assertEqual({'cancelled'}, set(found.values()))

    def test_another_process_stops_soon(self) -> None:
        self._ask('stop')
        time.sleep(_SOON)
        self.log.let_go()

        found = self._ended()

        self.assertEqual({'pending', 'ready'}, set(found.values()))
