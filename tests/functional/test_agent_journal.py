"""An agent's journal that is full, broken, old, gone, or held by another."""

import contextlib
import os
import shutil
import signal
import sqlite3
import subprocess
import time
from pathlib import Path

from trailmark.tests.functional import agents, disks, processes

_RUNS = 32


class _JournalCase(agents.AgentTestCase):
    @property
    def journal(self) -> Path:
        """The journal of the agents of node n1."""
        return self.folder / 'state/agents/n1/journals/db1.db'

    def _unable(self) -> list[str]:
        """What agents said of why they are unable, in their last reports."""
        with self.engine.lock:
            last = [
                each.presence.unable
                for each in self.engine.reports[-3:]
                if each.presence is not None
            ]
        return [each for each in last if each is not None]

    def _ask(self, attempt_id: str, work: str = 'true') -> None:
        """Ask again and again, as engines do, until it has ended."""

        def has_ended() -> bool:
            self.dispatch(attempt_id, work)
            time.sleep(0.2)
            return attempt_id in self.engine.outcomes

        self.until(has_ended, f'{attempt_id} ends', 60)


class FullDiskTest(_JournalCase):
    """Where nothing can be written, nothing is taken on."""

    def setUp(self) -> None:
        super().setUp()
        disks.mount(self, self.folder / 'state', '4m')

    def _start(self) -> subprocess.Popen[str]:
        url = {
            'default__control_exchange': self.conf.control_exchange,
            'default__transport_url': self.url(None),
        }
        return self.start(self.program(**url), '--node', 'n1')

    def test_an_agent_says_why_it_serves_nothing_until_there_is_room(
        self,
    ) -> None:
        """Guard: full-journal."""
        ballast = disks.fill(self.folder / 'state')
        self._start()
        self.until(self._unable, 'a reason')
        self.assertRegex(self._unable()[0], 'No space left|full')

        self.dispatch('1.0.0.0.1', 'true')
        self.assertEqual([], self.engine.presences())
        ballast.unlink()

        self._ask('1.0.0.0.1')
        self.assertEqual([], self._unable())
        self.assertEqual(1, self.log.starts()['1.0.0.0.1'])

    def test_a_journal_that_is_there_proves_nothing(self) -> None:
        process = self.agent()
        self._ask('1.0.0.0.1')
        process.terminate()
        process.wait(30)
        self.engine.reports.clear()

        ballast = disks.fill(self.folder / 'state')
        self._start()

        self.until(self._unable, 'a reason')
        self.assertEqual([], self.engine.presences())
        ballast.unlink()
        self._ask('1.0.0.1.1')

    def test_a_disk_that_is_filled_under_it_is_told_at_once(self) -> None:
        self.agent()
        ballast = disks.fill(self.folder / 'state')

        for number in range(50):
            self.dispatch(f'1.0.0.{number}.1', 'true')

        self.until(self._unable, 'a reason', 10)
        ballast.unlink()
        self._ask('1.0.0.49.1')
        self.until(lambda: not self._unable(), 'it is able again')
        self.assertEqual([], self.log.twice())


class OldJournalTest(_JournalCase):
    """A journal that was set back starts nothing again."""

    def _copy(self) -> None:
        with (
            contextlib.closing(sqlite3.connect(self.journal)) as source,
            contextlib.closing(sqlite3.connect(self.folder / 'old')) as old,
        ):
            source.backup(old)

    def _restore(self) -> None:
        for end in ('-wal', '-shm'):
            Path(f'{self.journal}{end}').unlink(missing_ok=True)
        shutil.copy(self.folder / 'old', self.journal)

    def test_no_attempt_is_started_again(self) -> None:
        process = self.agent()
        known = self.engine.reports[-1].journal
        self._copy()
        names = [f'{run}.0.0.0.1' for run in range(1, _RUNS + 1)]
        for name in names:
            self.dispatch(name, 'true', run=int(name.split('.')[0]))
        self.until(lambda: set(names) <= set(self.engine.outcomes), 'they end')
        processes.kill(process)
        self.engine.outcomes.clear()
        self._restore()

        self.agent()
        for name in names:
            run = int(name.split('.')[0])
            self.dispatch(name, 'true', run=run, journal=known)

        self.until(lambda: set(names) <= set(self.engine.outcomes), 'they end')
        self.assertEqual(_RUNS, len(self.log.started()))
        self.assertEqual([], self.log.twice())
        self.assertNotEqual(known, self.engine.reports[-1].journal)
        ends = self.engine.outcomes.values()
        # What the newer one had not cleared away tells how it ended.
        told = {each.state for each in ends if not each.interrupted}
        self.assertLessEqual(told, {'ready'})

    def test_a_broken_one_is_kept_beside_a_new_one(self) -> None:
        process = self.agent()
        known = self.engine.reports[-1].journal
        self.dispatch('1.0.0.0.1', 'true')
        self.outcome('1.0.0.0.1')
        processes.kill(process)
        self.engine.outcomes.clear()
        for end in ('-wal', '-shm'):
            Path(f'{self.journal}{end}').unlink(missing_ok=True)
        self.journal.write_bytes(b'broken' * 4096)

        self.agent()
        self.dispatch('1.0.0.0.1', 'true', journal=known)

        self.assertTrue(self.outcome('1.0.0.0.1').interrupted)
        self.assertEqual(1, self.log.starts()['1.0.0.0.1'])
        self.assertEqual(
            1, len(list(self.journal.parent.glob('db1.db.broken-*')))
        )


class FrozenTest(_JournalCase):
    """An agent stands still; another one of its node answers."""

    def test_what_it_held_is_answered_and_it_finds_it_taken(self) -> None:
        """Guard: frozen-agent."""
        first = self.agent('--name', 'a1')
        self.begin('1.0.0.0.1', 1)
        os.kill(first.pid, signal.SIGSTOP)
        self.agent('--name', 'a2')
        self.until(lambda: not self.running(), 'the work ends')

        # Half of what is asked reaches the one that stands still.
        self._ask('1.0.0.0.1', agents.WORK.format(pid=self.pid, seconds=1))

        found = self.outcome('1.0.0.0.1')
        self.assertEqual('ready', found.state, found)
        os.kill(first.pid, signal.SIGCONT)
        self._ask('1.0.0.1.1')
        self.assertEqual('ready', self.outcome('1.0.0.1.1').state)
        self.assertEqual(found, self.outcome('1.0.0.0.1'))
        self.assertEqual(1, self.log.starts()['1.0.0.0.1'])
