"""Ctrl-C and SIGTERM, turned into stop and cancel."""

import queue
import signal
import sys
import threading
import types
from typing import Self

from trailmark.cli import remote
from trailmark.common import exceptions, states

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_WISHES = (states.Asked.STOP, states.Asked.CANCEL)
_SAID = {
    states.Asked.STOP: 'stopping: running tasks may end; Ctrl-C again cancels',
    states.Asked.CANCEL: 'cancelling: running tasks are ended',
}


class Asker:
    """Asks for stop at the first signal and for cancel at the second.

    A thread of its own asks, so that a main thread that is held up by a
    reader delays nothing. A third signal leaves the process.
    """

    def __init__(self, api: remote.Remote) -> None:
        self._api = api
        self._wishes: queue.SimpleQueue[states.Asked | None] = (
            queue.SimpleQueue()
        )
        self._signals = 0
        self._known = threading.Event()
        self._closed = threading.Event()
        self._run: int | None = None
        self._thread = threading.Thread(
            target=self._work, name='asker', daemon=True
        )
        self._before: dict[signal.Signals, signal.Handlers] = {}

    def __enter__(self) -> Self:
        self._thread.start()
        for number in _SIGNALS:
            handler = signal.getsignal(number)
            if handler != signal.SIG_IGN:
                self._before[number] = handler  # type: ignore[assignment]
                signal.signal(number, self._on_signal)
        return self

    def __exit__(self, *error: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._closed.set()
        self._wishes.put(None)
        self._known.set()
        self._thread.join(timeout=1)

    def begin(self, run: int) -> None:
        """The run that signals are about; earlier ones waited for it."""
        self._run = run
        self._known.set()

    def _on_signal(self, number: int, frame: types.FrameType | None) -> None:
        self._signals += 1
        if self._signals > len(_WISHES):
            raise KeyboardInterrupt
        self._wishes.put(_WISHES[self._signals - 1])

    def _work(self) -> None:
        self._known.wait()
        while (wish := self._wishes.get()) is not None:
            if self._run is not None:
                self._ask(self._run, wish)

    def _ask(self, run: int, wish: states.Asked) -> None:
        while not self._closed.is_set():
            try:
                self._api.ask(run, wish)
            except exceptions.RefusedInput:
                return
            except exceptions.TrailmarkError:
                self._closed.wait(1)
            else:
                break
        else:
            return
        sys.stderr.write(f'{_SAID[wish]}\n')
        sys.stderr.flush()
