"""The engines of an installation, for a process that drives no runs."""

import functools
import logging
import queue
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from trailmark.app import configuration
from trailmark.common import exceptions
from trailmark.messaging import contracts

if TYPE_CHECKING:
    from trailmark.messaging import engines

LOG = logging.getLogger(__name__)
#: Seconds for which a message is waited for at the end.
_CLOSING = 3.0


class EngineServices:
    """A RunContract that leaves runs to engines; messages only hasten them.

    `files` are of options. Nothing is connected before it is needed, and
    nobody waits for a broker: one thread sends.
    """

    def __init__(self, files: Sequence[str]) -> None:
        self._files = files
        self._transport: Any = None
        self._work: queue.SimpleQueue[tuple[str, int] | None] = (
            queue.SimpleQueue()
        )
        self._thread = threading.Thread(
            target=self._run, name='hastening', daemon=True
        )
        self._start = functools.cache(self._thread.start)

    @property
    def serves_all(self) -> bool:
        """False: nodes have agents."""
        return False

    def holder(self) -> contracts.Holder | None:
        """Nobody here: any engine may take the run."""
        return None

    def execute_run(self, run: int, claim: Any = None) -> None:
        """Say that a run waits."""
        self._put('execute_run', run)

    def look_at_run(self, run: int) -> None:
        """Say that something was asked of a run."""
        self._put('stop_run', run)

    def wait(self, run: int, timeout: float | None = None) -> bool:
        """True: this process drives nothing."""
        return True

    def failure(self, run: int) -> Exception | None:
        """None: this process drives nothing."""
        return None

    def close(self) -> None:
        """Send what waits, for at most so long, and close the connection."""
        if not self._thread.is_alive():
            return
        self._work.put(None)
        self._thread.join(_CLOSING)
        if self._transport is not None and not self._thread.is_alive():
            self._transport.cleanup()

    def _put(self, method: str, run: int) -> None:
        self._work.put((method, run))
        self._start()

    def _run(self) -> None:
        while (work := self._work.get()) is not None:
            try:
                self._say(*work)
            except Exception:
                LOG.exception('Engines are not told')

    def _say(self, method: str, run: int) -> None:
        try:
            getattr(self._client, method)(run)
        except exceptions.MessageNotSent as error:
            LOG.info('%s: engines will see it by themselves', error)

    @functools.cached_property
    def _client(self) -> 'engines.EngineClient':
        conf = configuration.read_for_service(self._files)
        # late: 0.05 s, oslo.messaging
        from trailmark.messaging import engines, transport

        self._transport = transport.make(conf)
        return engines.EngineClient(self._transport)
