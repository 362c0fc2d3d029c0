"""Several processes at one state directory."""

import os
import re
import signal

from trailmark.tests.functional import base, processes, sidelog


class DeploysTest(base.ProcessTestCase):
    """Clusters don't disturb one another; one cluster has one run."""

    def _log(self, name: str) -> sidelog.SideLog:
        log = sidelog.SideLog(self.folder / name, 2, 3, 0.2)
        base.write(log.deployment, {'deployment.yaml': {'name': name}})
        return log

    def test_two_clusters_are_deployed_at_the_same_time(self) -> None:
        engine = self.trailmark()
        logs = [self._log('web'), self._log('store')]

        started = [
            self.start(engine, 'deploy', str(log.deployment)) for log in logs
        ]

        for process in started:
            code, said = self.end(process)
            self.assertEqual(0, code, said)
        db = self.database()
        for log in logs:
            self.assertEqual(6, len(log.started()))
            self.assertEqual(6, len(log.finished()))
            self.assertEqual([], log.overlaps())
        for run in (1, 2):
            self.assertEqual({'ready'}, set(self.states(db, run).values()))

    def test_a_cluster_is_deployed_once_at_a_time(self) -> None:
        engine = self.trailmark()
        log = self._log('web')
        log.hold()

        both = [
            self.start(engine, 'deploy', str(log.deployment)) for _ in range(2)
        ]

        self.until(
            lambda: any(process.poll() is not None for process in both),
            'one of two is refused',
        )
        refused = next(each for each in both if each.poll() is not None)
        code, said = self.end(refused)
        self.assertEqual(2, code, said)
        self.assertRegex(said, r'Run 1 of cluster web is active')
        log.let_go()
        both.remove(refused)
        code, said = self.end(both[0])
        self.assertEqual(0, code, said)
        self.assertEqual(6, len(log.started()))
        self.assertEqual(
            set(), set(self.states(self.database(), 2)), 'a second run'
        )

    def test_a_run_that_lives_is_not_resumed(self) -> None:
        engine = self.trailmark()
        log = self._log('web')
        log.hold()
        process = self.start(engine, 'deploy', str(log.deployment))
        self.until(log.started, 'the run')

        refused = engine.run('run', 'resume', '1')

        self.assertEqual(2, refused.code, refused)
        self.assertIn(f'driven by process {process.pid}', refused.err)
        log.let_go()
        code, said = self.end(process)
        self.assertEqual(0, code, said)
        self.assertEqual(6, len(log.started()))


class PausedTest(base.ProcessTestCase):
    """A process that was paused for longer than its lease does no harm."""

    def setUp(self) -> None:
        super().setUp()
        self.log = sidelog.SideLog(self.folder / 'log', 3, 8, 0.2)
        self.engine = self.trailmark(
            engine__lease_seconds=2, agent__drain_seconds=1
        )
        self.first = self.start(
            self.engine, 'deploy', str(self.log.deployment)
        )
        self.until(lambda: len(self.log.finished()) >= 5, 'five executions')
        os.kill(self.first.pid, signal.SIGSTOP)

    def _refused_as_alive(self) -> processes.Result:
        return self.engine.run('run', 'resume', '1')

    def test_another_process_goes_on_and_the_first_lets_go(self) -> None:
        db = self.database()
        refused = self._refused_as_alive()
        self.until(lambda: _is_lapsed(db), 'the end of the lease', 10)
        before, since = self.ready(db, 1), len(self.log.started())
        second = self.start(self.engine, 'run', 'resume', '1')
        self.until(lambda: len(self.log.started()) > since, 'the second', 20)

        os.kill(self.first.pid, signal.SIGCONT)

        code, said = self.end(second)
        self.assertEqual(0, code, said)
        code, said = self.end(self.first)
        self.assertEqual(4, code, said)
        self.assertNotIn('Traceback', said)
        self.check_nothing_lost(db, self.log, before, since)
        self.assertIn(refused.code, (2, 0))
        self.assertEqual([], _ended_twice(self.log))
