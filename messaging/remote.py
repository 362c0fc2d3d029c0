"""The dispatch of an engine to agents behind a message broker."""

import collections
import dataclasses
import logging
import queue
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from trailmark.common import clock, exceptions
from trailmark.messaging import agents, contracts, large, late_answers

LOG = logging.getLogger(__name__)
_Attempts = Sequence[tuple[contracts.TaskAttempt, contracts.Instance]]


class Present(Protocol):
    """Who knows which agents are alive, by node."""

    def journal_of(self, node: str) -> str | None:
        """The journal of the node's live agents, if any."""

    def is_served(self, node: str) -> bool:
        """Whether a live agent serves the node."""

    def silent_for(self, node: str) -> float | None:
        """Seconds since an agent of the node was heard of."""

    def heard_at(self, node: str) -> float | None:
        """When one last spoke to this process, by the steady clock."""

    def sequence_of(self, journal: str | None) -> int:
        """How far a journal was ever seen; 0: never."""


class RemoteDispatch:
    """Implements contracts.Dispatch; one thread of its own sends.

    What can't be sent is dropped: an engine asks again for what nobody
    holds after `again_after` seconds. `context` goes with every message.
    Answers that agents wait for bring attempts along, where there are any
    that are `late`. `can_hear` says whether reports reach this process.
    """

    def __init__(
        self,
        client: agents.AgentClient,
        present: Present,
        context: Mapping[str, str],
        again_after: float,
        late: late_answers.LateAnswers,
        can_hear: Callable[[], bool] = lambda: True,
    ) -> None:
        self._client, self._context = client, dict(context)
        self._late = late
        self._again_after = again_after
        self.journal_of = present.journal_of
        self.is_served = present.is_served
        self.silent_for = present.silent_for
        self.heard_at = present.heard_at
        self.can_hear = can_hear
        self._sequence_of = present.sequence_of
        self._failing = False
        self._work: queue.SimpleQueue[Callable[[], None] | None] = (
            queue.SimpleQueue()
        )
        self._thread = threading.Thread(
            target=self._run, name='dispatch', daemon=True
        )
        self._thread.start()

    def execute_task_on_instance(
        self, attempts: _Attempts, context: Mapping[str, str]
    ) -> None:
        """Send attempts, those of one instance in one message."""
        by_instance: dict[int, list[contracts.TaskAttempt]] = (
            collections.defaultdict(list)
        )
        instances = {}
        for attempt, instance in attempts:
            by_instance[id(instance)].append(attempt)
            instances[id(instance)] = instance
        said = {**context, **self._context}
        for which, some in by_instance.items():
            light = [self._seen(each) for each in _light(some)]
            # Here, for who waits is answered once this thread goes on.
            if not self._late.bring(said, light, instances[which]):
                self._put(self._execute, light, instances[which], said)

    def _seen(self, attempt: contracts.TaskAttempt) -> contracts.TaskAttempt:
        """With how far its journal was seen: an old copy must not start it."""
        sequence = self._sequence_of(attempt.journal)
        return dataclasses.replace(attempt, sequence=sequence)

    def cancel_task(self, node: str, attempt_ids: Sequence[str]) -> None:
        """Send that attempts are to end."""
        self._put(self._client.cancel_task, node, attempt_ids)

    def forget_run(self, nodes: Sequence[str], run: int) -> None:
        """Send that a run has ended."""
        for node in nodes:
            self._put(self._client.forget_run, node, run)

    def close(self, seconds: float) -> None:
        """Send what waits, for at most so long."""
        self._work.put(None)
        self._thread.join(seconds)

    def _execute(
        self,
        attempts: list[contracts.TaskAttempt],
        instance: contracts.Instance,
        context: Mapping[str, str],
    ) -> None:
        oldest = clock.steady_micros() - int(self._again_after * 1_000_000)
        fresh = [each for each in attempts if each.sent_at >= oldest]
        if fresh:
            self._client.execute_task_on_instance(context, fresh, instance)

    def _put(self, what: Callable[..., None], *about: object) -> None:
        self._work.put(lambda: what(*about))

    def _run(self) -> None:
        while (work := self._work.get()) is not None:
            try:
                work()
                self._failing = False
            except exceptions.MessageNotSent as error:
                level = logging.DEBUG if self._failing else logging.WARNING
                LOG.log(level, '%s', error)
                self._failing = True
            except Exception:
                LOG.exception('A message to agents could not be made')


def _light(
    attempts: Sequence[contracts.TaskAttempt],
) -> list[contracts.TaskAttempt]:
    """What is large is fetched by who carries it out."""
    return [
        large.emptied(each) if large.is_large(each) else each
        for each in attempts
    ]
