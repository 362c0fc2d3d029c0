"""Faults at random points of runs over a broker, and what must stay true.

`TRAILMARK_TEST_FAULTS` says how many, `TRAILMARK_TEST_SEED` which.
"""

import collections
import os
import random
import time

from trailmark.common.states import ExecutionState, RunState
from trailmark.db import faults as db_faults
from trailmark.db import records, runs, tasks_history, transitions
from trailmark.tests.functional import cluster, faults, sidelog

_COUNT = int(os.environ.get('TRAILMARK_TEST_FAULTS', str(len(faults.ALL))))
_SEED = int(os.environ.get('TRAILMARK_TEST_SEED') or time.time_ns() % 10**9)
_NODES, _STEPS = 4, 20
#: Up to two seconds, by chance: bash does the arithmetic.
_SECONDS = '$((RANDOM % 3 / 2)).$((RANDOM % 10))'


class FaultsTest(cluster.ClusterTestCase):
    """Runs of the same folder, one after the other, until all have fired."""

    def setUp(self) -> None:
        super().setUp()
        self.log = sidelog.SideLog(
            self.folder / 'log', _NODES, _STEPS, _SECONDS
        )
        self.chance = random.Random(_SEED)
        self.fired: collections.Counter[str] = collections.Counter()
        #: What was ready, and how many starts the log had then.
        self.seen: list[tuple[int, set[str], int]] = []

    def test_nothing_is_lost_and_nothing_happens_twice(self) -> None:
        for name in ('e1', 'e2'):
            self.cluster.add_engine(name)
        for number in range(1, _NODES + 1):
            self.cluster.add_agent(f'n{number}')
        self.cluster.add_agent('n1', 'b')
        ahead = list(faults.ALL)
        try:
            while sum(self.fired.values()) < _COUNT:
                self._run(ahead)
        except BaseException as error:
            error.add_note(f'seed {_SEED}, fired: {dict(self.fired)}')
            error.add_note(self.cluster.said())
            raise

    def _run(self, ahead: list[faults.Fault]) -> None:
        """One run under faults: first each that has not fired yet."""
        run = self._deploy()
        while not self.cluster.is_over(run):
            if sum(self.fired.values()) >= _COUNT:
                break
            time.sleep(self.chance.uniform(0.1, 1.0))
            if not ahead:
                ahead += faults.ALL
            fault = self.chance.choice(ahead)
            try:
                fault(self.cluster, run, self.chance)
            except faults.NotFired:
                continue
            ahead.remove(fault)
            self.fired[fault.__name__] += 1
            self._check_meanwhile(run)
        cluster.until(
            lambda: self.cluster.is_over(run), f'run {run} ends', 180
        )
        self._check_end(run)

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

    def _rows(self, run: int) -> list[records.HistoryRow]:
        found = tasks_history.page(
            self.cluster.database, run=run, limit=100_000
        )
        return [row for row in found if row.node is not None]

    def _check_meanwhile(self, run: int) -> None:
        starts = len(self.log.started())
        ready = {
            _name(row)
            for row in self._rows(run)
            if row.state == ExecutionState.READY
        }
        for other, before, _ in self.seen:
            if other == run:
                self.assertEqual(set(), before - ready, 'it was undone')
        self.seen.append((run, ready, starts))
        self.assertEqual([], self.log.twice(), 'an attempt started twice')
        self.assertEqual([], self.log.overlaps())

    def _check_end(self, run: int) -> None:
        found = runs.get(self.cluster.database, run)
        self.assertEqual(RunState.READY, found.state, found)
        self._check_meanwhile(run)
        lines = [
            line for line in self.log.lines() if line[1].startswith(f'{run}.')
        ]
        self._check_again(run)
        self._check_order(lines)
        self._check_attempts(run)
        self._check_chain(run)

    def _check_again(self, run: int) -> None:
        """What was ready once never started again."""
        lines = [line for line in self.log.lines() if line[0] == 'start']
        for other, ready, starts in self.seen:
            if other == run:
                later = {
                    line[2]
                    for line in lines[starts:]
                    if line[1].startswith(f'{run}.')
                }
                self.assertEqual(set(), ready & later, 'it ran again')

    def _check_order(self, lines: list[list[str]]) -> None:
        """A step starts after the one before it ended, the second half of
        all nodes after the first half of all."""
        ended: set[str] = set()
        half = _STEPS // 2
        first = {f't{half - 1}@n{number}' for number in range(1, _NODES + 1)}
        for what, _, *names in lines:
            name = names[0]
            step, node = name.split('@')
            number = int(step[1:])
            if what == 'end':
                ended.add(name)
            elif what == 'start' and number:
                self.assertIn(f't{number - 1}@{node}', ended)
                if number >= half:
                    self.assertEqual(set(), first - ended)
        self.assertEqual(_NODES * _STEPS, len(ended))

    def _check_attempts(self, run: int) -> None:
        """Another attempt only where an agent died under the one before."""
        database = self.cluster.database
        kinds = db_faults.of_run(database, run, 10_000)
        others = [fault for fault in kinds if fault.kind != 'Interrupted']
        self.assertEqual([], others)
        number_of = {
            (row.graph, row.node_no, row.task_no): row
            for row in self._rows(run)
        }
        interrupted = collections.Counter(fault.key for fault in kinds)
        for key, row in number_of.items():
            self.assertEqual(1 + interrupted[key], row.attempt, _name(row))
        on_node = collections.Counter(
            number_of[fault.key].node for fault in kinds
        )
        for node, count in on_node.items():
            kills = sum(
                agent.kills
                for agent in self.cluster.agents
                if agent.node == node
            )
            self.assertLessEqual(count, kills, f'interruptions on {node}')

    def _check_chain(self, run: int) -> None:
        """Every row went from state to state, each written by one engine."""
        now: dict[records.Key, ExecutionState] = {}
        after = 0
        while found := transitions.page(
            self.cluster.database, run, after_id=after, limit=1000
        ):
            for move in found:
                before = now.get(move.key, ExecutionState.PENDING)
                self.assertEqual(before, move.old, move)
                now[move.key] = move.new
            after = found[-1].id
        self.assertEqual({ExecutionState.READY}, set(now.values()))


def _name(row: records.HistoryRow) -> str:
    return f'{row.task}@{row.node}'
