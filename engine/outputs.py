"""What attempts of a run print, until the next pulse writes it down."""

import contextlib
import threading
from collections.abc import Collection, Mapping

from trailmark.common import exceptions
from trailmark.db import connection, outputs, records
from trailmark.messaging import contracts, parts


class Outputs:
    """Taken in from any thread; saved and dropped by the run's own.

    It is no part of the history: what can't be written is lost.
    """

    def __init__(self, database: connection.Database, run: int) -> None:
        self._database, self._run = database, run
        self._lock = threading.Lock()
        self._new: dict[str, contracts.Output] = {}

    def take_in(self, said: Mapping[str, contracts.Output]) -> None:
        """Keep the newest of each attempt."""
        with self._lock:
            self._new.update(said)

    def save(self, open_: Collection[str]) -> None:
        """Write down what attempts print that are still open."""
        with self._lock:
            new, self._new = self._new, {}
        found = [
            records.Output(*parts.key_of(name), output.size, output.tail)
            for name, output in new.items()
            if name in open_
        ]
        if found:
            with contextlib.suppress(exceptions.DatabaseUnavailable):
                outputs.save(self._database, self._run, found)

    def drop(self) -> None:
        """The run has ended."""
        with contextlib.suppress(exceptions.DatabaseUnavailable):
            outputs.drop(self._database, self._run)
