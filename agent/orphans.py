"""Attempts that must end, or have ended, before something else begins."""

import os
import time

from trailmark.agent import attempts, rounds
from trailmark.common import states
from trailmark.drivers import folders, leftovers, records
from trailmark.messaging import contracts

#: Seconds between two looks at whether a wait is to be given up.
_STEP = 0.1


def has_begun(places: attempts.Places, attempt_id: str) -> bool:
    """Whether a command of the attempt has."""
    scratch = places.scratch(attempt_id)
    if not os.path.exists(folders.command(scratch, 0)):
        return False  # without a file that would have to be opened
    return next(leftovers.commands(scratch), None) is not None


def never_begins(places: attempts.Places, attempt_id: str) -> bool:
    """Whether no command of the attempt has begun: then none ever will.

    Guard: start-gate.
    """
    scratch = places.scratch(attempt_id)
    if has_begun(places, attempt_id):
        return False
    scratch.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    made = records.forbid(folders.command(scratch, 0))
    return made or not has_begun(places, attempt_id)


def has_ended(places: attempts.Places, attempt_id: str) -> bool:
    """Whether all that it began has ended by itself."""
    found = list(leftovers.commands(places.scratch(attempt_id)))
    return bool(found) and all(each.ended is not None for each in found)


def end(places: attempts.Places, orphan: rounds.Orphan) -> contracts.Outcome:
    """End all of an attempt whose agent is gone; it is interrupted.

    Guard: reap-interrupted.
    """
    row = orphan.row
    scratch = places.scratch(row.id)
    scratch.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    leftovers.forbid(scratch)
    left = leftovers.end(scratch, row.id)
    checkpoint = folders.last_checkpoint(scratch, row.checkpoint)
    message = 'the process that carried the attempt out is gone'
    outcome = rounds.interrupted(row.id, message, checkpoint)
    return attempts.leaving(outcome, left)


class Earlier:
    """The attempts that a new one of the same execution waits for."""

    def __init__(
        self,
        places: attempts.Places,
        held: dict[str, attempts.Held],
        start: rounds.Start,
    ) -> None:
        self._places, self._start = places, start
        self._open = [held[each] for each in start.after if each in held]

    def end_first(self, own: attempts.Held) -> contracts.Outcome | None:
        """None once nothing runs of them; else how the new one ends.

        Guard: end-earlier-first. Guard: left-running.
        """
        attempt = self._start.arrival[0]
        until = time.monotonic() + attempt.timeout
        if not self._start.after:
            return None
        for held in self._open:
            while not held.over.wait(_STEP):
                if own.cancelled.is_set():
                    return _given_up(attempt)
        for attempt_id in self._start.after:
            scratch = self._places.scratch(attempt_id)
            while left := leftovers.end(scratch, attempt_id):
                if own.cancelled.is_set():
                    return _given_up(attempt)
                if time.monotonic() > until:
                    return attempts.leaving(_too_late(attempt), left)
        return None


def _given_up(attempt: contracts.TaskAttempt) -> contracts.Outcome:
    return rounds.cancelled(
        attempt.id, 'cancelled before it was started', attempt.checkpoint
    )


def _too_late(attempt: contracts.TaskAttempt) -> contracts.Outcome:
    return contracts.Outcome(
        attempt.id,
        states.ExecutionState.ERROR,
        f'an earlier attempt could not be ended in {attempt.timeout:g} s',
        'Timeout',
        checkpoint=attempt.checkpoint,
    )
