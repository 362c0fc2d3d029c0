"""When executions started and ended, as the tables say."""

import testscenarios

from trailmark.common.states import RunState
from trailmark.db import flushes, times
from trailmark.tests.unit.db import base

load_tests = testscenarios.load_tests_apply_scenarios
E = base.E


class TimesTest(base.DatabaseTest):
    def test_what_was_attempted_once_is_told_by_its_row(self) -> None:
        run, claim = self.insert()
        claim = self.move(claim, (base.A1, E.PENDING, E.RUNNING))
        self.move(claim, (base.A1, E.RUNNING, E.READY), ended_at=15)

        self.assertEqual(
            {base.A1: (11, 15)}, times.attempted_once(self.db, run)
        )
        self.assertEqual({}, times.moves_of_others(self.db, run))

    def test_what_is_to_be_attempted_again_is_told_by_its_moves(self) -> None:
        run, claim = self.insert()
        claim = self.move(claim, (base.A2, E.PENDING, E.RUNNING))
        self.move(claim, (base.A2, E.RUNNING, E.PENDING))

        self.assertEqual({}, times.attempted_once(self.db, run))
        self.assertEqual(
            {base.A2: [(E.RUNNING, 11), (E.PENDING, 11)]},
            times.moves_of_others(self.db, run),
        )

    def test_the_last_duration_is_that_of_the_newest_run(self) -> None:
        cluster = self.cluster().id
        for ended, noop in ((2_000_011, False), (1_000_011, True)):
            _run, claim = self.insert(cluster, noop=noop)
            claim = self.move(claim, (base.A1, E.PENDING, E.RUNNING))
            claim = self.move(
                claim, (base.A1, E.RUNNING, E.READY), ended_at=ended
            )
            flushes.finish(self.db, claim, RunState.ERROR, None, E.CANCELLED)
        wanted = {('a', 'n1'), ('b', 'n1')}

        found = times.last_durations(self.db, cluster, 'default', wanted)

        self.assertEqual({('a', 'n1'): 2.0}, found)
