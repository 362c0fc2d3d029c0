"""Answers to reports that wait until they can say what follows."""

import dataclasses
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from trailmark.messaging import contracts

#: Seconds between looks at which answers have waited for long enough.
_TICK = 0.25


class LateAnswer:
    """The answer to one report, while what it says is written down.

    Who writes it down commits outcomes; who dispatches meanwhile to the
    node that reports has the answer bring the attempts along, which saves
    a message for each. `gone` is called once, when it goes. It implements
    contracts.Later; from any thread.
    """

    def __init__(
        self, gone: Callable[['LateAnswer'], None] = lambda answer: None
    ) -> None:
        self._gone = gone
        self._lock = threading.Lock()
        self._is_expected = self._is_over = False
        self._said: contracts.ReportAnswer | Exception | None = None
        self._committed: list[str] = []
        self._brought: list[contracts.Dispatched] = []
        self._use: Callable[[contracts.ReportAnswer | Exception], None] | None
        self._use = None

    def expect(self) -> None:
        """Something that the report says will be committed."""
        self._is_expected = True

    def commit(self, attempt_id: str) -> None:
        """The outcome of this attempt is durable: the answer may go."""
        self._committed.append(attempt_id)
        self._go()

    def bring(self, dispatched: contracts.Dispatched) -> bool:
        """Have it bring attempts along; False if it has gone."""
        with self._lock:
            if not self._is_over:
                self._brought.append(dispatched)
            return not self._is_over

    def say(self, said: contracts.ReportAnswer | Exception) -> None:
        """What else it says: it goes unless something is expected."""
        self._said = said
        self._go()

    def then(
        self, use: Callable[[contracts.ReportAnswer | Exception], None]
    ) -> None:
        """Have this called once with what it says, or why it can't."""
        self._use = use
        self._go()

    def hurry(self) -> None:
        """Expect nothing any more."""
        self._is_expected = False
        self._go()

    def _go(self) -> None:
        with self._lock:
            said, use = self._said, self._use
            waits = self._is_expected and not self._committed
            if self._is_over or said is None or use is None or waits:
                return
            self._is_over = True
        self._gone(self)
        use(self._whole(said))

    def _whole(
        self, said: contracts.ReportAnswer | Exception
    ) -> contracts.ReportAnswer | Exception:
        if isinstance(said, Exception):
            return said
        return dataclasses.replace(
            said,
            committed=(*said.committed, *self._committed),
            dispatched=(*said.dispatched, *self._brought),
        )


class LateAnswers:
    """Answers that agents of nodes wait for, at most `patience` seconds.

    From any thread; one of its own hurries those that wait for longer.
    """

    def __init__(self, patience: float = 0.5) -> None:
        self._patience = patience
        self._lock = threading.Lock()
        self._of_node: dict[str, dict[LateAnswer, float]] = {}
        self._closed = threading.Event()
        self._thread = threading.Thread(
            target=self._run, name='late answers', daemon=True
        )

    def start(self) -> None:
        """From now on none waits for ever."""
        self._thread.start()

    def close(self) -> None:
        """All that wait go."""
        self._closed.set()
        self._thread.join()

    def to(self, node: str) -> LateAnswer:
        """An answer that an agent of the node waits for."""
        answer = LateAnswer(lambda answer: self._forget(node, answer))
        since = time.monotonic()
        with self._lock:
            self._of_node.setdefault(node, {})[answer] = since
        return answer

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

    def _forget(self, node: str, answer: LateAnswer) -> None:
        with self._lock:
            waiting = self._of_node.get(node, {})
            waiting.pop(answer, None)
            if not waiting:
                self._of_node.pop(node, None)

    def _run(self) -> None:
        while not self._closed.wait(_TICK):
            self._hurry(time.monotonic() - self._patience)
        self._hurry(float('inf'))

    def _hurry(self, oldest: float) -> None:
        with self._lock:
            found = [
                answer
                for waiting in self._of_node.values()
                for answer, since in waiting.items()
                if since < oldest
            ]
        for answer in found:
            answer.hurry()
