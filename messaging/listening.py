"""Servers of oslo.messaging that begin anew once nothing reaches them."""

import logging
import threading
from typing import Any

from trailmark.messaging import threaded, transport

LOG = logging.getLogger(__name__)
#: Seconds between messages that a server sends to itself.
_PAUSE = 3.0
#: Seconds for the answer to one of them.
_PATIENCE = 5.0
#: Answers that may fail to come, one after the other.
_MISSED = 2
#: Seconds for which a server that begins anew is waited for.
_LOCKED = 5.0
_AT_LEAST_ONCE = threaded.messaging.TransportOptions(at_least_once=True)


class _Deaf(Exception):
    """Why a server is not reached, though the broker takes messages."""


class Listening:
    """A server that hears itself again and again, or begins anew.

    Exchanges, queues and bindings may vanish behind a connection that goes
    on to work: whoever listens is not told. `own` is the target of this
    server, `shared` the one of all servers of its kind. Its endpoint
    answers to `ping`.
    """

    def __init__(
        self,
        way: Any,
        server: Any,
        own: Any,
        shared: Any,
        pause: float = _PAUSE,
        patience: float = _PATIENCE,
    ) -> None:
        self._server, self._pause = server, pause
        self._own, self._shared = (
            threaded.messaging.get_rpc_client(
                way,
                place,
                timeout=patience,
                retry=transport.RETRIES,
                transport_options=_AT_LEAST_ONCE,
            )
            for place in (own, shared)
        )
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._missed = 0
        self._is_idle = False
        self._thread = threading.Thread(
            target=self._run, name='listening', daemon=True
        )

    def start(self) -> None:
        """Listen from now on."""
        self._server.start()
        self._thread.start()

    def stop(self) -> None:
        """Hear nothing more; `wait` for it then, or `close` it."""
        self._ended.set()
        # One that begins anew while the broker is away hears nothing.
        self._is_idle = self._lock.acquire(timeout=_LOCKED)
        if self._is_idle:
            self._server.stop()

    def wait(self) -> None:
        """Wait until what was heard is done."""
        if self._is_idle:
            self._server.wait()

    def close(self) -> None:
        """Hear nothing more, and send the answers that are known."""
        if not self._ended.is_set():
            self.stop()
        if self._is_idle:
            self._server.close()

    def _run(self) -> None:
        while not self._ended.wait(self._pause):
            try:
                self._ask()
            except _Deaf as error:
                LOG.warning('Nothing is heard, listening anew: %s', error)
                self._begin_anew()
            except threaded.messaging.MessagingException as error:
                LOG.debug('Whether anything is heard is not known: %s', error)
            except Exception:
                # Whoever ends it cleans up what a message may be on.
                if not self._ended.is_set():
                    LOG.exception('A server does not listen anew')

    def _ask(self) -> None:
        """Raises _Deaf; MessagingException while the broker is away."""
        try:
            self._own.call({}, 'ping')
            self._shared.cast({}, 'ping')
        except threaded.messaging.MessageUndeliverable as error:
            raise _Deaf('its queue is not reached') from error
        except threaded.messaging.MessagingTimeout as error:
            self._missed += 1
            if self._missed >= _MISSED:
                raise _Deaf('it does not answer itself') from error
        else:
            self._missed = 0

    def _begin_anew(self) -> None:
        self._missed = 0
        with self._lock:
            if not self._ended.is_set():
                self._server.stop()
                self._server.wait()
                self._server.start()
