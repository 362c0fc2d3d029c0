"""Answers to reports that wait until they can say what follows."""

import collections
import contextlib
import threading
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from trailmark.messaging import contracts


class LateAnswer:
    """The answer to one report, while what it says is written down.

    Who writes it down commits outcomes; who dispatches meanwhile to the
    node that reports has the answer bring the attempts along, which saves
    a message for each.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._due = threading.Event()
        self._is_expected = self._is_over = False
        self._committed: list[str] = []
        self._brought: list[contracts.Dispatched] = []

    def expect(self) -> None:
        """Something that the report says will be committed."""
        self._is_expected = True

    def commit(self, attempt_id: str) -> None:
        """The outcome of this attempt is durable: the answer may go."""
        self._committed.append(attempt_id)
        self._due.set()

    def bring(self, dispatched: contracts.Dispatched) -> bool:
        """Have it bring attempts along; False if it has gone."""
        with self._lock:
            if not self._is_over:
                self._brought.append(dispatched)
            return not self._is_over

    def wait(
        self, seconds: float
    ) -> tuple[tuple[str, ...], tuple[contracts.Dispatched, ...]]:
        """What was committed and is brought along, after at most so long."""
        if self._is_expected:
            self._due.wait(seconds)
        with self._lock:
            self._is_over = True
            return tuple(self._committed), tuple(self._brought)


class LateAnswers:
    """Answers that nodes' agents wait for; from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._of_node: dict[str, list[LateAnswer]] = collections.defaultdict(
            list
        )

    @contextlib.contextmanager
    def to(self, node: str) -> Iterator[LateAnswer]:
        """An answer that an agent of the node waits for."""
        answer = LateAnswer()
        with self._lock:
            self._of_node[node].append(answer)
        try:
            yield answer
        finally:
            with self._lock:
                self._of_node[node].remove(answer)
                if not self._of_node[node]:
                    del self._of_node[node]

    def bring(
        self,
        context: Mapping[str, Any],
        attempts: Sequence[contracts.TaskAttempt],
        instance: contracts.Instance,
    ) -> bool:
        """Have an answer to the instance's node bring attempts along.

        False if nobody there waits for one.
        """
        with self._lock:
            waiting = list(self._of_node.get(instance.name, ()))
        dispatched = contracts.Dispatched(context, tuple(attempts), instance)
        return any(answer.bring(dispatched) for answer in waiting)
