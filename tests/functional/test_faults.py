"""Faults at random points of runs over a broker, and what must stay true.

`TRAILMARK_TEST_FAULTS` says how many, `TRAILMARK_TEST_SEED` which. Several
clusters, each a class, share them: stestr runs classes side by side.
"""

import collections
import os
import random
import time
import unittest
from typing import ClassVar

from trailmark.db import runs
from trailmark.tests.functional import (
    cluster,
    faults,
    kinds,
    sidelog,
    verdict,
)

_COUNT = int(os.environ.get('TRAILMARK_TEST_FAULTS', '0'))
_SEED = int(os.environ.get('TRAILMARK_TEST_SEED') or time.time_ns() % 10**9)
_CLUSTERS = 3
#: How often a kind may find nothing to happen to before it has fired.
_TRIES = 40
#: Up to two seconds, by chance: bash does the arithmetic.
_SECONDS = '$((RANDOM % 3 / 2)).$((RANDOM % 10))'


class _FaultsCase(cluster.ClusterTestCase):
    """Runs of one folder, one after the other, until all have fired.

    Each fault fires on one of the clusters; where more are asked for, all
    fire on each of them.
    """

    part: ClassVar[int]

    def setUp(self) -> None:
        super().setUp()
        self.log = sidelog.SideLog(
            self.folder / 'log', verdict.NODES, verdict.STEPS, _SECONDS
        )
        self.chance = random.Random(_SEED + self.part)
        self.verdict = verdict.Verdict(self, self.cluster, self.log)
        self.fired: collections.Counter[str] = collections.Counter()
        self.missed: collections.Counter[str] = collections.Counter()
        whole = len(faults.ALL) < _COUNT
        self.kinds = list(
            faults.ALL if whole else faults.ALL[self.part :: _CLUSTERS]
        )
        self.count = max(_COUNT // _CLUSTERS, len(self.kinds))

    def test_nothing_is_lost_and_nothing_happens_twice(self) -> None:
        for name in ('e1', 'e2'):
            self.cluster.add_engine(name)
        for number in range(1, verdict.NODES + 1):
            self.cluster.add_agent(f'n{number}')
        self.cluster.add_agent('n1', 'b')
        ahead = list(self.kinds)
        try:
            while self.fired.total() < self.count:
                self._run(ahead)
        except BaseException as error:
            error.add_note(f'seed {_SEED}, fired: {dict(self.fired)}')
            error.add_note(self.cluster.said())
            raise
        fired = {kind.__name__ for kind in self.kinds}
        self.assertEqual(fired, set(self.fired), 'some never fired')

    def _run(self, ahead: list[kinds.Fault]) -> None:
        """One run under faults: first each that has not fired yet."""
        run = self._deploy()
        while not self.cluster.is_over(run):
            if self.fired.total() >= self.count:
                break
            time.sleep(self.chance.uniform(0.1, 1.0))
            if not ahead:
                ahead += self.kinds
            self._fire(self.chance.choice(ahead), ahead, run)
        cluster.until(
            lambda: self.cluster.is_over(run), f'run {run} ends', 180
        )
        self.verdict.check_end(run)

    def _fire(
        self, fault: kinds.Fault, ahead: list[kinds.Fault], run: int
    ) -> None:
        name = fault.__name__
        try:
            fault(self.cluster, run, self.chance)
        except kinds.NotFired as error:
            self.missed[name] += 1
            self.assertLess(self.missed[name], _TRIES, f'{name}: {error}')
            return
        ahead.remove(fault)
        self.fired[name] += 1
        self.missed[name] = 0
        self.verdict.check_meanwhile(run)

    def _deploy(self) -> int:
        """Refused as long as a node is offline."""
        for service in self.cluster.services:
            service.start()
        command = self.cluster.command()

        def deploy() -> bool:
            done = command.run('deploy', '--detach', str(self.log.deployment))
            return done.code == 0

        cluster.until(deploy, 'a run begins', 90)
        return runs.list_all(self.cluster.database, limit=1)[0].id


class FirstClusterTest(_FaultsCase):
    part = 0


class SecondClusterTest(_FaultsCase):
    part = 1


class ThirdClusterTest(_FaultsCase):
    part = 2


def load_tests(
    loader: unittest.TestLoader, tests: object, pattern: object
) -> unittest.TestSuite:
    """The clusters, without the case that they share."""
    cases = (FirstClusterTest, SecondClusterTest, ThirdClusterTest)
    return unittest.TestSuite(map(loader.loadTestsFromTestCase, cases))
