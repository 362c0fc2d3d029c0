"""What is new of a run: told by the API, or asked for again and again."""

import dataclasses
from collections.abc import Iterable, Sequence

from trailmark.cli import connection, printed, remote
from trailmark.common import states

#: Executions up to which every transition is asked for and shown.
READABLE = 200
#: Seconds between two looks at what tasks print, where events are told.
_LOOK = 1.0


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


class Asking:
    """Tells what is new: by events of a run that is READABLE, where there
    are any, else by asking.

    `nodes` and `output` are whether counts of nodes and what tasks print are
    wanted; `after` is the last transition that is not news.
    """

    def __init__(
        self,
        link: connection.Connection,
        run: int,
        nodes: bool,
        after: int,
        output: bool,
    ) -> None:
        self._link = link
        self._api = remote.Remote(link.client)
        self._number = run
        self._nodes = nodes
        self._after = after
        self._errors: set[int] = set()
        self._printed = printed.Printed() if output else None
        self._events: connection.Events | None = None
        self._run: remote.Document | None = None
        self._moves: list[remote.Document] = []

    @property
    def waits(self) -> bool:
        """Whether `next` itself waits for something new."""
        return self._events is not None

    def close(self) -> None:
        """Ask nothing more."""
        if self._events is not None:
            self._events.close()

    def next(self) -> Progress:
        """What is new. Raises ServiceUnavailable, EndpointUnreachable."""
        if self._events is not None and self._events.is_deaf:
            self._events.close()
            self._events = None
        if self._events is not None and self._run is not None:
            return self._told(self._events, self._run)
        first, self._run = self._run is None, self._api.run(self._number)
        if first and _is_few(self._run) and _is_active(self._run):
            self._events = self._link.events(self._number, self._after)
        if self._events is not None:
            return self._told(self._events, self._run)
        return self._asked(self._run)

    def _told(
        self, events: connection.Events, run: remote.Document
    ) -> Progress:
        news = events.news(_LOOK)
        self._add(each.data for each in news if each.kind == 'transition')
        for each in news:
            if each.kind == 'run':
                self._run = run = each.data
        return self._progress(run, ())

    def _asked(self, run: remote.Document) -> Progress:
        if _is_few(run):
            self._add(self._api.transitions(self._number, self._after))
            return self._progress(run, ())
        return self._progress(run, self._new_errors(run))

    def _add(self, moves: Iterable[remote.Document]) -> None:
        for each in moves:
            self._moves.append(each)
            self._after = each['id']

    def _progress(
        self,
        run: remote.Document,
        errors: Sequence[remote.Document],
    ) -> Progress:
        nodes = self._api.nodes(self._number) if self._nodes else ()
        lines = self._new_lines(run) if _is_few(run) else ()
        # Not before: what is asked for may not be answered.
        moves, self._moves = self._moves, []
        return Progress(run, moves, errors, nodes, lines)

    def _new_lines(
        self, run: remote.Document
    ) -> list[tuple[remote.Document, Sequence[str]]]:
        if self._printed is None or not run['counts'].get('running'):
            return []
        return self._printed.news(self._api.outputs(self._number))

    def _new_errors(self, run: remote.Document) -> list[remote.Document]:
        if run['counts'].get('error', 0) <= len(self._errors):
            return []
        rows = self._api.history(
            run=self._number, statuses=states.ExecutionState.ERROR.value
        )
        found = [row for row in rows if row['id'] not in self._errors]
        self._errors.update(row['id'] for row in found)
        return found


def _is_few(run: remote.Document) -> bool:
    few: bool = run['counts'].get('total', 0) <= READABLE
    return few


def _is_active(run: remote.Document) -> bool:
    return states.RunState(run['status']) in states.ACTIVE_RUN_STATES
