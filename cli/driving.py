"""A run driven by this process: followed, reported, its exit code."""

import pkgutil
import sys
from collections.abc import Callable, Iterable
from typing import TextIO

from trailmark.cli import connection, following, refusals, report, signals
from trailmark.cli import remote as remotes

#: Named, not imported: drawing on a terminal is slow to import.
_DISPLAYS = {
    True: 'trailmark.cli.terminal:TerminalDisplay',
    False: 'trailmark.cli.plain:PlainDisplay',
}


def display(stream: TextIO) -> following.Display:
    """What suits the stream: live on a terminal, else plain lines."""
    chosen: Callable[[TextIO], following.Display] = pkgutil.resolve_name(
        _DISPLAYS[stream.isatty()]
    )
    return chosen(stream)


def drive(
    link: connection.Connection,
    stream: TextIO,
    begin: Callable[[remotes.Remote], tuple[remotes.Document, Iterable[str]]],
) -> int:
    """Begin a run, follow it, say how it ended; the exit code.

    `begin` asks for the run and gives it with lines to be said after the
    one that names it.
    """
    api = remotes.Remote(link.client)
    with signals.Asker(api) as asker:
        run, lines = begin(api)
        number = run['id']
        asker.begin(number)
        driver = following.Here(link, number)
        _say(stream, [report.headline(run, api.nodes(number)), *lines])
        last = watch(api, number, stream, driver)
        link.wait(number)
    return _ended(api, link, stream, number, last)


def watch(
    api: remotes.Remote,
    run: int,
    stream: TextIO,
    driver: following.Driver,
) -> remotes.Document | None:
    """Show a run's progress until it ends; how it then is."""
    shown = display(stream)
    try:
        return following.follow(api, run, shown, driver)
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
