"""A run that a person stops or cancels from another process."""

from trailmark.db import runs
from trailmark.tests.functional import base, processes, sidelog


class StopTest(base.ProcessTestCase):
    """A stopped run goes on with exactly what was not started."""

    def setUp(self) -> None:
        super().setUp()
        self.log = sidelog.SideLog(self.folder / 'log', 3, 4, 0.1)
        self.engine = self.trailmark()
        self.process = self.start(
            self.engine, 'deploy', str(self.log.deployment)
        )
        self.until(lambda: len(self.log.finished()) >= 3, 'the first step')
        self.log.hold()

    def _ask(self, wish: str) -> str:
        asked = self.engine.run('run', wish, '1', timeout=30)
        self.assertEqual(0, asked.code, asked)
        if wish == 'stop':
            self.until(lambda: self._state() == 'stopping', 'the stop')
            self.log.let_go()
        code, said = self.end(self.process, 30)
        self.assertEqual(3, code, said)
        self.assertIn('trailmark run resume 1', said)
        return said

    def _kill(self) -> None:
        """Kill it while every node is in the middle of a task."""
        self.until(
            lambda: len(self.log.started()) - len(self.log.finished()) == 3,
            'the next step',
        )
        processes.kill(self.process)

    def _state(self) -> str:
        return str(runs.get(self.database(), 1).state)

    def _resume(self) -> None:
        resumed = self.engine.run('run', 'resume', '1', timeout=60)
        self.assertEqual(0, resumed.code, resumed)

    def test_exactly_the_unstarted_run_after_a_stop(self) -> None:
        self._ask('stop')
        db = self.database()
        stopped = self.states(db, 1)
        self.assertEqual({'ready', 'pending'}, set(stopped.values()))
        since = len(self.log.started())
        before = self.ready(db, 1)
        self.assertEqual(before, self.log.finished())

        self._resume()

        self.assertEqual(
            sorted(set(stopped) - before), sorted(self.log.started()[since:])
        )
        self.check_nothing_lost(db, self.log, before, since)

    def test_what_a_cancel_ended_runs_again(self) -> None:
        self._ask('cancel')
        db = self.database()
        cancelled = self.states(db, 1)
        self.assertEqual({'ready', 'cancelled'}, set(cancelled.values()))
        since, before = len(self.log.started()), self.ready(db, 1)
        self.log.let_go()

        self._resume()

        self.check_nothing_lost(db, self.log, before, since)

    def test_a_cancel_brings_what_nobody_drives_to_its_end(self) -> None:
        self._kill()

        asked = self.engine.run('run', 'cancel', '1', timeout=60)

        self.assertEqual((0, 'Run 1 is cancelled\n'), (asked.code, asked.out))
        states = self.states(self.database(), 1)
        self.assertEqual({'ready', 'cancelled'}, set(states.values()))

    def test_a_run_whose_process_dies_while_it_stops_can_be_stopped(
        self,
    ) -> None:
        self.engine.run('run', 'stop', '1', timeout=30)
        self.until(lambda: self._state() == 'stopping', 'the stop')
        processes.kill(self.process)
        self.assertEqual('stopping', self._state())
        self.log.let_go()

        asked = self.engine.run('run', 'stop', '1', timeout=60)
        db = self.database()
        since, before = len(self.log.started()), self.ready(db, 1)
        self._resume()

        self.assertEqual((0, 'Run 1 is stopped\n'), (asked.code, asked.out))
        self.check_nothing_lost(db, self.log, before, since)

    def test_a_stop_leaves_what_nobody_drives_resumable(self) -> None:
        self._kill()
        self.log.let_go()
        asked = self.engine.run('run', 'stop', '1', timeout=60)
        db = self.database()
        since, before = len(self.log.started()), self.ready(db, 1)

        self._resume()

        self.assertEqual((0, 'Run 1 is stopped\n'), (asked.code, asked.out))
        self.check_nothing_lost(db, self.log, before, since)
