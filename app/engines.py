"""The engine and the agent of this process, made when they are needed."""

import pathlib
import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from oslo_config import cfg

from trailmark.common import tasktypes
from trailmark.db import connection
from trailmark.messaging import contracts

if TYPE_CHECKING:
    from trailmark.app import pairs


class EmbeddedEngine:
    """A RunContract whose engine and agent live in this process.

    Commands that only read neither load them nor open the journal.
    """

    def __init__(
        self,
        conf: cfg.ConfigOpts,
        directory: pathlib.Path,
        db: connection.Database,
        catalog: tasktypes.Catalog,
    ) -> None:
        self._conf = conf
        self._parts = (conf, directory, db, catalog)
        self._lock = threading.Lock()
        self._pair: pairs.Pair | None = None

    # RunContract.

    @property
    def serves_all(self) -> bool:
        """True: the agent of this process takes the place of every node's."""
        return True

    def holder(self) -> contracts.Holder | None:
        """This process. Raises JournalUnavailable."""
        return self._made().host.holder()

    def execute_run(self, run: int, claim: Any = None) -> None:
        """Drive a claimed run in this process."""
        self._made().host.execute_run(run, claim)

    def look_at_run(self, run: int) -> None:
        """Hasten, if this process drives the run."""
        if self._pair is not None:
            self._pair.host.look_at_run(run)

    def reasons(self, run: int) -> Mapping[str, str]:
        """Why pending executions wait, if this process drives the run."""
        return {} if self._pair is None else self._pair.host.reasons(run)

    # The process.

    def wait(self, run: int, timeout: float | None = None) -> bool:
        """Whether this process has done with the run, after waiting."""
        return self._pair is None or self._pair.host.wait(run, timeout)

    def failure(self, run: int) -> Exception | None:
        """Why this process could not drive the run to its end."""
        return None if self._pair is None else self._pair.host.failure(run)

    def close(self) -> None:
        """Drain the agent and close its journal."""
        if self._pair is not None:
            self._pair.agent.close(self._conf.agent.drain_seconds)

    def _made(self) -> 'pairs.Pair':
        with self._lock:
            if self._pair is None:
                from trailmark.app import pairs  # late: 0.2 s

                self._pair = pairs.pair(*self._parts)
            return self._pair
