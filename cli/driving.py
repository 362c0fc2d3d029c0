"""A run driven by this process: followed, reported, its exit code."""

import dataclasses
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import TextIO

from trailmark.cli import (
    connection,
    following,
    patience,
    plain,
    refusals,
    report,
    signals,
)
from trailmark.cli import remote as remotes
from trailmark.common import exceptions


@dataclasses.dataclass(frozen=True, slots=True)
class Begun:
    """A run that was asked for.

    `lines` are said after the one that names it; `after` is the number of
    the last transition that is not news.
    """

    run: remotes.Document
    lines: Sequence[str] = ()
    after: int = 0


def display(stream: TextIO) -> following.Display:
    """What suits the stream: live on a terminal, else plain lines."""
    if not stream.isatty():
        return plain.PlainDisplay(stream)
    from trailmark.cli import terminal  # late: 0.03 s, rich

    return terminal.TerminalDisplay(stream)


def drive(
    link: connection.Connection,
    stream: TextIO,
    begin: Callable[[remotes.Remote], Begun],
    detach: bool = False,
) -> int:
    """Begin a run, follow it, say how it ended; the exit code.

    Raises NotDetachable where this process would drive it.
    """
    if detach and not link.hands_over:
        raise exceptions.NotDetachable()
    if link.hands_over and (detach or not link.stops):
        return _hand_over(link, stream, begin, detach)
    api = remotes.Remote(link.client)
    with signals.Asker(api) as asker:
        begun = begin(api)
        number = begun.run['id']
        asker.begin(number)
        # Before anything that may take long: it sees the run from there.
        driver = _driver(link, number)
        _say_begun(link, stream, begun)
        last = watch(link, number, stream, driver, begun.after)
        link.wait(number)
    return _ended(link, stream, number, last)


def _driver(link: connection.Connection, run: int) -> following.Driver:
    if link.hands_over:
        return following.Services()
    return following.Here(link, run)


def _hand_over(
    link: connection.Connection,
    stream: TextIO,
    begin: Callable[[remotes.Remote], Begun],
    detach: bool,
) -> int:
    """The same for a run that goes on whatever becomes of this process."""
    begun = begin(remotes.Remote(link.client))
    number = begun.run['id']
    _say_begun(link, stream, begun)
    if detach:
        _say(stream, [report.detached(number)])
        return refusals.READY
    try:
        last = watch(link, number, stream, following.Services(), begun.after)
    except KeyboardInterrupt:
        _say(stream, ['', report.detached(number)])
        return refusals.DETACHED
    return _ended(link, stream, number, last)


def _say_begun(
    link: connection.Connection, stream: TextIO, begun: Begun
) -> None:
    api = remotes.Remote(link.client)
    nodes = _patiently(lambda: api.nodes(begun.run['id']))
    first = report.headline(begun.run, nodes, here=not link.hands_over)
    _say(stream, [first, *begun.lines])
    if not link.hands_over:
        return
    if not any(map(_is_engine, _patiently(api.services))):
        sys.stderr.write(
            'warning: no engine is alive: the run waits for one, start '
            '`trailmark-engine`\n'
        )


def _patiently(
    question: Callable[[], list[remotes.Document]],
) -> list[remotes.Document]:
    """What it answers; nothing where nobody answers for long.

    The run is begun: who follows it waits for longer.
    """
    try:
        return patience.ask(question, kind=exceptions.ServiceUnavailable)
    except exceptions.ServiceUnavailable:
        return []


def _is_engine(service: remotes.Document) -> bool:
    return (service['kind'], service['state']) == ('engine', 'alive')


def warn(answer: remotes.Document) -> None:
    """Tell the warnings of an answer."""
    for warning in answer['warnings']:
        sys.stderr.write(f'warning: {warning}\n')


def watch(
    link: connection.Connection,
    run: int,
    stream: TextIO,
    driver: following.Driver,
    after: int = 0,
    output: bool = False,
) -> remotes.Document | None:
    """Show a run's progress until it ends; how it then is."""
    shown = display(stream)
    try:
        return following.follow(link, run, shown, driver, after, output)
    finally:
        shown.close()


def _ended(
    link: connection.Connection,
    stream: TextIO,
    number: int,
    last: remotes.Document | None,
) -> int:
    failure = link.failure(number)
    if failure is None and last is not None and following.has_ended(last):
        return finish(remotes.Remote(link.client), stream, last)
    reason = failure or 'its state can not be read'
    if failure is None and last is not None:
        reason = 'another process took it over'
    return stuck(number, str(reason))


def finish(api: remotes.Remote, stream: TextIO, run: remotes.Document) -> int:
    """Say how a run ended; the exit code."""
    code = refusals.exit_code_of_run(run['status'])
    _say(stream, report.ending(api, run))
    if code != refusals.READY and run['resumable']:
        _say(stream, [f'Go on with: {report.resuming(run["id"])}'])
    return code


def stuck(run: int, reason: str) -> int:
    """Say that a run did not end but may be resumed; the exit code."""
    sys.stderr.write(
        f'trailmark: run {run} could not go on: {reason}\n'
        f'Nothing is lost. Go on with: {report.resuming(run)}\n'
    )
    return refusals.BROKEN


def _say(stream: TextIO, lines: Iterable[str]) -> None:
    for line in lines:
        stream.write(f'{line}\n')
    stream.flush()
