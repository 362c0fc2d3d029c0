"""What an engine that serves does again and again."""

import threading
from unittest import mock

from trailmark.common import clock, exceptions
from trailmark.db import engines, runs, service_records
from trailmark.engine import heartbeat, presence, retention
from trailmark.tests import agents, databases, plans, stored
from trailmark.tests.unit.engine import scenario


class RepeatedTest(scenario.EngineTest):
    def test_what_fails_is_done_again(self) -> None:
        done = threading.Semaphore(0)

        def work() -> None:
            done.release()
            raise exceptions.DatabaseUnavailable(reason='away')

        with self.assertLogs(heartbeat.LOG, 'WARNING') as said:
            repeated = heartbeat.Repeated('beat', 0.01, work)
            for _ in range(3):
                self.assertTrue(done.acquire(timeout=5))
            repeated.stop()

        self.assertIn('beat: The database', said.output[0])

    def test_it_ends_when_it_is_stopped(self) -> None:
        done = threading.Semaphore(0)
        repeated = heartbeat.Repeated('beat', 0.01, done.release)
        self.assertTrue(done.acquire(timeout=5))

        repeated.stop()

        while done.acquire(blocking=False):
            pass
        self.assertFalse(done.acquire(timeout=0.1))


class _Host:
    driven = (1, 2)


class HeartbeatTest(scenario.EngineTest):
    def test_an_engine_tells_how_many_runs_it_drives(self) -> None:
        name = databases.fresh_name()
        me = service_records.Engine(name, 'h', 'b', 1, 2, '1', clock.now())
        beat = heartbeat.Heartbeat(
            self.database,
            me,
            _Host(),  # type: ignore[arg-type]
            presence.Presences(),
        )

        beat()

        found = {each.name: each for each in engines.list_all(self.database)}
        self.assertEqual(2, found[name].runs)
        self.assertTrue(found[name].is_alive)


class RetentionTest(scenario.EngineTest):
    def setUp(self) -> None:
        super().setUp()
        self.database = databases.fresh('sqlite')
        steps = [plans.Step('a', ('n',))]
        run = scenario.Scenario(self.database, plans.make(steps))
        run.go(agents.Agents())
        cluster = runs.get(self.database, run.run).cluster
        run.claim = stored.store(self.database, run.plan, cluster)
        run.run = run.claim.run
        run.go(agents.Agents())

    def _left(self, days: int, keep: int) -> int:
        retention.Retention(self.database, days, keep)()
        return len(runs.list_all(self.database))

    def test_without_a_rule_everything_is_kept(self) -> None:
        self.assertEqual(2, self._left(0, 0))

    def test_as_many_runs_of_a_cluster_are_kept_as_are_wanted(self) -> None:
        self.assertEqual(1, self._left(0, 1))

    def test_what_is_not_old_enough_is_kept(self) -> None:
        self.assertEqual(2, self._left(1, 1))

    def test_a_clock_that_is_days_ahead_purges_nothing(self) -> None:
        later = clock.after(3 * 24 * 3600)

        with mock.patch.object(clock, 'now', lambda: later):
            self.assertEqual(2, self._left(1, 1))
