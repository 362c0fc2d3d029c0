"""What an agent has to say, until an engine has taken it in."""

import dataclasses
from collections.abc import Collection, Iterable, Mapping

from trailmark.agent import bounds
from trailmark.messaging import contracts

#: Outcomes that travel in one report.
_MOST = 1000
#: Attempts of which a report says what they print.
_MOST_OUTPUTS = 100
#: Bytes of outcomes, and of checkpoints, that travel in one report.
_ROOM = 2 * 1024 * 1024


@dataclasses.dataclass(slots=True)
class _Told:
    outcome: contracts.Outcome
    size: int
    #: When it was said last, by the monotonic clock.
    at: float | None = None
    heard: bool = False


class Outbox:
    """Outcomes and checkpoints of attempts; one thread at a time."""

    def __init__(self) -> None:
        self._outcomes: dict[str, _Told] = {}
        self._checkpoints: dict[str, str] = {}
        self._outputs: dict[str, contracts.Output] = {}

    @property
    def is_empty(self) -> bool:
        """Whether everything was taken in."""
        return not (self._outcomes or self._checkpoints)

    @property
    def is_said(self) -> bool:
        """Whether every outcome was said and heard at least once."""
        return all(told.heard for told in self._outcomes.values())

    def ended(self, outcomes: Iterable[contracts.Outcome]) -> None:
        """Say these, also if they were said before."""
        for outcome in outcomes:
            size = bounds.size_of(outcome)
            self._outcomes[outcome.attempt_id] = _Told(outcome, size)
            self._checkpoints.pop(outcome.attempt_id, None)
            self._outputs.pop(outcome.attempt_id, None)

    def reached(self, checkpoints: Mapping[str, str]) -> None:
        """Say how far these attempts are."""
        self._checkpoints |= checkpoints

    def printed(self, attempt_id: str, output: contracts.Output) -> None:
        """Say what an attempt prints; nobody is sorry if it is lost."""
        if attempt_id not in self._outcomes:
            self._outputs[attempt_id] = output

    def outputs(self) -> dict[str, contracts.Output]:
        """What attempts print, some of them; the rest comes next."""
        chosen = list(self._outputs)[:_MOST_OUTPUTS]
        return {each: self._outputs.pop(each) for each in chosen}

    def outcomes(
        self, now: float, again: float
    ) -> tuple[tuple[contracts.Outcome, ...], bool]:
        """Those that were not said since `again`, and whether more wait."""
        chosen: list[contracts.Outcome] = []
        room = _ROOM
        for told in self._outcomes.values():
            if told.at is not None and told.at > again:
                continue
            room -= told.size
            if chosen and (room < 0 or len(chosen) == _MOST):
                return tuple(chosen), True
            told.at = now
            chosen.append(told.outcome)
        return tuple(chosen), False

    def checkpoints(self) -> tuple[dict[str, str], bool]:
        """Those that are to be said next, and whether more wait."""
        chosen: dict[str, str] = {}
        room = _ROOM
        for attempt_id, text in self._checkpoints.items():
            room -= bounds.json_size(text)
            if chosen and room < 0:
                break
            chosen[attempt_id] = text
        for attempt_id in chosen:
            del self._checkpoints[attempt_id]
        return chosen, bool(self._checkpoints)

    def unheard(
        self, report: contracts.Report, attempt_ids: Collection[str]
    ) -> None:
        """Nobody took in what the report says of these attempts."""
        lost = {
            attempt_id: text
            for attempt_id, text in report.checkpoints.items()
            if attempt_id in attempt_ids and attempt_id not in self._outcomes
        }
        self._checkpoints = {**lost, **self._checkpoints}

    def heard(
        self,
        report: contracts.Report,
        committed: Iterable[str],
        unheard: Collection[str] = (),
    ) -> None:
        """The report was taken in, but for what it says of `unheard`."""
        for outcome in report.outcomes:
            told = self._outcomes.get(outcome.attempt_id)
            if told is not None and outcome.attempt_id not in unheard:
                told.heard = True
        for attempt_id in committed:
            self._outcomes.pop(attempt_id, None)
