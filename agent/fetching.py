"""Parameters of attempts that were too large to travel with them."""

import functools
import logging
import queue
import threading
from collections.abc import Callable, Iterable

from trailmark.agent import rounds
from trailmark.common import exceptions
from trailmark.messaging import contracts, large

LOG = logging.getLogger(__name__)


class Fetcher:
    """A thread that fetches them from engines, one attempt after another.

    What can't be fetched is dropped: an engine sends the attempt again.
    """

    def __init__(
        self,
        name: str,
        engine: contracts.EngineContract,
        tell: Callable[[rounds.Round], None],
    ) -> None:
        self._engine, self._tell = engine, tell
        self._lock = threading.Lock()
        self._ids: set[str] = set()
        self._work: queue.SimpleQueue[rounds.Arrival] = queue.SimpleQueue()
        self._start = functools.cache(
            threading.Thread(
                target=self._run, name=f'{name}-fetching', daemon=True
            ).start
        )

    def fetch(self, arrivals: Iterable[rounds.Arrival]) -> None:
        """Have them arrive again when they are whole."""
        for arrival in arrivals:
            with self._lock:
                known = arrival[0].id in self._ids
                self._ids.add(arrival[0].id)
            if not known:
                self._work.put(arrival)
                self._start()

    def _run(self) -> None:
        while True:
            attempt, instance = self._work.get()
            try:
                whole = self._whole(attempt)
                self._tell(rounds.Round(arrivals=[(whole, instance)]))
            except exceptions.TrailmarkError as error:
                LOG.warning(
                    'Parameters of attempt %s are not fetched: %s',
                    *(attempt.id, error),
                )
            except Exception:
                LOG.exception('Attempt %s is dropped', attempt.id)
            with self._lock:
                self._ids.discard(attempt.id)

    def _whole(self, attempt: contracts.TaskAttempt) -> contracts.TaskAttempt:
        read = functools.partial(self._engine.parameters, attempt.id)
        return large.filled(attempt, large.gather(read))
