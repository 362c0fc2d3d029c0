"""The console scripts: from their first moment a signal ends a service."""

import importlib
import os
import signal
import sys

_ENDING = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


def agent() -> int:
    """The console script `trailmark-agent`; the exit code."""
    return _serve('agent_daemon')


def api() -> int:
    """The console script `trailmark-api`; the exit code."""
    return _serve('api_daemon')


def engine() -> int:
    """The console script `trailmark-engine`; the exit code."""
    return _serve('engine_daemon')


def command() -> int:
    """The console script `trailmark`; the exit code."""
    if 'serve' in sys.argv[1:]:
        signal.signal(signal.SIGTERM, _leave)
    return _main('command')


def _serve(module: str) -> int:
    for number in _ENDING:
        signal.signal(number, _leave)
    # Its report can't be made yet.
    signal.signal(signal.SIGUSR2, signal.SIG_IGN)
    return _main(module)


def _main(module: str) -> int:
    # By name: what takes long to import comes after the signals.
    main = importlib.import_module(f'trailmark.app.{module}').main
    code: int = main()
    return code


def _leave(*_: object) -> None:
    """Nothing is open yet that would have to be closed."""
    os._exit(0)
