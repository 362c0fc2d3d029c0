"""A run that a person stops or cancels from another process."""

from trailmark.tests.functional import base, sidelog


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
            self.log.let_go()
        code, said = self.end(self.process, 30)
        self.assertEqual(3, code, said)
        self.assertIn('trailmark run resume 1', said)
        return said

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
