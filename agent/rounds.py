"""What an agent's journal takes in at once, and what follows from it."""

import concurrent.futures
import dataclasses
import logging
from collections.abc import Callable

from trailmark.agent import journal as journals
from trailmark.common import process_identity, states
from trailmark.messaging import contracts

LOG = logging.getLogger(__name__)

Arrival = tuple[contracts.TaskAttempt, contracts.Instance]
#: Resolved with whether the attempt is still this agent's own.
Answer = concurrent.futures.Future[bool]
#: Another attempt of an execution; None: it has only just arrived.
_Other = tuple[int, journals.Row | None]
_RETIRED: set[str] = set()
#: Entry of a summary: processes that could not be ended.
LEFT_RUNNING = 'left_running'


@dataclasses.dataclass(frozen=True, slots=True)
class Start:
    """An attempt that is to be started, after others of its execution."""

    arrival: Arrival
    after: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class Orphan:
    """An attempt taken from its owner; `arrival` if it is still wanted.

    `shared`: the owner may live, and go on with it.
    """

    row: journals.Row
    arrival: Arrival | None
    shared: bool


@dataclasses.dataclass(frozen=True, slots=True)
class Reached:
    """How far an attempt is."""

    attempt_id: str
    checkpoint: str
    answer: Answer


@dataclasses.dataclass(frozen=True, slots=True)
class Ending:
    """An attempt of this agent that has ended."""

    outcome: contracts.Outcome
    answer: Answer


@dataclasses.dataclass(slots=True)
class Round:
    """What has arrived since the last transaction."""

    arrivals: list[Arrival] = dataclasses.field(default_factory=list)
    cancels: list[str] = dataclasses.field(default_factory=list)
    forgets: list[int] = dataclasses.field(default_factory=list)
    withdrawals: list[str] = dataclasses.field(default_factory=list)
    reached: list[Reached] = dataclasses.field(default_factory=list)
    endings: list[Ending] = dataclasses.field(default_factory=list)
    #: Where an engine has seen the journal's sequence.
    known: int = 0
    last: bool = False

    def add(self, other: 'Round') -> None:
        """Take in what came later."""
        self.arrivals += other.arrivals
        self.cancels += other.cancels
        self.forgets += other.forgets
        self.withdrawals += other.withdrawals
        self.reached += other.reached
        self.endings += other.endings
        self.known = max(self.known, other.known)
        self.last |= other.last


@dataclasses.dataclass(slots=True)
class Settled:
    """What is to be done once a round is durable."""

    starts: list[Start] = dataclasses.field(default_factory=list)
    orphans: list[Orphan] = dataclasses.field(default_factory=list)
    #: Attempts of this agent that are asked for again.
    repeats: list[Orphan] = dataclasses.field(default_factory=list)
    cancels: list[str] = dataclasses.field(default_factory=list)
    outcomes: list[contracts.Outcome] = dataclasses.field(default_factory=list)
    #: Checkpoints and endings, and whether their attempts are still held here.
    answers: list[tuple[str, Answer, bool]] = dataclasses.field(
        default_factory=list
    )


def interrupted(
    attempt_id: str, message: str, checkpoint: str | None
) -> contracts.Outcome:
    """Nobody knows how far the attempt came."""
    return contracts.Outcome(
        attempt_id,
        states.ExecutionState.ERROR,
        message,
        'Interrupted',
        interrupted=True,
        checkpoint=checkpoint,
    )


def cancelled(
    attempt_id: str, message: str, checkpoint: str | None = None
) -> contracts.Outcome:
    """The attempt was not started, or ended before it did anything."""
    return contracts.Outcome(
        attempt_id,
        states.ExecutionState.CANCELLED,
        message,
        'Cancelled',
        checkpoint=checkpoint,
    )


class Settlement:
    """One round in one transaction; it may be tried again as a whole.

    `at_once` gives the outcome of an attempt that needs no thread. Agents
    in `company` share the journal under one engine after the other: one
    that lives keeps its attempts. Alone, a process that a new epoch finds
    here was left behind with its engine.
    """

    def __init__(
        self,
        journal: journals.Journal,
        owner: journals.Owner,
        at_once: Callable[[Arrival], contracts.Outcome | None],
        company: bool = False,
    ) -> None:
        self._journal = journal
        self._owner = owner
        self._at_once = at_once
        self._company = company
        self._settled = Settled()

    def settle(self, given: Round) -> Settled:
        """Write everything down. Raises sqlite3.Error, JournalReplaced."""
        self._settled = Settled()
        with self._journal.writing(self._known(given)):
            self._note_progress(given)
            if given.cancels:
                self._cancel(given.cancels)
            if given.arrivals:
                self._accept(given.arrivals)
        return self._settled

    def _known(self, given: Round) -> int:
        """Where engines have seen this journal's sequence."""
        seen = [
            attempt.sequence
            for attempt, _instance in given.arrivals
            if attempt.journal == self._journal.id
        ]
        return max(given.known, *seen, 0)

    def _note_progress(self, given: Round) -> None:
        for reached in given.reached:
            own = self._journal.checkpoint(
                self._owner, reached.attempt_id, reached.checkpoint
            )
            self._answer(reached.attempt_id, reached.answer, own)
        for ending in given.endings:
            own = self._journal.end(self._owner, ending.outcome)
            if own:
                self._settled.outcomes.append(ending.outcome)
            self._answer(ending.outcome.attempt_id, ending.answer, own)
        self._journal.withdraw(self._owner, given.withdrawals)
        self._journal.forget(given.forgets)

    def _answer(self, attempt_id: str, answer: Answer, own: bool) -> None:
        self._settled.answers.append((attempt_id, answer, own))

    def _cancel(self, ids: list[str]) -> None:
        known = self._journal.rows(ids)
        for attempt_id in dict.fromkeys(ids):
            row = known.get(attempt_id)
            if row is None:
                self._bury(attempt_id)
            elif row.outcome is not None:
                self._settled.outcomes.append(row.outcome)
            elif row.owner.id == self._owner.id:
                self._settled.cancels.append(attempt_id)
            elif not _goes_on(row.owner):
                self._take(row, row.epoch, None)

    def _bury(self, attempt_id: str) -> None:
        """Remember a cancel that came before its dispatch.

        Guard: cancel-before-dispatch.
        """
        outcome = cancelled(attempt_id, 'cancelled before it was started')
        run = int(attempt_id.partition('.')[0])
        new = journals.NewRow(attempt_id, run, 0, '', None, outcome)
        self._journal.insert([new], self._owner)
        self._settled.outcomes.append(outcome)

    def _accept(self, arrivals: list[Arrival]) -> None:
        wanted: dict[int, int] = {}
        for attempt, _instance in arrivals:
            highest = max(attempt.epoch, wanted.get(attempt.run, 0))
            wanted[attempt.run] = highest
        epochs = self._journal.raise_epochs(wanted)
        known = self._journal.rows([each.id for each, _ in arrivals])
        others = self._others(arrivals)
        new: dict[str, journals.NewRow] = {}
        for arrival in arrivals:
            attempt = arrival[0]
            if attempt.epoch < epochs[attempt.run]:
                LOG.warning(
                    'Attempt %s is refused: it comes from epoch %d, run %d '
                    'is at %d',
                    *(attempt.id, attempt.epoch),
                    *(attempt.run, epochs[attempt.run]),
                )
            elif attempt.id in known:
                self._repeat(known[attempt.id], arrival)
            elif attempt.id not in new:
                new[attempt.id] = self._begin(arrival, others)
        self._journal.insert(new.values(), self._owner)

    def _others(self, arrivals: list[Arrival]) -> dict[str, list[_Other]]:
        """Attempts of the same executions, those that arrive now too."""
        parts = {each.id.rpartition('.')[0] for each, _ in arrivals}
        found: dict[str, list[_Other]] = {
            part: [(number(row.id), row) for row in rows]
            for part, rows in self._journal.siblings(parts).items()
        }
        for attempt, _ in arrivals:
            part = attempt.id.rpartition('.')[0]
            found.setdefault(part, []).append((number(attempt.id), None))
        return found

    def _begin(
        self, arrival: Arrival, others: dict[str, list[_Other]]
    ) -> journals.NewRow:
        attempt, instance = arrival
        own = number(attempt.id)
        same = others[attempt.id.rpartition('.')[0]]
        outcome: contracts.Outcome | None
        # Guard: accepting-journal.
        if attempt.journal not in (None, self._journal.id):
            return self._begun_elsewhere(arrival)
        if any(each > own for each, _row in same):
            outcome = cancelled(
                attempt.id,
                'a later attempt of it came before',
                attempt.checkpoint,
            )
        else:
            outcome = self._at_once(arrival)
        if outcome is None:
            earlier = [row for each, row in same if each < own]
            after = self._end_earlier_attempts_first(earlier)
            self._settled.starts.append(Start(arrival, after))
        else:
            self._settled.outcomes.append(outcome)
        return journals.NewRow(
            attempt.id,
            attempt.run,
            attempt.epoch,
            instance.name,
            attempt.checkpoint,
            outcome,
        )

    def _begun_elsewhere(self, arrival: Arrival) -> journals.NewRow:
        """Another journal accepted it: only its files may be here."""
        attempt, instance = arrival
        new = journals.NewRow(
            attempt.id,
            attempt.run,
            attempt.epoch,
            instance.name,
            attempt.checkpoint,
        )
        row = journals.Row(
            *(new.id, new.run, new.epoch, new.node, self._owner),
            *(None, new.checkpoint),
        )
        self._settled.orphans.append(Orphan(row, arrival, False))
        return new

    def _end_earlier_attempts_first(
        self, earlier: list[journals.Row | None]
    ) -> tuple[str, ...]:
        """The attempts that a new one of their execution has to wait for.

        Guard: end-earlier-first.
        """
        after = []
        for row in earlier:
            if row is None or not _may_run(row):
                continue
            after.append(row.id)
            if row.outcome is not None:
                continue
            if row.owner.id == self._owner.id:
                self._settled.cancels.append(row.id)
            else:
                self._take(row, row.epoch, None)
        return tuple(after)

    def _repeat(self, row: journals.Row, arrival: Arrival) -> None:
        """Another agent that goes on is left alone: it holds the attempt.

        Guard: repeated-id.
        """
        attempt = arrival[0]
        left_behind = row.epoch < attempt.epoch and not self._company
        if row.outcome is not None:
            self._settled.outcomes.append(row.outcome)
        elif row.owner.id == self._owner.id:
            self._settled.repeats.append(Orphan(row, arrival, False))
        elif left_behind or not _goes_on(row.owner):
            self._take(row, attempt.epoch, arrival)

    def _take(
        self, row: journals.Row, epoch: int, arrival: Arrival | None
    ) -> None:
        shared = _has_process(row.owner)
        if self._journal.take(row, self._owner, epoch):
            self._settled.orphans.append(Orphan(row, arrival, shared))


def number(attempt_id: str) -> int:
    """Which of its execution's attempts it is."""
    return int(attempt_id.rpartition('.')[2])


def _may_run(row: journals.Row) -> bool:
    """Whether processes of an attempt may still run."""
    if row.outcome is None:
        return True
    return LEFT_RUNNING in (row.outcome.summary or {})


def retire(owner: journals.Owner) -> None:
    """An agent of this process is gone, though the process is not."""
    _RETIRED.add(owner.id)


def _goes_on(owner: journals.Owner) -> bool:
    """Whether it can answer for its attempts.

    One that is stopped can't: engines have not heard it, or they would not
    ask. Should it go on, it finds that its attempts were taken.

    Guard: frozen-agent.
    """
    return _is_alive(owner) and not process_identity.is_stopped(owner.pid)


def _is_alive(owner: journals.Owner) -> bool:
    """Guard: owner-gone."""
    return owner.id not in _RETIRED and _has_process(owner)


def _has_process(owner: journals.Owner) -> bool:
    """Whether its process lives; threads of a retired agent may go on."""
    return (
        owner.boot_id == process_identity.boot_id()
        and owner.started == process_identity.started(owner.pid)
    )
