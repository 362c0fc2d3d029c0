"""A process that serves until it is told to end."""

import argparse
import contextlib
import importlib.metadata
import logging
import math
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Sequence

from oslo_config import cfg
from oslo_reports import guru_meditation_report as reports

from trailmark.app import configuration, logs
from trailmark.common import exceptions
from trailmark.messaging import threaded

LOG = logging.getLogger(__name__)
#: Makes what serves; raises errors of common.exceptions.
Begin = Callable[[contextlib.ExitStack], None]
_REFUSED, _BROKEN = 2, 4
_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
#: Seconds after which a database that is away is asked again.
_PAUSE = 1.0
#: Seconds for which what is being opened is waited for before it is left.
_OPENING = 5.0
#: Seconds between two looks for signals, and for threads that have ended.
_LOOK, _TICK = 0.5, 0.02


class Daemon(threaded.service.ServiceBase):  # type: ignore[misc]
    """A service of oslo.service; `end` is called when all is closed.

    A thread opens and a thread closes: a signal interrupts neither, and a
    server that doesn't answer holds no signal up.
    """

    def __init__(self, begin: Begin, end: Callable[[], None]) -> None:
        self._begin = begin
        self._opened = contextlib.ExitStack()
        self._opened.callback(end)
        self._opening = threading.Thread(
            target=self._open, name='opening', daemon=True
        )
        self._ended = False
        self._refusal: BaseException | None = None

    def start(self) -> None:
        """Open everything, in the process that serves.

        A database that is away is waited for, like a broker.
        """
        self._opening.start()
        _wait_for(self._opening)
        if self._refusal is not None:
            raise self._refusal

    def _open(self) -> None:
        said = False
        try:
            while not self._ended and not self._try_to_open(said):
                said = True
                time.sleep(_PAUSE)
        except BaseException as error:
            self._refusal = error

    def _try_to_open(self, said: bool) -> bool:
        with contextlib.ExitStack() as opened:
            try:
                self._begin(opened)
            except exceptions.DatabaseUnavailable as error:
                level = logging.DEBUG if said else logging.WARNING
                LOG.log(level, '%s', error)
                return False
            self._opened.callback(opened.pop_all().close)
        return True

    def stop(self, graceful: bool = False) -> None:
        """Close everything, the last first.

        What is being opened is waited for a little; after that it is left
        as if this process had died.
        """
        self._ended = True
        _wait_for(self._opening, _OPENING)
        closing = threading.Thread(target=self._opened.close, daemon=True)
        closing.start()
        _wait_for(closing)

    def wait(self) -> None:
        """Block: the process ends by a signal."""
        # A thread that the signal was delivered to does not wake this one.
        while True:
            time.sleep(_LOOK)

    def reset(self) -> None:
        """Nothing is read anew: start the process again."""


def _wait_for(thread: threading.Thread, seconds: float = math.inf) -> None:
    """No lock is held here that who handles a signal may wait for."""
    until = time.monotonic() + seconds
    while thread.is_alive() and time.monotonic() < until:
        time.sleep(_TICK)


class _Version:
    """What a guru meditation report says of the program."""

    def vendor_string(self) -> str:
        return 'Trailmark'

    def product_string(self) -> str:
        return 'trailmark'

    def version_string_with_package(self) -> str:
        return importlib.metadata.version('trailmark')


def parser(program: str, description: str) -> argparse.ArgumentParser:
    """Options of every daemon."""
    made = argparse.ArgumentParser(
        program, description=description, allow_abbrev=False
    )
    made.add_argument(
        '--config-file',
        action='append',
        default=[],
        metavar='FILE',
        help='file of options; can be repeated, the last one wins',
    )
    version = importlib.metadata.version('trailmark')
    made.add_argument(
        '--version', action='version', version=f'%(prog)s {version}'
    )
    return made


def serve(
    files: Sequence[str], begin: Callable[[cfg.ConfigOpts], Begin]
) -> int:
    """Serve until SIGTERM, SIGINT or SIGHUP; the exit code.

    SIGUSR2 writes a guru meditation report to standard error. What is
    opened is closed within `graceful_shutdown_timeout` seconds.
    """
    try:
        conf = configuration.read_for_service(files)
        _run(conf, Daemon(begin(conf), logs.begin_service(conf)))
    except exceptions.TrailmarkError as error:
        sys.stderr.write(f'{sys.argv[0].rpartition("/")[2]}: {error}\n')
        refused = isinstance(error, exceptions.RefusedInput)
        return _REFUSED if refused else _BROKEN
    return 0


def _run(conf: cfg.ConfigOpts, made: Daemon) -> None:
    # The launcher's handler needs the service: no signal comes between.
    signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
    # Only where there are no forks are signals heard by who serves.
    launcher = threaded.service.ProcessLauncher(conf, no_fork=True)
    launcher.service = made
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, _as_sigterm)
    signal.signal(signal.SIGALRM, _out_of_time)
    reports.TextGuruMeditation.setup_autorun(_Version())
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
    launcher.launch_service(made)


def _as_sigterm(*_: object) -> None:
    signal.raise_signal(signal.SIGTERM)


def _out_of_time(*_: object) -> None:
    """What is not closed in time is left as if this process had died."""
    LOG.warning('Not everything is closed in time: it is left as it is')
    os._exit(0)
