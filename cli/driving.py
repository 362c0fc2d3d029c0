"""A run driven by this process: followed, reported, its exit code."""

import dataclasses
import pkgutil
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import TextIO

from trailmark.cli import connection, following, refusals, report, signals
from trailmark.cli import remote as remotes
from trailmark.common import exceptions

#: Named, not imported: drawing on a terminal is slow to import.
_DISPLAYS = {
    True: 'trailmark.cli.terminal:TerminalDisplay',
    False: 'trailmark.cli.plain:PlainDisplay',
}


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
    chosen: Callable[[TextIO], following.Display] = pkgutil.resolve_name(
        _DISPLAYS[stream.isatty()]
    )
    return chosen(stream)


def drive(
    link: connection.Connection,
    stream: TextIO,
    begin: Callable[[remotes.Remote], Begun],
    detach: bool = False,
) -> int:
    """Begin a run, follow it, say how it ended; the exit code.

    Raises NotDetachable where this process would drive it.
    """
    api = remotes.Remote(link.client)
    if link.hands_over:
        return _hand_over(api, stream, begin, detach)
    if detach:
        raise exceptions.NotDetachable()
    with signals.Asker(api) as asker:
        begun = begin(api)
        number = begun.run['id']
        asker.begin(number)
        driver = following.Here(link, number)
        first = report.headline(begun.run, api.nodes(number), here=True)
        _say(stream, [first, *begun.lines])
        last = watch(api, number, stream, driver, begun.after)
        link.wait(number)
    return _ended(api, link, stream, number, last)


def _hand_over(
    api: remotes.Remote,
    stream: TextIO,
    begin: Callable[[remotes.Remote], Begun],
    detach: bool,
) -> int:
    """The same for a run that engines drive; Ctrl-C ends the watching."""
    begun = begin(api)
    number = begun.run['id']
    first = report.headline(begun.run, api.nodes(number), here=False)
    _say(stream, [first, *begun.lines])
    if not any(_is_engine(each) for each in api.services()):
        sys.stderr.write(
            'warning: no engine is alive: the run waits for one, start '
            '`trailmark-engine`\n'
        )
    if detach:
        _say(stream, [report.detached(number)])
        return refusals.READY
    try:
        last = watch(api, number, stream, following.Services(), begun.after)
    except KeyboardInterrupt:
        _say(stream, ['', report.detached(number)])
        return refusals.DETACHED
    if last is None:
        return stuck(number, 'its state can not be read')
    return finish(api, stream, last)


def _is_engine(service: remotes.Document) -> bool:
    return (service['kind'], service['state']) == ('engine', 'alive')


def warn(answer: remotes.Document) -> None:
    """Tell the warnings of an answer."""
    for warning in answer['warnings']:
        sys.stderr.write(f'warning: {warning}\n')


def watch(
    api: remotes.Remote,
    run: int,
    stream: TextIO,
    driver: following.Driver,
    after: int = 0,
    output: bool = False,
) -> remotes.Document | None:
    """Show a run's progress until it ends; how it then is."""
    shown = display(stream)
    try:
        return following.follow(api, run, shown, driver, after, output)
    finally:
        shown.close()


def _ended(
    api: remotes.Remote,
    link: connection.Connection,
    stream: TextIO,
    number: int,
    last: remotes.Document | None,
) -> int:
    failure = link.failure(number)
    if failure is None and last is not None and following.has_ended(last):
        return finish(api, stream, last)
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
