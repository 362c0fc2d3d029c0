"""Servers of oslo.messaging that need no thread for each answer."""

import logging
import queue
import threading
import time
from collections.abc import Callable
from typing import Any, ClassVar

from trailmark.messaging import contracts, threaded, wire

LOG = logging.getLogger(__name__)
#: Seconds after which a thread that still sends the same answer is stuck.
_STUCK = 1.0
#: Threads that may be stuck at the same time.
_MOST = 24


class _Sender(threading.Thread):
    """Sends one answer after the other."""

    def __init__(
        self, waiting: 'queue.SimpleQueue[Callable[[], None] | None]'
    ) -> None:
        super().__init__(name='answers', daemon=True)
        self._waiting = waiting
        #: When it began to send what it sends, by the monotonic clock.
        self._since: float | None = None
        self.is_relieved = False

    @property
    def is_stuck(self) -> bool:
        """Whether others can't wait until it has sent its answer."""
        since = self._since
        return since is not None and time.monotonic() - since > _STUCK

    def run(self) -> None:
        """Until it is relieved, or told to end by a None."""
        while not self.is_relieved:
            send = self._waiting.get()
            if send is None:
                return
            self._since = time.monotonic()
            try:
                send()
            except Exception:
                LOG.exception('An answer could not be sent')
            self._since = None


class Answers:
    """Sends answers, one thread all of them while that goes well.

    oslo.messaging looks for a minute for who has gone while it waited, and
    as long as it takes for a broker: then another thread goes on.
    """

    def __init__(self) -> None:
        self._waiting: queue.SimpleQueue[Callable[[], None] | None] = (
            queue.SimpleQueue()
        )
        self._lock = threading.Lock()
        self._senders: list[_Sender] = []

    def put(self, send: Callable[[], None]) -> None:
        """From any thread: have this called, which sends an answer."""
        self._waiting.put(send)
        senders = self._senders
        if not senders or senders[-1].is_stuck:
            self._relieve()

    def close(self, seconds: float) -> None:
        """Send what waits, for at most so long."""
        self._waiting.put(None)
        with self._lock:
            last = self._senders[-1:]
        for sender in last:
            sender.join(seconds)

    def _relieve(self) -> None:
        with self._lock:
            alive = [each for each in self._senders if each.is_alive()]
            if alive and not (alive[-1].is_stuck and len(alive) < _MOST):
                return
            for each in alive:
                each.is_relieved = True
            sender = _Sender(self._waiting)
            sender.start()
            self._senders = [*alive, sender]


class _Incoming:
    """A message that is answered when the answer is known."""

    def __init__(self, message: Any, answers: Answers) -> None:
        self._message, self._answers = message, answers

    def __getattr__(self, name: str) -> Any:
        return getattr(self._message, name)

    def reply(
        self, reply: contracts.Later | None = None, failure: Any = None
    ) -> None:
        """Have it answered; `reply` is None if there is a failure."""
        if reply is None:
            self._answers.put(lambda: self._message.reply(failure=failure))
        else:
            reply.then(self._know)

    def _know(self, said: contracts.ReportAnswer | Exception) -> None:
        self._answers.put(lambda: self._send(said))

    def _send(self, said: contracts.ReportAnswer | Exception) -> None:
        if isinstance(said, Exception):
            failure = (type(said), said, said.__traceback__)
            self._message.reply(failure=failure)
        else:
            self._message.reply(wire.dump(said))


class Server(threaded.RPCServer):  # type: ignore[misc]
    """An RPC server; methods that are `prompt` give contracts.Later.

    They are called in the thread that hears and may wait for nothing. The
    others have threads as in any other server.
    """

    prompt: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._answers = Answers()

    def close(self) -> None:
        """Stop, and send the answers that are known."""
        self.stop()
        self.wait()
        self._answers.close(_STUCK)

    def _on_incoming(self, incoming: Any) -> None:
        [message] = incoming
        if message.message.get('method') in self.prompt:
            self._process_incoming([_Incoming(message, self._answers)])
        else:
            super()._on_incoming(incoming)
