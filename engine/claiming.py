"""An engine that looks for runs: new ones, and such as nobody holds."""

import logging
import threading
import time

from trailmark.common import exceptions, process_identity
from trailmark.db import claims, connection
from trailmark.engine import host
from trailmark.messaging import contracts

LOG = logging.getLogger(__name__)
_FIRST_PAUSE = 10.0
_LONGEST_PAUSE = 600.0
#: What may end a drive that the next one is not hindered by.
_NO_FAULT = (
    exceptions.Released,
    exceptions.LeaseLost,
    exceptions.DatabaseUnavailable,
)


class Claimer:
    """A thread that claims runs for a host, at most `max_runs` at once.

    A run that the engine could not go on with is left to others, longer
    each time. `lease_seconds` is how long a claim lasts.
    """

    def __init__(
        self,
        database: connection.Database,
        holder: contracts.Holder,
        engine: host.EngineHost,
        lease_seconds: float,
        max_runs: int,
        interval: float = 1.0,
    ) -> None:
        self._database, self._holder, self._host = database, holder, engine
        self._lease, self._most = lease_seconds, max_runs
        self._interval = interval
        self._failures: dict[int, tuple[float, float]] = {}
        self._changed = threading.Event()
        self._stopped = False
        self._thread = threading.Thread(
            target=self._run, name='claims', daemon=True
        )

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def wake(self) -> None:
        """From any thread: look at once."""
        self._changed.set()

    def stop(self) -> None:
        """Claim nothing more; wait for the claim that is being made."""
        self._stopped = True
        self._changed.set()
        self._thread.join(self._lease)

    def _run(self) -> None:
        while not self._stopped:
            try:
                self.look()
            except exceptions.TrailmarkError as error:
                LOG.warning('No runs are claimed: %s', error)
            except Exception:
                LOG.exception('No runs are claimed')
            self._changed.wait(self._interval)
            self._changed.clear()

    def look(self) -> None:
        """Claim what waits. Raises DatabaseUnavailable."""
        self._note_failures()
        driven = set(self._host.driven)
        for run, mode in claims.waiting(
            self._database, process_identity.is_gone
        ):
            if self._stopped or len(driven) >= self._most:
                return
            if run not in driven and self._may_try(run):
                self._claim(run, mode)
                driven = set(self._host.driven)

    def _claim(self, run: int, mode: claims.Mode) -> None:
        try:
            claim = claims.claim(
                self._database,
                run,
                self._holder,
                self._lease,
                mode,
                is_gone=process_identity.is_gone,
            )
        except (exceptions.RefusedInput, exceptions.NotFound) as error:
            LOG.debug('Run %s is not claimed: %s', run, error)
            return
        LOG.info('run %s is claimed (%s), epoch %s', run, mode, claim.epoch)
        self._host.execute_run(run, claim)

    def _note_failures(self) -> None:
        for run, failure in self._host.forget_ended().items():
            if failure is None or isinstance(failure, _NO_FAULT):
                self._failures.pop(run, None)
                continue
            pause = self._failures.get(run, (0.0, _FIRST_PAUSE / 2))[1] * 2
            pause = min(pause, _LONGEST_PAUSE)
            self._failures[run] = (time.monotonic() + pause, pause)

    def _may_try(self, run: int) -> bool:
        return self._failures.get(run, (0.0, 0.0))[0] <= time.monotonic()
