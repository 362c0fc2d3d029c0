"""A process that serves until it is told to end."""

import argparse
import contextlib
import importlib.metadata
import logging
import signal
import sys
import threading
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
#: Seconds after which a database that is away is asked again.
_PAUSE = 1.0


class Daemon(threaded.service.ServiceBase):  # type: ignore[misc]
    """A service of oslo.service; `end` is called when all is closed."""

    def __init__(self, begin: Begin, end: Callable[[], None]) -> None:
        self._begin = begin
        self._opened = contextlib.ExitStack()
        self._opened.callback(end)
        self._ended = threading.Event()

    def start(self) -> None:
        """Open everything, in the process that serves.

        A database that is away is waited for, like a broker.
        """
        said = False
        while not self._try_to_open(said):
            said = True
            self._ended.wait(_PAUSE)

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

        In a thread: a server that doesn't answer may hold that up, but not
        the signal that ends the process when its time is over.
        """
        closing = threading.Thread(target=self._opened.close, daemon=True)
        closing.start()
        closing.join()

    def wait(self) -> None:
        """Block: the process ends by a signal."""
        while not self._ended.wait(3600):
            continue

    def reset(self) -> None:
        """Nothing is read anew: start the process again."""


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
    # Only where there are no forks are signals heard by who serves.
    launcher = threaded.service.ProcessLauncher(conf, no_fork=True)
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, _as_sigterm)
    reports.TextGuruMeditation.setup_autorun(_Version())
    launcher.launch_service(made)


def _as_sigterm(*_: object) -> None:
    signal.raise_signal(signal.SIGTERM)
