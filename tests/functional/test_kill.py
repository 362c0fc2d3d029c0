"""kill -9 at random points, and what a resume makes of it."""

import collections
import json
import os
import random
import tempfile
import time
import unittest
from pathlib import Path

from trailmark.common.states import ExecutionState
from trailmark.db import connection, progress, tasks_history
from trailmark.tests import databases
from trailmark.tests.functional import base, processes, sidelog

#: More of them: TRAILMARK_TEST_KILLS=30.
KILLS = int(os.environ.get('TRAILMARK_TEST_KILLS', '4'))
NODES = int(os.environ.get('TRAILMARK_TEST_KILL_NODES', '20'))
STEPS = int(os.environ.get('TRAILMARK_TEST_KILL_STEPS', '8'))
SECONDS = float(os.environ.get('TRAILMARK_TEST_KILL_SECONDS', '0.4'))
_EXPECTED = {'ready'}
#: Seconds, and a process in a session of its own that takes longer.
_WITH_SESSION = '0.1; (setsid sleep 0.3 >/dev/null 2>&1 9>&- &); true'


class KillTest(unittest.TestCase):
    """Nothing lost, nothing done twice that was done, nothing overlapping."""

    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.folder = Path(holder.name)
        self.random = random.Random(os.environ.get('TRAILMARK_TEST_SEED'))
        self.kills = 0

    def _ready(self, run):
        """Names and attempts of what is durably ready now."""
        rows = tasks_history.page(
            self.database,
            run=run,
            statuses=[ExecutionState.READY],
            limit=1_000_000,
        )
        return {(f'{row.task}@{row.node}', row.attempt) for row in rows}

    def _check_counters(self, run):
        """Nobody drives it: they say of nodes and tasks what the rows say."""
        rows = tasks_history.page(self.database, run=run, limit=1_000_000)
        for read, part in (
            (progress.of_nodes, 'node'),
            (progress.of_tasks, 'task'),
        ):
            counted = collections.defaultdict(collections.Counter)
            for row in rows:
                counted[getattr(row, part)][row.state] += 1
            found = {p.name: p.counts for p in read(self.database, run)}
            self.assertEqual(counted, {n: c for n, c in found.items() if c})

    def _kill_at_random(self, process):
        """Kill after a random time, some while they start; False if it \
had ended before."""
        time.sleep(self.random.uniform(0.1, 2.0))
        if process.poll() is not None:
            return False
        processes.kill(process)
        self.kills += 1
        return True

    def _check_kills(self, url):
        log = sidelog.SideLog(self.folder / 'log', NODES, STEPS, SECONDS)
        trailmark = processes.Trailmark(self.folder / 'state', url)
        if url is not None:
            trailmark.run('db', 'upgrade')
        process = trailmark.start('deploy', str(log.deployment))
        while not log.started():
            self.assertIsNone(process.poll(), 'it never started')
            time.sleep(0.02)
        self.database = connection.Database(
            url or f'sqlite:///{self.folder}/state/trailmark.db'
        )
        done, run = set(), 1
        for _ in range(KILLS):
            killed = self._kill_at_random(process)
            before = self._ready(run)
            if killed:
                self._check_counters(run)
            self.assertEqual(set(), done - before, 'a ready one was undone')
            done = before
            if not killed or len(done) > log.executions:
                break
            process = trailmark.start('run', 'resume', str(run))
        process.wait(120)
        self._check_end(trailmark, log, run, done)

    def _check_end(self, trailmark, log, run, done):
        self.assertGreater(self.kills, 0, 'the fault never fired')
        shown = trailmark.run('run', 'show', str(run), '-f', 'json')
        self.assertEqual('ready', json.loads(shown.out)['status'], shown)
        counts = json.loads(shown.out)['counts']
        ready = {name: n for name, n in counts.items() if n}
        self.assertEqual(_EXPECTED, ready.keys() - {'total'}, ready)
        self.assertEqual(log.executions, len(log.finished()))
        twice = [name for name, n in log.starts().items() if n > 1]
        self.assertEqual([], twice, 'an attempt id started twice')
        self.assertEqual([], log.overlaps())
        self.assertEqual([], log.done_twice())
        self._check_counters(run)
        last = self._ready(run)
        self.assertEqual(set(), done - last, 'a ready one ran again')

    def test_a_run_survives_its_engine_on_sqlite(self):
        self._check_kills(None)

    def test_a_run_survives_its_engine_on_postgresql(self):
        reason = databases.why_not('postgresql')
        if reason:
            self.skipTest(reason)
        self._check_kills(databases.fresh_url('postgresql'))

    def test_a_run_survives_its_engine_on_mariadb(self):
        reason = databases.why_not('mysql')
        if reason:
            self.skipTest(reason)
        self._check_kills(databases.fresh_url('mysql'))


class WindowTest(base.ProcessTestCase):
    """kill -9 after a command has ended, before that is written down.

    Guard: read-exit-status. Guard: folder-until-journaled.
    """

    def setUp(self):
        super().setUp()
        self.engine = self.trailmark()
        self.log = sidelog.SideLog(self.folder / 'log', 6, 5, _WITH_SESSION)
        self.random = random.Random(os.environ.get('TRAILMARK_TEST_SEED'))

    def _kill_at_an_end(self, process):
        """Kill it when one more command has ended; False: it has ended."""
        known = len(self.log.finished())
        while len(self.log.finished()) == known:
            if process.poll() is not None:
                return False
            time.sleep(0.001)
        time.sleep(self.random.uniform(0, 0.02))
        if process.poll() is not None:
            return False
        processes.kill(process)
        return True

    def test_what_has_ended_is_never_done_again(self):
        process = self.start(self.engine, 'deploy', str(self.log.deployment))
        kills = 0
        while kills < 2 * KILLS and self._kill_at_an_end(process):
            kills += 1
            process = self.start(self.engine, 'run', 'resume', '1')
        code, said = self.end(process, 120)

        self.assertEqual(0, code, said)
        self.assertGreater(kills, 2, 'the fault never fired')
        self.assertEqual(self.log.executions, len(self.log.finished()))
        self.assertEqual([], self.log.done_twice())
        self.assertEqual([], self.log.twice())
        self.assertEqual([], self.log.overlaps())
        self.assertEqual(self.log.executions, len(self.log.started()))
