"""An agent: it takes attempts in, carries them out, and never forgets one."""

import contextlib
import dataclasses
import functools
import logging
import pathlib
import queue
import sqlite3
import threading
import time
import uuid
from collections.abc import Callable, Mapping, Sequence

from trailmark.agent import (
    attempts,
    fetching,
    freshness,
    opening,
    orphans,
    pool,
    reporting,
    rounds,
)
from trailmark.agent import journal as journals
from trailmark.common import exceptions, process_identity
from trailmark.drivers import base, folders, spawning
from trailmark.messaging import contracts, files

LOG = logging.getLogger(__name__)
#: Seconds for which a journal that can't be written is tried again.
PATIENCE = 30.0
_FIRST_PAUSE = 0.1
_LONGEST_PAUSE = 5.0


class Agent:
    """Carries out the attempts of every node that it is asked for.

    It implements messaging.local.LocalAgent. The journal becomes its own:
    it is closed with the agent. Its threads never hold an exit up.
    A dispatch older than `stale_seconds`, or of an engine whose clock is
    not among `clocks` yet, is taken on only if it is wanted.
    Its reports tell of its `presence`, unless it is part of the engine.
    Files of master are `given` to it, unless it may read them itself.
    `environment` names what commands get of its own.
    """

    def __init__(
        self,
        name: str,
        journal: journals.Journal,
        state_dir: pathlib.Path,
        engine: contracts.EngineContract,
        drivers: Mapping[str, base.Driver],
        workers: int = 64,
        report_interval: float = 2.0,
        stale_seconds: float = 10.0,
        presence: contracts.Presence | None = None,
        work: pathlib.Path | None = None,
        given: files.Files | None = None,
        clocks: freshness.EngineClocks | None = None,
        environment: Sequence[str] = (),
    ) -> None:
        self.name = name
        self._journal = journal
        self._engine = engine
        self._owner = _owner()
        # Not by the journal's id: another journal of the same database looks
        # there for what the one before it had begun.
        self._places = attempts.Places(
            state_dir, journal.path.stem, work, given, environment
        )
        self._crew = attempts.Crew(drivers, self._places)
        self._settlement = rounds.Settlement(
            journal,
            self._owner,
            self._crew.at_once,
            company=presence is not None,
        )
        self._stale = int(stale_seconds * 1_000_000)
        self._clocks = clocks or freshness.EngineClocks()
        self._lock = threading.Lock()
        self._held: dict[str, attempts.Held] = {}
        self._failure: exceptions.JournalUnavailable | None = None
        self._closing = False
        self._stopped = False
        self._inbox: queue.SimpleQueue[rounds.Round] = queue.SimpleQueue()
        self._pool = pool.Pool(workers, name)
        self._reporter = reporting.Reporter(
            name,
            journal.id,
            engine,
            self._held_ids,
            self,
            report_interval,
            presence,
            lambda: journal.sequence,
            self._compare,
        )
        self._fetcher = fetching.Fetcher(name, engine, self._tell)
        self._thread = threading.Thread(
            target=self._run, name=f'{name}-journal', daemon=True
        )
        self._thread.start()

    def execute_task_on_instance(
        self, attempts: Sequence[rounds.Arrival]
    ) -> None:
        """Carry attempts out; a repeated id is answered from the journal."""
        # One that is fetched was asked for anew, however old it is.
        self._fetcher.fetch(each for each in attempts if each[0].large)
        whole = [each for each in attempts if not each[0].large]
        fresh = [each for each in whole if self._is_fresh(each[0])]
        if len(fresh) < len(whole):
            taken = {each[0].id for each in fresh}
            self._reporter.doubt(
                [each for each in whole if each[0].id not in taken]
            )
        if fresh:
            self._tell(rounds.Round(arrivals=fresh))

    def _is_fresh(self, attempt: contracts.TaskAttempt) -> bool:
        # Guard: ask-stale.
        age = self._clocks.age(attempt)
        return age is not None and age <= self._stale

    def cancel_task(self, attempt_ids: Sequence[str]) -> None:
        """End attempts, also ones that have not arrived yet."""
        self._tell(rounds.Round(cancels=list(attempt_ids)))

    def forget_run(self, run: int) -> None:
        """The run ended: its journal rows may go when they are old."""
        self._tell(rounds.Round(forgets=[run]))

    def journal_id(self) -> str:
        """The id of this agent's journal."""
        return self._journal.id

    def is_able(self) -> bool:
        """Whether attempts are carried out here."""
        return not self._closing and self._failure is None

    def announce(self, closing: bool = False) -> None:
        """Report at once that it is there, or that it will soon be gone."""
        self._reporter.announce(closing)

    def drain(self, seconds: float) -> None:
        """Take nothing in any more, and wait at most so long for what runs.

        What waits for a thread is given back: it was never started.
        """
        self._closing = True
        self.announce(closing=True)
        self._tell(rounds.Round(withdrawals=self._give_up_waiting()))
        self._wait(seconds)

    def close(
        self, drain_seconds: float = 0.0, last_word: float = 0.0
    ) -> None:
        """Drain, then leave the rest to the journal.

        The last report is waited for at most `last_word` seconds.
        """
        until = time.monotonic() + drain_seconds
        self.drain(drain_seconds)
        self._tell(rounds.Round(last=True))
        self._thread.join(max(1.0, until - time.monotonic()))
        self._reporter.stop(last_word)
        rounds.retire(self._owner)
        spawning.let_go(self._places.attempts)

    def end_all(self, seconds: float) -> None:
        """Have everything end that runs, and wait at most so long."""
        self._tell(rounds.Round(cancels=list(self._held_ids())))
        self._wait(seconds)

    def _wait(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until and not self._is_drained():
            time.sleep(0.02)

    def _is_drained(self) -> bool:
        return not self._held_ids() and self._reporter.is_said()

    def _give_up_waiting(self) -> list[str]:
        with self._lock:
            given_up = [
                each.id for each in self._held.values() if each.give_up()
            ]
            for attempt_id in given_up:
                del self._held[attempt_id]
            return given_up

    def _held_ids(self) -> tuple[str, ...]:
        with self._lock:
            return tuple(self._held)

    def _tell(self, given: rounds.Round) -> None:
        """Hand something to the thread that writes the journal."""
        with self._lock:
            if not self._stopped:
                self._inbox.put(given)
                return
        self._refuse(given)

    def _refuse(self, given: rounds.Round) -> None:
        reason = self._failure or self._journal.unavailable(
            RuntimeError('the agent is closed')
        )
        waiting = [each.answer for each in given.reached]
        waiting += [each.answer for each in given.endings]
        for answer in waiting:
            answer.set_exception(reason)

    def _run(self) -> None:
        self._sweep()
        last = False
        while not last:
            given = self._next_round()
            if given.last:
                self._stop(given)
                last = True
            self._take_in(given)
        self._journal.close()

    def _sweep(self) -> None:
        """Remove what attempts of the past have left behind."""
        with contextlib.suppress(OSError, sqlite3.Error):
            found = self._places.old()
            known = self._journal.rows(list(found))
            for attempt_id in found:
                row = known.get(attempt_id)
                if row is None or row.outcome is not None:
                    folders.remove(self._places.scratch(attempt_id))

    def _next_round(self) -> rounds.Round:
        given = self._inbox.get()
        self._drain_into(given)
        return given

    def _drain_into(self, given: rounds.Round) -> None:
        while not self._inbox.empty():
            given.add(self._inbox.get_nowait())

    def _stop(self, given: rounds.Round) -> None:
        with self._lock:
            self._stopped = True
            self._drain_into(given)

    def _take_in(self, given: rounds.Round) -> None:
        if self._closing:
            given.arrivals.clear()
        settled = None if self._failure else self._settle(given)
        if settled is None:
            self._refuse(given)
            self._end([each.outcome for each in given.endings])
        else:
            self._follow(settled, given)

    def _compare(self, sequence: int) -> None:
        """An engine has seen this sequence of the journal."""
        # Others write there too: only the file itself knows.
        if sequence > self._journal.sequence:
            self._tell(rounds.Round(known=sequence))

    def _settle(self, given: rounds.Round) -> rounds.Settled | None:
        """Write a round down; None once the journal had to be given up."""
        until = time.monotonic() + PATIENCE
        pause = _FIRST_PAUSE
        while True:
            try:
                settled = self._settlement.settle(given)
            except sqlite3.Error as error:
                LOG.warning('The journal is not written: %s', error)
                if given.last:
                    return None
                self._reporter.unable(str(self._journal.unavailable(error)))
                late = time.monotonic() + pause > until
                if late or opening.is_broken(error):
                    self._fail(error)
                    return None
            except exceptions.JournalReplaced as error:
                LOG.warning('%s', error)
                self._fail(error)
                return None
            except Exception as error:
                LOG.exception('What arrived can not be written down')
                self._fail(error)
                return None
            else:
                self._reporter.unable(None)
                return settled
            time.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)

    def _fail(self, error: Exception) -> None:
        self._failure = self._journal.give_up(error)
        try:
            self._engine.agent_failed(self._failure)
        except Exception:
            LOG.exception('The engine does not hear that its agent failed')

    # What starts is in the journal by then. Guard: journal-first.
    def _follow(self, settled: rounds.Settled, given: rounds.Round) -> None:
        for attempt_id, answer, own in settled.answers:
            if not own:
                LOG.warning('Attempt %s was taken over', attempt_id)
                self._let_go(attempt_id)
            answer.set_result(own)
        self._begin(settled)
        if given.reached:
            self._reporter.reached(
                {each.attempt_id: each.checkpoint for each in given.reached}
            )
        if settled.outcomes:
            self._end(settled.outcomes)
        if settled.starts or settled.orphans or given.arrivals:
            self._reporter.accepted()

    def _begin(self, settled: rounds.Settled) -> None:
        for start in settled.starts:
            self._start(start)
        held = set(self._held_ids()) if settled.repeats else ()
        again = [each for each in settled.repeats if each.row.id not in held]
        for orphan in (*settled.orphans, *again):
            self._recover(orphan)
        for attempt_id in settled.cancels:
            self._cancel(attempt_id)

    def _end(self, outcomes: list[contracts.Outcome]) -> None:
        """An attempt is held, or its outcome is said, at any moment."""
        self._reporter.ended(outcomes)
        for outcome in outcomes:
            self._let_go(outcome.attempt_id)

    def _let_go(self, attempt_id: str) -> None:
        with self._lock:
            held = self._held.pop(attempt_id, None)
        if held is not None:
            held.over.set()

    def _hold(self, attempt_id: str) -> attempts.Held:
        held = attempts.Held(attempt_id, self._tell, self._reporter.printed)
        with self._lock:
            self._held[attempt_id] = held
        return held

    def _start(self, start: rounds.Start) -> None:
        with self._lock:
            earlier = orphans.Earlier(self._places, self._held, start)
        held = self._hold(start.arrival[0].id)
        begin = self._crew.carry_out
        if orphans.has_begun(self._places, held.id):
            # The journal is an old copy, though nobody could know.
            begin = self._crew.go_on

        def outcome() -> contracts.Outcome:
            ended = earlier.end_first(held)
            return ended or begin(start.arrival, held)

        self._pool.submit(functools.partial(self._work, held, outcome))

    def _work(
        self,
        held: attempts.Held,
        outcome: Callable[[], contracts.Outcome],
        shared: bool = False,
    ) -> None:
        """Its files stay if `shared`: who else has it must see them."""
        if held.begin():
            self._work_on(held, outcome, shared)

    def _work_on(
        self,
        held: attempts.Held,
        outcome: Callable[[], contracts.Outcome],
        shared: bool,
    ) -> None:
        try:
            ended = outcome()
            answer = held.end(ended)
            if not shared:
                clear = functools.partial(self._clear, ended)
                answer.add_done_callback(clear)
        except exceptions.AttemptTaken as error:
            LOG.warning('Attempt %s is left: %s', held.id, error)
            self._let_go(held.id)
        except exceptions.JournalUnavailable as error:
            LOG.warning('Attempt %s is left: %s', held.id, error)
        finally:
            held.finish()

    def _clear(self, ended: contracts.Outcome, answer: rounds.Answer) -> None:
        """The outcome is in the journal, and files tell what still runs.

        Who does not own the attempt any more leaves them.
        Guard: folder-until-journaled. Guard: taken-over.
        """
        if answer.exception() is not None or not answer.result():
            return
        if rounds.LEFT_RUNNING not in (ended.summary or {}):
            folders.remove(self._places.scratch(ended.attempt_id))

    def _recover(self, orphan: rounds.Orphan) -> None:
        """Wait for what runs of an attempt whose agent is gone, or end it.

        Guard: wait-for-command. Guard: read-exit-status.
        """
        attempt_id, arrival = orphan.row.id, orphan.arrival
        if arrival is None and orphans.has_ended(self._places, attempt_id):
            # It is answered as it ended, when it is asked for again.
            return
        held = self._hold(attempt_id)
        if arrival is not None and orphans.has_begun(self._places, attempt_id):
            go_on = self._going_on(orphan.row, arrival, held)
            self._pool.submit(
                functools.partial(self._work, held, go_on, orphan.shared)
            )
            return
        held.begin()
        threading.Thread(
            target=self._end_orphan,
            args=(orphan, held),
            name=f'{self.name}-orphan',
            daemon=True,
        ).start()

    def _going_on(
        self, row: journals.Row, arrival: rounds.Arrival, held: attempts.Held
    ) -> Callable[[], contracts.Outcome]:
        attempt, instance = arrival
        known = dataclasses.replace(attempt, checkpoint=row.checkpoint)
        return functools.partial(self._crew.go_on, (known, instance), held)

    def _end_orphan(self, orphan: rounds.Orphan, held: attempts.Held) -> None:
        row, arrival = orphan.row, orphan.arrival
        if arrival is not None and not orphans.never_begins(
            self._places, row.id
        ):
            # Who had it has begun it at the last moment.
            go_on = self._going_on(row, arrival, held)
            self._work_on(held, go_on, orphan.shared)
            return
        outcome = orphans.end(self._places, orphan)
        ending = rounds.Ending(outcome, rounds.Answer())
        if not orphan.shared:
            clear = functools.partial(self._clear, outcome)
            ending.answer.add_done_callback(clear)
        self._tell(rounds.Round(endings=[ending]))

    def _cancel(self, attempt_id: str) -> None:
        with self._lock:
            held = self._held.get(attempt_id)
        if held is None or not held.cancel():
            return
        outcome = rounds.cancelled(
            attempt_id, 'cancelled before it was started'
        )
        ending = rounds.Ending(outcome, rounds.Answer())
        self._tell(rounds.Round(endings=[ending]))


def _owner() -> journals.Owner:
    _host, boot_id, pid, started = process_identity.current()
    return journals.Owner(uuid.uuid4().hex, boot_id, pid, started)
