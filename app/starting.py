"""The console scripts: from their first moment a signal ends a service."""

import os
import signal
import sys

_ENDING = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


def agent() -> int:
    """The console script `trailmark-agent`; the exit code."""
    _prepare_service()
    from trailmark.app import agent_daemon  # late: after the signals

    return agent_daemon.main()


def api() -> int:
    """The console script `trailmark-api`; the exit code."""
    _prepare_service()
    from trailmark.app import api_daemon  # late: after the signals

    return api_daemon.main()


def engine() -> int:
    """The console script `trailmark-engine`; the exit code."""
    _prepare_service()
    from trailmark.app import engine_daemon  # late: after the signals

    return engine_daemon.main()


def command() -> int:
    """The console script `trailmark`; the exit code."""
    if 'serve' in sys.argv[1:]:
        signal.signal(signal.SIGTERM, _leave)
    bar_eventlet()
    from trailmark.app import command as commands  # late: after the signals

    return commands.main()


def bar_eventlet() -> None:
    """Have no library of this process import eventlet.

    oslo.service requires it, and TaskFlow imports it where it is installed.
    A process that imports Trailmark as a library decides for itself.
    """
    sys.modules.setdefault('eventlet', None)  # type: ignore[arg-type]


def _prepare_service() -> None:
    for number in _ENDING:
        signal.signal(number, _leave)
    # Its report can't be made yet.
    signal.signal(signal.SIGUSR2, signal.SIG_IGN)
    bar_eventlet()


def _leave(*_: object) -> None:
    """Nothing is open yet that would have to be closed."""
    os._exit(0)
