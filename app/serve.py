"""The command that serves everything on one machine."""

import argparse
import contextlib
import queue
import signal
import types

from trailmark.app import listening
from trailmark.cli import command

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
#: Seconds between two looks for signals.
_LOOK = 0.5


class Serve(command.Command):
    """Serve the API and its web page, an engine and an agent until Ctrl-C.

    It drives the runs that are asked for through it, and takes over those
    that nobody drives any more. Other commands may work beside it. SIGTERM
    ends it too. What runs when it ends goes on when it is started again.
    """

    def get_parser(self, prog_name: str) -> argparse.ArgumentParser:
        """Where it listens."""
        parser = super().get_parser(prog_name)
        listening.add_options(parser)
        return parser

    def take_action(self, parsed_args: argparse.Namespace) -> int:
        """Serve; returns when a signal has ended it."""
        self.refuse_endpoint()
        from trailmark.app import serving  # late: 1.5 s

        told = _Signals()
        files = self.app.options.config_files
        with serving.Serving(files, parsed_args) as served:
            self.app.stdout.write(f'{served.url} is served\n')
            self.app.stdout.flush()
            told.wait()
            self.app.stderr.write(
                'ending: what runs may end; Ctrl-C again leaves at once\n'
            )
        return 0


class _Signals:
    """Waits for a signal; the next one does what it did before."""

    def __init__(self) -> None:
        # Its put may interrupt its get, in the same thread.
        self._heard: queue.SimpleQueue[int] = queue.SimpleQueue()
        self._before = {
            number: signal.signal(number, self._hear) for number in _SIGNALS
        }

    def _hear(self, number: int, frame: types.FrameType | None) -> None:
        for each, handler in self._before.items():
            signal.signal(each, handler)
        self._heard.put(number)

    def wait(self) -> None:
        """Until a signal has come, since this was made."""
        # A thread that the signal was delivered to does not wake this one.
        while True:
            with contextlib.suppress(queue.Empty):
                self._heard.get(timeout=_LOOK)
                return
