"""Several processes at one state directory."""

import os
import signal

from trailmark.db import runs as db_runs
from trailmark.tests.functional import base, sidelog


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
        listed = db_runs.list_all(self.database())
        self.assertEqual([1], [run.id for run in listed])

    def test_a_run_that_lives_is_not_resumed(self) -> None:
        engine = self.trailmark()
        log = self._log('web')
        log.hold()
        process = self.start(engine, 'deploy', str(log.deployment))
        self.until(log.started, 'the run')

        refused = engine.run('run', 'resume', '1')

        self.assertEqual(2, refused.code, refused)
        driver = self.driver_of(engine, process)
        self.assertIn(f'driven by process {driver}', refused.err)
        log.let_go()
        code, said = self.end(process)
        self.assertEqual(0, code, said)
        self.assertEqual(6, len(log.started()))


class PausedTest(base.ProcessTestCase):
    """A process that was paused for longer than its lease does no harm."""

    def setUp(self) -> None:
        super().setUp()
        self.log = sidelog.SideLog(self.folder / 'log', 3, 6, 0.1)
        self.engine = self.trailmark(options={'engine__lease_seconds': 3})
        self.first = self.start(
            self.engine, 'deploy', str(self.log.deployment)
        )
        self.until(lambda: len(self.log.finished()) >= 5, 'five executions')
        self.db = self.database()
        self._pause()

    def _pause(self) -> None:
        """While an attempt runs on each node, and nothing is written."""
        self.log.hold()
        self.until(
            lambda: self._in_flight() == 3 and self._is_written(),
            'an attempt on each node',
        )
        os.kill(self.first.pid, signal.SIGSTOP)

    def _in_flight(self) -> int:
        return len(self.log.started()) - len(self.log.finished())

    def _is_written(self) -> bool:
        return self.log.finished() == self.ready(self.db, 1)

    def test_another_process_goes_on_and_the_first_lets_go(self) -> None:
        self.until(
            lambda: db_runs.get(self.db, 1).lease_over, 'the end of the lease'
        )
        before, since = self.ready(self.db, 1), len(self.log.started())
        second = self.start(self.engine, 'run', 'resume', '1')
        self.until(
            lambda: not db_runs.get(self.db, 1).lease_over,
            'another process drives it',
        )

        os.kill(self.first.pid, signal.SIGCONT)

        code, said = self.end(self.first)
        self.assertEqual(4, code, said)
        self.assertNotIn('Traceback', said)
        self.log.let_go()
        code, said = self.end(second)
        self.assertEqual(0, code, said)
        self.check_nothing_lost(self.db, self.log, before, since)
        self.assertEqual(
            self.log.executions, len(self.log.started()), 'starts'
        )
