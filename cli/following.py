"""A run, followed until it ends."""

import contextlib
import math
import threading
import time
from typing import Protocol

from trailmark.cli import asking, connection, remote
from trailmark.common import exceptions, states

_FIRST_PAUSE = 0.2
_LONGEST_PAUSE = 1.0


class Display(Protocol):
    """Where the progress of a run is shown."""

    #: Whether it shows the counts of each node.
    wants_nodes: bool

    def update(self, progress: asking.Progress) -> None:
        """Show what is new."""

    def close(self) -> None:
        """Show nothing more."""


class Driver(Protocol):
    """Who drives the run that is followed."""

    #: Seconds for which a database that can't be read is asked again.
    patience: float

    def is_done(self) -> bool:
        """Whether nothing more can come, whatever the run's state."""

    def has_left(self, run: remote.Document) -> bool:
        """Whether nobody drives the run, by what its row tells."""

    def pause(self, seconds: float) -> None:
        """Wait for something new, at most so long."""


class Here:
    """A run that is driven by this process."""

    patience = math.inf

    def __init__(self, link: connection.Connection, run: int) -> None:
        self._link = link
        self._run = run
        self._done = threading.Event()
        threading.Thread(target=self._wait, name='waiter', daemon=True).start()

    def _wait(self) -> None:
        self._link.wait(self._run)
        self._done.set()

    def is_done(self) -> bool:
        """Whether this process has let go of the run."""
        return self._done.is_set()

    def has_left(self, run: remote.Document) -> bool:
        """Whether the run has ended."""
        return has_ended(run)

    def pause(self, seconds: float) -> None:
        """Wait until the run has ended, at most so long."""
        self._done.wait(seconds)


class Elsewhere:
    """A run that any process may drive."""

    patience = 30.0

    def is_done(self) -> bool:
        """Never: only its rows tell."""
        return False

    def has_left(self, run: remote.Document) -> bool:
        """Whether the run has ended, or the process that drove it died."""
        return has_ended(run) or bool(run['resumable'])

    def pause(self, seconds: float) -> None:
        """Wait so long."""
        time.sleep(seconds)


class Services:
    """A run that engines drive: when one dies, another one takes it."""

    patience = 60.0

    def is_done(self) -> bool:
        """Never: only its rows tell."""
        return False

    def has_left(self, run: remote.Document) -> bool:
        """Whether the run has ended."""
        return has_ended(run)

    def pause(self, seconds: float) -> None:
        """Wait so long."""
        time.sleep(seconds)


def watcher(link: connection.Connection) -> Driver:
    """The driver of a run that this process only watches."""
    return Services() if link.hands_over else Elsewhere()


def last_transition(api: remote.Remote, run: int) -> int:
    """The number of a run's last transition; 0 where none would be shown."""
    if api.run(run)['counts'].get('total', 0) > asking.READABLE:
        return 0
    return max((move['id'] for move in api.transitions(run)), default=0)


def has_ended(run: remote.Document) -> bool:
    """Whether a run is in a state that it stays in."""
    return states.RunState(run['status']) not in states.ACTIVE_RUN_STATES


def follow(
    link: connection.Connection,
    run: int,
    display: Display,
    driver: Driver,
    after: int = 0,
    output: bool = False,
) -> remote.Document | None:
    """Show a run until it ends or nobody drives it; how it then is.

    None when it can't be read and its driver is done or out of patience.
    `after` is the number of the last transition that is not news; `output`
    asks for what tasks print.
    """
    asked = asking.Asking(link, run, display.wants_nodes, after, output)
    with contextlib.closing(asked):
        return _follow(asked, display, driver)


def _follow(
    asked: asking.Asking, display: Display, driver: Driver
) -> remote.Document | None:
    pause, seen_at = _FIRST_PAUSE, time.monotonic()
    while True:
        done = driver.is_done()
        try:
            progress = asked.next()
        except exceptions.ServiceUnavailable:
            if done or time.monotonic() - seen_at > driver.patience:
                return None
        else:
            seen_at = time.monotonic()
            display.update(progress)
            if done or driver.has_left(progress.run):
                return progress.run
        if not asked.waits:
            driver.pause(pause)
            pause = min(pause * 1.3, _LONGEST_PAUSE)
