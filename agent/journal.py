"""An agent's journal: which attempts were started, and how they ended."""

import contextlib
import dataclasses
import json
import pathlib
import sqlite3
import uuid
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from trailmark.agent import opening
from trailmark.common import clock, exceptions, states
from trailmark.messaging import contracts

_DAY = 24 * 3600 * 1_000_000
_SCHEMA = (
    'CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT)',
    'CREATE TABLE IF NOT EXISTS runs ('
    ' run INTEGER PRIMARY KEY, epoch INTEGER NOT NULL, forgotten_at INTEGER)',
    'CREATE TABLE IF NOT EXISTS attempts ('
    ' id TEXT PRIMARY KEY, run INTEGER NOT NULL, epoch INTEGER NOT NULL,'
    ' node TEXT NOT NULL, state TEXT NOT NULL, owner TEXT NOT NULL,'
    ' boot_id TEXT NOT NULL, pid INTEGER NOT NULL, started INTEGER NOT NULL,'
    ' child_pid INTEGER, child_started INTEGER, outcome TEXT,'
    ' checkpoint TEXT, created_at INTEGER NOT NULL)',
)
_COLUMNS = (
    'id, run, epoch, node, state, owner, boot_id, pid, started,'
    ' outcome, checkpoint'
)
_MINE = " WHERE id = ? AND owner = ? AND state = 'started'"


@dataclasses.dataclass(frozen=True, slots=True)
class Owner:
    """An agent in a process; `started` in clock ticks since boot."""

    id: str
    boot_id: str
    pid: int
    started: int


@dataclasses.dataclass(frozen=True, slots=True)
class Row:
    """What the journal knows of an attempt; `outcome` None: it was started."""

    id: str
    run: int
    epoch: int
    node: str
    owner: Owner
    outcome: contracts.Outcome | None
    checkpoint: str | None


@dataclasses.dataclass(frozen=True, slots=True)
class NewRow:
    """An attempt that is claimed, or answered, for the first time."""

    id: str
    run: int
    epoch: int
    node: str
    checkpoint: str | None
    outcome: contracts.Outcome | None = None


class Journal:
    """A file that several agents of a node share; one thread per object.

    Rows outlive their run by `kept_days`. Raises JournalUnavailable when
    the file can't be opened, or has no room for what would be written. A
    broken file is kept beside a new one.
    """

    def __init__(self, path: pathlib.Path, kept_days: int = 7) -> None:
        self.path = path
        self.id = ''
        #: Grows with every transaction; of the last that is durable.
        self.sequence = 0
        try:
            try:
                self._begin(kept_days)
            except sqlite3.DatabaseError as error:
                if not opening.is_broken(error):
                    raise
                opening.set_aside(path, opening.place(path))
                self._begin(kept_days)
        except (OSError, sqlite3.Error) as error:
            raise self.unavailable(error) from error

    def _begin(self, kept_days: int) -> None:
        self._connection = opening.opened(self.path)
        try:
            self._place = opening.place(self.path)
            with self._transaction():
                self._upgrade()
                self._expire(kept_days)
                self.id = self._count()
        except BaseException:
            self._connection.close()
            raise
        self.sequence = self._counted

    def unavailable(self, error: Exception) -> exceptions.JournalUnavailable:
        """The error that says why the journal can't be used."""
        return exceptions.JournalUnavailable(path=self.path, reason=error)

    @contextlib.contextmanager
    def writing(self, known: int = 0) -> Iterator[None]:
        """A transaction, durable at its end.

        Somebody has seen the journal's sequence at `known`. Raises
        sqlite3.Error, and JournalReplaced where the file is an old copy or
        another journal.
        """
        self._check_place()
        with self._transaction():
            if self._count() != self.id:
                raise self._replaced('another agent began a new one')
            if known >= self._counted:
                raise self._replaced('it is an old copy')
            yield
        self.sequence = self._counted

    def renew_if_behind(self, known: int) -> bool:
        """Make another journal of an old copy; whether it is one.

        Attempts that were accepted after the copy are not known here: under
        its new name nobody takes it for the one that accepted them. Raises
        JournalUnavailable.

        Guard: old-journal.
        """
        try:
            with self._transaction():
                self._count()
                if known < self._counted:
                    return False
                self._set('id', uuid.uuid4().hex)
                self._set('sequence', known)
                self.id = self._count()
        except sqlite3.Error as error:
            raise self.unavailable(error) from error
        self.sequence = self._counted
        return True

    def give_up(self, error: Exception) -> exceptions.JournalUnavailable:
        """The error that says why it can't be used; a broken file goes."""
        if opening.is_broken(error):
            with contextlib.suppress(OSError):
                opening.set_aside(self.path, self._place)
        return self.unavailable(error)

    def _check_place(self) -> None:
        try:
            found: opening.Place | None = opening.place(self.path)
        except OSError:
            found = None
        if found != self._place:
            raise self._replaced('another file stands in its place')

    def _replaced(self, reason: str) -> exceptions.JournalReplaced:
        return exceptions.JournalReplaced(path=self.path, reason=reason)

    def _count(self) -> str:
        """Count the transaction; the journal's id."""
        [(counted, id)] = self._connection.execute(
            "UPDATE meta SET value = value + 1 WHERE key = 'sequence'"
            " RETURNING value, (SELECT value FROM meta WHERE key = 'id')"
        ).fetchall()
        self._counted = int(counted)
        return str(id)

    def _set(self, key: str, value: object) -> None:
        self._connection.execute(
            'UPDATE meta SET value = ? WHERE key = ?', (value, key)
        )

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[None]:
        self._connection.execute('BEGIN IMMEDIATE')
        try:
            yield
            self._connection.execute('COMMIT')
        except BaseException:
            if self._connection.in_transaction:
                self._connection.execute('ROLLBACK')
            raise

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def _upgrade(self) -> None:
        for statement in _SCHEMA:
            self._connection.execute(statement)
        self._connection.execute(
            "INSERT OR IGNORE INTO meta VALUES ('id', ?), ('sequence', 0)",
            (uuid.uuid4().hex,),
        )

    def _expire(self, kept_days: int) -> None:
        """Guard: journal-kept."""
        old = clock.now() - kept_days * _DAY
        found = self._connection.execute(
            'SELECT run FROM runs WHERE forgotten_at < ?', (old,)
        ).fetchall()
        for table in ('attempts', 'runs') if found else ():
            self._connection.executemany(
                f'DELETE FROM {table} WHERE run = ?', found
            )

    def raise_epochs(self, wanted: Mapping[int, int]) -> dict[int, int]:
        """Note the epochs of runs; the highest ever seen of each.

        Guard: epoch-check.
        """
        self._connection.executemany(
            'INSERT INTO runs (run, epoch) VALUES (?, ?) ON CONFLICT (run)'
            ' DO UPDATE SET epoch = excluded.epoch, forgotten_at = NULL'
            ' WHERE epoch < excluded.epoch',
            wanted.items(),
        )
        found = self._connection.execute(
            'SELECT run, epoch FROM runs'
            ' WHERE run IN (SELECT value FROM json_each(?))',
            (json.dumps(list(wanted)),),
        )
        return dict(found)

    def forget(self, runs: Iterable[int]) -> None:
        """The runs have ended: their rows may go in a while."""
        now = clock.now()
        self._connection.executemany(
            'UPDATE runs SET forgotten_at = ? WHERE run = ?',
            [(now, run) for run in runs],
        )

    def rows(self, ids: Sequence[str]) -> dict[str, Row]:
        """What is known of these attempts, by id."""
        found = self._connection.execute(
            f'SELECT {_COLUMNS} FROM attempts'
            ' WHERE id IN (SELECT value FROM json_each(?))',
            (json.dumps(ids),),
        )
        return {each[0]: _row(each) for each in found}

    def insert(self, new: Iterable[NewRow], owner: Owner) -> None:
        """Claim attempts; those with an outcome have ended with it.

        Guard: claim-by-insert.
        """
        now = clock.now()
        self._connection.executemany(
            f'INSERT INTO attempts ({_COLUMNS}, created_at)'
            ' VALUES (?,?,?,?,?,?,?,?,?,?,?,?)',
            [
                (
                    each.id,
                    each.run,
                    each.epoch,
                    each.node,
                    'started' if each.outcome is None else 'ended',
                    owner.id,
                    owner.boot_id,
                    owner.pid,
                    owner.started,
                    _written(each.outcome),
                    each.checkpoint,
                    now,
                )
                for each in new
            ],
        )

    def take(self, row: Row, owner: Owner, epoch: int) -> bool:
        """Take a started attempt from its owner; False: it is not its own."""
        done = self._connection.execute(
            'UPDATE attempts SET owner = ?, boot_id = ?, pid = ?, started = ?,'
            ' epoch = max(epoch, ?)' + _MINE,
            (
                *(owner.id, owner.boot_id, owner.pid, owner.started, epoch),
                *(row.id, row.owner.id),
            ),
        )
        return done.rowcount == 1

    def siblings(self, executions: Collection[str]) -> dict[str, list[Row]]:
        """Attempts of executions: their ids without the last part."""
        found = self._connection.execute(
            f'SELECT {_COLUMNS} FROM'
            ' (SELECT value AS part FROM json_each(?)) CROSS JOIN attempts'
            " WHERE id > part || '.' AND id < part || '/'",
            (json.dumps(list(executions)),),
        )
        rows: dict[str, list[Row]] = {}
        for each in found:
            part = each[0].rpartition('.')[0]
            rows.setdefault(part, []).append(_row(each))
        return rows

    def checkpoint(self, owner: Owner, id: str, text: str) -> bool:
        """Note how far an attempt is; False: it was taken from the owner."""
        done = self._connection.execute(
            'UPDATE attempts SET checkpoint = ?' + _MINE, (text, id, owner.id)
        )
        return done.rowcount == 1

    def end(self, owner: Owner, outcome: contracts.Outcome) -> bool:
        """Note how an attempt ended; False: it was taken from the owner."""
        done = self._connection.execute(
            "UPDATE attempts SET state = 'ended', outcome = ?, checkpoint = ?"
            + _MINE,
            (
                _written(outcome),
                outcome.checkpoint,
                *(outcome.attempt_id, owner.id),
            ),
        )
        return done.rowcount == 1

    def withdraw(self, owner: Owner, ids: Iterable[str]) -> None:
        """Give back attempts of which nothing was begun."""
        self._connection.executemany(
            'DELETE FROM attempts' + _MINE, [(id, owner.id) for id in ids]
        )


def _written(outcome: contracts.Outcome | None) -> str | None:
    """An outcome as JSON, without its checkpoint, which has its column."""
    if outcome is None:
        return None
    return json.dumps(
        [
            outcome.state,
            outcome.message,
            outcome.fault,
            outcome.interrupted,
            outcome.summary,
            outcome.started_at,
            outcome.ended_at,
            outcome.traceback,
        ]
    )


def _read(id: str, text: str, checkpoint: str | None) -> contracts.Outcome:
    # An older agent has written no traceback.
    state, message, fault, interrupted, summary, started, ended, *traced = (
        json.loads(text)
    )
    return contracts.Outcome(
        id,
        states.ExecutionState(state),
        message,
        fault,
        interrupted,
        summary,
        checkpoint,
        started,
        ended,
        *traced,
    )


def _row(columns: Sequence[Any]) -> Row:
    id, run, epoch, node, _state, *owner = columns[:9]
    outcome, checkpoint = columns[9:]
    return Row(
        id,
        run,
        epoch,
        node,
        Owner(*owner),
        None if outcome is None else _read(id, outcome, checkpoint),
        checkpoint,
    )
