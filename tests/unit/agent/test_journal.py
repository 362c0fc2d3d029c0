"""Tests of the journal and of an agent whose journal can't be written."""

import contextlib
import pathlib
import sqlite3
import subprocess
import sys
import threading
from unittest import mock

from trailmark.agent import journal, opening
from trailmark.common import clock, exceptions, states
from trailmark.messaging import contracts
from trailmark.tests.unit.agent import engines

_FULL = """
import pathlib, resource, sys, time
from trailmark.agent import agent, journal
from trailmark.drivers import catalog
from trailmark.tests.unit.agent import engines

agent.PATIENCE = 0.5
state = pathlib.Path(sys.argv[1])
engine = engines.Engine()
full = agent.Agent(
    'full', journal.Journal(state / 'journal.sqlite'), state, engine,
    catalog.drivers(),
)
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
for number in range(200):
    full.execute_task_on_instance(
        [engines.attempt(f'1.0.1.{number}.1', f'echo {number} >> ran')]
    )
    time.sleep(0.01)
    if engine.failures:
        break
deadline = time.monotonic() + 10
while not engine.failures and time.monotonic() < deadline:
    time.sleep(0.01)
time.sleep(0.3)
print(len(engine.failures), type(engine.failures[0]).__name__)
print(full.is_able(), len(engine.outcomes))
full.close(1)
"""
_OWNER = journal.Owner('me', 'boot', 1, 1)
_OTHER = journal.Owner('other', 'boot', 2, 2)


class TestJournal(engines.AgentCase):
    """What the journal keeps."""

    def open(self) -> journal.Journal:
        made = journal.Journal(self.state / 'journal.sqlite')
        self.addCleanup(made.close)
        return made

    def claim(self, kept: journal.Journal, attempt_id: str) -> None:
        new = journal.NewRow(attempt_id, 1, 1, 'n1', 'before')
        with kept.writing():
            kept.raise_epochs({1: 1})
            kept.insert([new], _OWNER)

    def test_it_keeps_its_id(self) -> None:
        self.assertEqual(self.open().id, self.open().id)

    def test_several_open_it_first_at_once(self) -> None:
        ids: list[str] = []
        threads = [
            threading.Thread(target=lambda: ids.append(self.open().id))
            for _ in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual((len(ids), len(set(ids))), (8, 1))

    def test_an_outcome_comes_back_as_it_was(self) -> None:
        outcome = contracts.Outcome(
            '1.0.1.1.1',
            states.ExecutionState.ERROR,
            'exit code 3',
            'Failed',
            False,
            {'stdout': 'é\n', 'exit_code': 3},
            'half',
            5,
            6,
            'Traceback',
        )
        kept = self.open()
        self.claim(kept, outcome.attempt_id)
        with kept.writing():
            self.assertTrue(kept.end(_OWNER, outcome))
        row = self.open().rows([outcome.attempt_id])[outcome.attempt_id]
        self.assertEqual(row.outcome, outcome)

    def test_who_lost_an_attempt_can_write_nothing_of_it(self) -> None:
        kept = self.open()
        self.claim(kept, 'a')
        with kept.writing():
            row = kept.rows(['a'])['a']
            self.assertTrue(kept.take(row, _OTHER, 2))
            self.assertFalse(kept.take(row, _OTHER, 2))
            self.assertFalse(kept.checkpoint(_OWNER, 'a', 'half'))
            late = contracts.Outcome('a', states.ExecutionState.READY)
            self.assertFalse(kept.end(_OWNER, late))
        self.assertEqual(kept.rows(['a'])['a'].owner, _OTHER)

    def test_attempts_of_an_execution_are_found_and_no_others(self) -> None:
        kept = self.open()
        for name in ('1.0.1.1.1', '1.0.1.1.12', '1.0.1.11.1', '1.0.1.2.1'):
            self.claim(kept, name)
        found = kept.siblings(['1.0.1.1', '9.0.1.1'])
        ids = {part: {row.id for row in rows} for part, rows in found.items()}
        self.assertEqual(ids, {'1.0.1.1': {'1.0.1.1.1', '1.0.1.1.12'}})

    def test_an_epoch_never_falls(self) -> None:
        kept = self.open()
        with kept.writing():
            self.assertEqual(kept.raise_epochs({1: 3}), {1: 3})
            self.assertEqual(kept.raise_epochs({1: 2, 2: 1}), {1: 3, 2: 1})

    def test_rows_outlive_their_run_by_a_week(self) -> None:
        """Guard: journal-kept."""
        kept = self.open()
        self.claim(kept, 'a')
        with kept.writing():
            kept.forget([1])
        self.assertIn('a', self.open().rows(['a']))
        late = clock.now() + 7 * 24 * 3600 * 1_000_000 + 1_000_000
        with mock.patch.object(clock, 'now', return_value=late):
            self.assertEqual(self.open().rows(['a']), {})

    def test_a_file_that_is_no_journal_is_kept_beside_a_new_one(self) -> None:
        path = self.state / 'journal.sqlite'
        text = 'no database, but long enough to be looked at' * 30
        path.write_text(text)

        self.claim(self.open(), 'a')

        [kept] = self.state.glob('journal.sqlite.broken-*')
        self.assertEqual(text, kept.read_text())

    def test_without_room_it_is_refused(self) -> None:
        self.open()
        with (
            mock.patch.object(opening, '_ROOM', 2**62),
            self.assertRaises(exceptions.JournalUnavailable),
        ):
            journal.Journal(self.state / 'journal.sqlite')

    def test_every_transaction_counts(self) -> None:
        kept = self.open()
        before = kept.sequence

        self.claim(kept, 'a')
        self.claim(kept, 'b')

        self.assertEqual(before + 2, kept.sequence)

    def _copied(self) -> tuple[str, int]:
        """A journal went on and was set back: its id, and how far it was."""
        kept = journal.Journal(self.state / 'journal.sqlite')
        self.claim(kept, 'a')
        copy = sqlite3.connect(self.state / 'copy')
        with contextlib.closing(kept), contextlib.closing(copy):
            kept._connection.backup(copy)
            self.claim(kept, 'b')
        (self.state / 'copy').replace(kept.path)
        return kept.id, kept.sequence

    def test_an_old_copy_is_not_written(self) -> None:
        _id, known = self._copied()
        old = self.open()
        # Opening it is a transaction too.
        known += 1
        with (
            self.assertRaises(exceptions.JournalReplaced),
            old.writing(known),
        ):
            self.fail('it began')

    def test_an_old_copy_becomes_another_journal(self) -> None:
        """Guard: old-journal."""
        id, known = self._copied()
        old = self.open()

        self.assertTrue(old.renew_if_behind(known + 1))

        self.assertNotEqual(id, old.id)
        self.assertEqual({'a'}, set(old.rows(['a', 'b'])))
        self.assertFalse(old.renew_if_behind(known + 1))

    def test_an_old_copy_is_no_more_written_under_its_old_name(self) -> None:
        other = self.open()
        self.open().renew_if_behind(1000)

        with self.assertRaises(exceptions.JournalReplaced), other.writing():
            self.fail('it began')

    def test_a_journal_goes_on_that_is_as_far_as_it_was_seen(self) -> None:
        kept = self.open()

        self.assertFalse(kept.renew_if_behind(kept.sequence))

        with kept.writing(kept.sequence):
            kept.raise_epochs({1: 1})

    def test_a_file_that_was_replaced_is_not_written(self) -> None:
        kept = self.open()
        kept.path.rename(self.state / 'elsewhere')
        self.open()

        with self.assertRaises(exceptions.JournalReplaced), kept.writing():
            self.fail('it began')

    def test_only_its_owner_can_read_it(self) -> None:
        self.claim(self.open(), 'a')
        for path in self.state.glob('journal.sqlite*'):
            self.assertEqual(path.stat().st_mode & 0o777, 0o600)


class TestFullJournal(engines.AgentCase):
    """What an agent does when its journal can't be written."""

    def test_it_starts_nothing_more_and_says_so_once(self) -> None:
        done = subprocess.run(
            [sys.executable, '-c', _FULL, str(self.state)],
            capture_output=True,
            text=True,
            check=False,
        )
        said = done.stdout.split()
        self.assertEqual(said[:3], ['1', 'JournalUnavailable', 'False'])
        ran = self.folder / 'ran'
        started = len(ran.read_text().split()) if ran.exists() else 0
        self.assertLess(started, 200)
        self.assertLessEqual(int(said[3]), started)

    def test_what_can_never_be_written_ends_it_too(self) -> None:
        agent = self.agent()
        with self.assertLogs('trailmark.agent.agent', 'ERROR'):
            agent.cancel_task(['no id of an attempt'])
            self.until(lambda: self.engine.failures)
        self.assertFalse(agent.is_able())

    def test_a_path_that_can_not_be_made_is_refused(self) -> None:
        (self.state / 'file').write_text('')
        path = pathlib.Path(self.state / 'file' / 'journal.sqlite')
        with self.assertRaises(exceptions.JournalUnavailable):
            journal.Journal(path)
