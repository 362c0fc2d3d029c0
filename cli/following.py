"""A run, followed until it ends."""

import dataclasses
import math
import threading
import time
from collections.abc import Sequence
from typing import Protocol

from trailmark.cli import connection, printed, remote
from trailmark.common import exceptions, states

_FIRST_PAUSE = 0.2
_LONGEST_PAUSE = 1.0
#: Executions up to which every transition is asked for and shown.
READABLE = 200


@dataclasses.dataclass(frozen=True, slots=True)
class Progress:
    """What is new of a run since the last time.

    `transitions` are those of a run of at most READABLE executions; of a
    larger one `errors` are the rows of its history that came to error.
    """

    run: remote.Document
    transitions: Sequence[remote.Document] = ()
    errors: Sequence[remote.Document] = ()
    nodes: Sequence[remote.Document] = ()
    #: Running executions and what they printed, in whole lines.
    printed: Sequence[tuple[remote.Document, Sequence[str]]] = ()


class Display(Protocol):
    """Where the progress of a run is shown."""

    #: Whether it shows the counts of each node.
    wants_nodes: bool

    def update(self, progress: Progress) -> None:
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
    if api.run(run)['counts'].get('total', 0) > READABLE:
        return 0
    return max((move['id'] for move in api.transitions(run)), default=0)


def has_ended(run: remote.Document) -> bool:
    """Whether a run is in a state that it stays in."""
    return states.RunState(run['status']) not in states.ACTIVE_RUN_STATES


def follow(
    api: remote.Remote,
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
    poll = _Poll(api, run, display.wants_nodes, after, output)
    pause, seen_at = _FIRST_PAUSE, time.monotonic()
    while True:
        done = driver.is_done()
        try:
            progress = poll.next()
        except exceptions.ServiceUnavailable:
            if done or time.monotonic() - seen_at > driver.patience:
                return None
        else:
            seen_at = time.monotonic()
            display.update(progress)
            if done or driver.has_left(progress.run):
                return progress.run
        driver.pause(pause)
        pause = min(pause * 1.3, _LONGEST_PAUSE)


class _Poll:
    """Asks what is new, again and again."""

    def __init__(
        self,
        api: remote.Remote,
        run: int,
        nodes: bool,
        after: int,
        output: bool,
    ) -> None:
        self._api = api
        self._run = run
        self._nodes = nodes
        self._after = after
        self._errors: set[int] = set()
        self._printed = printed.Printed() if output else None

    def next(self) -> Progress:
        run = self._api.run(self._run)
        few = run['counts'].get('total', 0) <= READABLE
        return Progress(
            run=run,
            transitions=self._new_transitions() if few else (),
            errors=() if few else self._new_errors(run),
            nodes=self._api.nodes(self._run) if self._nodes else (),
            printed=self._new_lines(run) if few else (),
        )

    def _new_transitions(self) -> list[remote.Document]:
        found = list(self._api.transitions(self._run, self._after))
        if found:
            self._after = found[-1]['id']
        return found

    def _new_lines(
        self, run: remote.Document
    ) -> list[tuple[remote.Document, Sequence[str]]]:
        if self._printed is None or not run['counts'].get('running'):
            return []
        return self._printed.news(self._api.outputs(self._run))

    def _new_errors(self, run: remote.Document) -> list[remote.Document]:
        if run['counts'].get('error', 0) <= len(self._errors):
            return []
        rows = self._api.history(
            run=self._run, statuses=states.ExecutionState.ERROR.value
        )
        found = [row for row in rows if row['id'] not in self._errors]
        self._errors.update(row['id'] for row in found)
        return found
