"""A cancel that no agent confirms, and the attempt that follows it."""

import os
import signal

from trailmark.common.states import RunState
from trailmark.db import faults
from trailmark.tests.functional import cluster, sidelog, test_services


class UnconfirmedTest(test_services.ServicesTest):
    """The agent of n1 stands still while its run is cancelled."""

    def setUp(self) -> None:
        super().setUp()
        self.log = sidelog.Log(self.folder / 'log')
        self.log.hold()

    def test_a_resumed_run_starts_nothing_beside_what_may_still_run(
        self,
    ) -> None:
        tasks = self.chain(1, self.log.script('true'))
        run = self.deploy(*tasks, nodes=('n1',))
        cluster.until(lambda: self.log.started(), 'the first attempt')

        os.kill(self.agent.pid, signal.SIGSTOP)
        self._ask('cancel', run)
        self.assertEqual(RunState.CANCELLED, self.ended(run))
        [fault] = faults.of_run(self.database, run)
        self.assertEqual('Unconfirmed', fault.kind)
        self._ask('resume', run, '--detach')
        self.holder(run)
        os.kill(self.agent.pid, signal.SIGCONT)
        cluster.until(lambda: len(self.log.started()) > 1, 'the next attempt')
        self.log.let_go()

        self.assertEqual(RunState.READY, self.ended(run))
        self.assertEqual({2}, self.attempts(run))
        self.assertEqual(([], []), (self.log.overlaps(), self.log.twice()))
        self.assertEqual([f'{run}.0.1.0.2'], self._finished())

    def _ask(self, wish: str, run: int, *more: str) -> None:
        done = self.command.run('run', wish, str(run), *more)
        self.assertEqual(0, done.code, done)

    def _finished(self) -> list[str]:
        return [line[1] for line in self.log.lines() if line[0] == 'end']
