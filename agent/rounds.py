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
_RETIRED: set[str] = set()


@dataclasses.dataclass(frozen=True, slots=True)
class Child:
    """A child that waits behind its gate until it is written down."""

    attempt_id: str
    pid: int
    started: int
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
    children: list[Child] = dataclasses.field(default_factory=list)
    checkpoints: dict[str, str] = dataclasses.field(default_factory=dict)
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
        self.children += other.children
        self.checkpoints |= other.checkpoints
        self.endings += other.endings
        self.known = max(self.known, other.known)
        self.last |= other.last


@dataclasses.dataclass(slots=True)
class Settled:
    """What is to be done once a round is durable."""

    starts: list[Arrival] = dataclasses.field(default_factory=list)
    orphans: list[journals.Row] = dataclasses.field(default_factory=list)
    cancels: list[str] = dataclasses.field(default_factory=list)
    outcomes: list[contracts.Outcome] = dataclasses.field(default_factory=list)
    #: Children and endings, and whether their attempts are still held here.
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
        if given.checkpoints:
            self._journal.checkpoints(self._owner, given.checkpoints)
        for child in given.children:
            own = self._journal.child(
                self._owner, child.attempt_id, child.pid, child.started
            )
            self._answer(child.attempt_id, child.answer, own)
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
                self._take(row, row.epoch)

    def _bury(self, attempt_id: str) -> None:
        """Remember a cancel that came before its dispatch."""
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
                self._repeat(known[attempt.id], attempt)
            elif attempt.id not in new:
                new[attempt.id] = self._begin(arrival)
        self._journal.insert(new.values(), self._owner)

    def _begin(self, arrival: Arrival) -> journals.NewRow:
        attempt, instance = arrival
        outcome: contracts.Outcome | None
        if attempt.journal not in (None, self._journal.id):
            outcome = interrupted(
                attempt.id,
                'the journal that accepted the attempt is not here',
                attempt.checkpoint,
            )
        else:
            outcome = self._at_once(arrival)
        if outcome is None:
            self._settled.starts.append(arrival)
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

    def _repeat(
        self, row: journals.Row, attempt: contracts.TaskAttempt
    ) -> None:
        """Another agent that goes on is left alone: it holds the attempt."""
        left_behind = row.epoch < attempt.epoch and not self._company
        if row.outcome is not None:
            self._settled.outcomes.append(row.outcome)
        elif row.owner.id == self._owner.id:
            return
        elif left_behind or not _goes_on(row.owner):
            self._take(row, attempt.epoch)

    def _take(self, row: journals.Row, epoch: int) -> None:
        if self._journal.take(row, self._owner, epoch):
            same = row.owner.boot_id == self._owner.boot_id
            child = row.child_pid if same else None
            self._settled.orphans.append(
                dataclasses.replace(row, child_pid=child)
            )


def retire(owner: journals.Owner) -> None:
    """An agent of this process is gone, though the process is not."""
    _RETIRED.add(owner.id)


def _goes_on(owner: journals.Owner) -> bool:
    """Whether it can answer for its attempts.

    One that is stopped can't: engines have not heard it, or they would not
    ask. Should it go on, it finds that its attempts were taken.
    """
    return _is_alive(owner) and not process_identity.is_stopped(owner.pid)


def _is_alive(owner: journals.Owner) -> bool:
    return (
        owner.id not in _RETIRED
        and owner.boot_id == process_identity.boot_id()
        and owner.started == process_identity.started(owner.pid)
    )
