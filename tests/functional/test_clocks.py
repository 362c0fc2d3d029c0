"""Runs among clocks that are set, engines that stand still, and silence."""

import os
import signal
import time
import unittest
from unittest import mock

from trailmark.common.states import RunState
from trailmark.db import connection, faults, runs, tasks_history
from trailmark.tests import faketime
from trailmark.tests.functional import (
    base,
    cluster,
    sidelog,
    skewing,
    test_services,
)

#: Seconds: of every task, beyond that, and of what nobody may be blamed for.
_TIMEOUT, _GRACE = 3, 2
_SILENCE = 3 * (_TIMEOUT + _GRACE)


def check_times(
    case: unittest.TestCase, database: connection.Database, run: int
) -> None:
    """Nothing failed, and nothing ended before it began."""
    case.assertEqual([], faults.of_run(database, run))
    found = runs.get(database, run)
    spans = [(found.started_at, found.ended_at)]
    for row in tasks_history.page(database, run=run, limit=1000):
        spans.append((row.started_at, row.ended_at))
    for began, ended in spans:
        case.assertLessEqual(began or 0, ended or 0)


class EmbeddedTest(base.ProcessTestCase):
    """The process of a command that drives its own run."""

    def _start(self, seconds: float, steps: int) -> None:
        self.log = sidelog.Log(self.folder / 'log')
        timeout = {'retries': 0, 'timeout': _TIMEOUT}
        tasks = [
            base.shell(
                f't{number}',
                '',
                requires=[f't{number - 1}'] if number else [],
                parameters={
                    'cmd': self.log.script(f'sleep {seconds}'),
                    **timeout,
                },
            )
            for number in range(steps)
        ]
        files = {'nodes.yaml': base.nodes('n1'), 'release/default.yaml': tasks}
        deployment = base.write(self.folder / 'web', files)
        self.engine = self.trailmark(
            options={'engine__deadline_grace': _GRACE}
        )
        self.clock = faketime.Clock(self.folder / 'clock')
        self.engine.environment.update(self.clock.environment)
        self.process = self.start(self.engine, 'deploy', str(deployment))
        self.until(lambda: self.log.started(), 'the first task')

    def _check(self) -> None:
        code, said = self.end(self.process)
        self.assertEqual(0, code, said)
        check_times(self, self.database(), 1)
        self.assertEqual([], self.log.twice())

    def test_a_run_is_ready_whatever_is_done_to_the_clock(self) -> None:
        self._start(0.4, 12)
        self.assertTrue(faketime.is_faked(self.process.pid))

        for step in faketime.STEPS:
            before = len(self.log.started())
            self.clock.set(step)
            self.until(
                lambda n=before: len(self.log.started()) > n,  # type: ignore[misc]
                'the next task',
            )

        self._check()

    def test_a_task_that_ends_while_its_engine_is_paused_is_ready(
        self,
    ) -> None:
        self._start(1, 2)

        os.kill(self.process.pid, signal.SIGSTOP)
        time.sleep(_TIMEOUT + _GRACE + 10)
        os.kill(self.process.pid, signal.SIGCONT)

        self._check()


class ServicesTest(test_services.ServicesTest):
    """Two engines and agents of three nodes, with a short grace."""

    def setUp(self) -> None:
        short = {'OS_ENGINE__DEADLINE_GRACE': str(_GRACE)}
        self.enterContext(mock.patch.dict(os.environ, short))
        soon = {'ENGINE__AGENT_TIMEOUT': str(_SILENCE - 3)}
        self.enterContext(mock.patch.dict(cluster.OPTIONS, soon))
        super().setUp()
        self.log = sidelog.Log(self.folder / 'log')
        for node in ('n2', 'n3'):
            self.cluster.add_agent(node)

    def _deploy(self, steps: int, seconds: float) -> int:
        tasks = self.chain(steps, self.log.script(f'sleep {seconds}'))
        for each in tasks:
            each['parameters'].update(timeout=_TIMEOUT, retries=0)
        return self.deploy(*tasks, nodes=('n1', 'n2', 'n3'))

    def _check(self, run: int) -> None:
        self.assertEqual(RunState.READY, self.ended(run, 120))
        check_times(self, self.database, run)
        self.assertEqual([], self.log.twice())
        self.assertEqual([], self.log.overlaps())

    def test_a_broker_may_be_away_for_longer_than_any_timeout(self) -> None:
        run = self._deploy(12, 0.5)
        cluster.until(lambda: len(self.log.finished()) > 4, 'some tasks')

        self.cluster.rabbitmq.end(signal.SIGKILL)
        time.sleep(_SILENCE)
        self.assertFalse(self.cluster.is_over(run))
        self.cluster.rabbitmq.start()

        self._check(run)
        self.assertEqual({1}, self.attempts(run))

    def test_no_clocks_of_two_machines_are_compared(self) -> None:
        wrong = zip(self.cluster.services, faketime.STEPS * 2, strict=False)
        clocks = []
        for service, step in wrong:
            clocks.append(skewing.skewed(self.cluster, service))
            clocks[-1].set(step)
        run = self._deploy(12, 0.5)
        holder, epoch = self.holder(run), self.epoch(run)
        cluster.until(lambda: len(self.log.finished()) > 4, 'some tasks')

        holder.kill()
        cluster.until(lambda: self.epoch(run) > epoch, 'adoption')
        for clock in clocks:
            clock.set(-faketime.HOUR)

        self._check(run)
        self.assertEqual({1}, self.attempts(run))

    def test_commands_with_a_wrong_clock_are_obeyed(self) -> None:
        clock = faketime.Clock(self.folder / 'clock')
        clock.set(3 * faketime.DAY)
        self.command.environment.update(clock.environment)
        run = self._deploy(20, 1)

        self._ask('stop', run)
        self.assertEqual(RunState.STOPPED, self.ended(run))
        clock.set(-faketime.HOUR)
        self._ask('resume', run)

        self._check(run)

    def _ask(self, wish: str, run: int) -> None:
        words = ['--detach'] if wish == 'resume' else []
        done = self.command.run('run', wish, str(run), *words)
        self.assertEqual(0, done.code, done)
