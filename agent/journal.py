"""An agent's journal: which attempts were started, and how they ended."""

import contextlib
import dataclasses
import json
import os
import pathlib
import sqlite3
import threading
import time
import uuid
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from trailmark.common import clock, exceptions, states
from trailmark.messaging import contracts

_DAY = 24 * 3600 * 1_000_000
#: Seconds that another process of this node may hold the file.
_BUSY = 30.0
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
    the file can't be opened.
    """

    def __init__(self, path: pathlib.Path, kept_days: int = 7) -> None:
        self.path = path
        try:
            self._connection = _open(path)
            with self.writing():
                self.id = self._upgrade()
                self._expire(kept_days)
        except (OSError, sqlite3.Error) as error:
            raise self.unavailable(error) from error

    def unavailable(self, error: Exception) -> exceptions.JournalUnavailable:
        """The error that says why the journal can't be used."""
        return exceptions.JournalUnavailable(path=self.path, reason=error)

    @contextlib.contextmanager
    def writing(self) -> Iterator[None]:
        """A transaction, durable at its end. Raises sqlite3.Error."""
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

    def _upgrade(self) -> str:
        for statement in _SCHEMA:
            self._connection.execute(statement)
        self._connection.execute(
            "INSERT OR IGNORE INTO meta VALUES ('id', ?)", (uuid.uuid4().hex,)
        )
        found = self._connection.execute(
            "SELECT value FROM meta WHERE key = 'id'"
        )
        return str(found.fetchone()[0])

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


def _open(path: pathlib.Path) -> sqlite3.Connection:
    path.parent.mkdir(parents=True, exist_ok=True)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    connection = sqlite3.connect(
        path, timeout=_BUSY, isolation_level=None, check_same_thread=False
    )
    _use_wal(connection)
    connection.execute('PRAGMA synchronous = FULL')
    return connection


def _use_wal(connection: sqlite3.Connection) -> None:
    """SQLite doesn't wait for others here, whatever its timeout is."""
    last = time.monotonic() + _BUSY
    while True:
        try:
            connection.execute('PRAGMA journal_mode = WAL')
            return
        except sqlite3.OperationalError:
            if time.monotonic() > last:
                raise
            threading.Event().wait(0.05)


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
