"""Logs: to a file, from a thread of their own, without secrets."""

import contextlib
import copy
import logging
import logging.handlers
import pathlib
import queue
from collections.abc import Callable
from typing import Any

from oslo_config import cfg
from oslo_log import log

from trailmark.app import state
from trailmark.common import exceptions, secrets

#: Libraries that tell of every request or statement.
_TALKATIVE = ('httpx', 'httpcore', 'alembic')
#: Loggers whose warnings are no news: what they tell of is told elsewhere.
_REPEATING = (
    'amqp',
    'oslo_service.backend._threading.service',
    'taskflow.engines.action_engine.engine',
)


class _Forwarding(logging.handlers.QueueHandler):
    """Hands masked records to the thread that writes them."""

    def prepare(self, record: logging.LogRecord) -> logging.LogRecord:
        prepared: logging.LogRecord = super().prepare(record)
        prepared.msg = _masked(str(prepared.msg))
        prepared.message = prepared.msg
        return prepared


class _Brief(_Forwarding):
    """The same without traces: those are in the file."""

    def prepare(self, record: logging.LogRecord) -> logging.LogRecord:
        brief = copy.copy(record)
        brief.exc_info = brief.exc_text = brief.stack_info = None
        return super().prepare(brief)


def begin(conf: cfg.ConfigOpts, directory: pathlib.Path) -> Callable[[], None]:
    """Log to `log/trailmark.log` below a folder, or where `conf` says.

    Returns what ends it. A full disk or a paused terminal holds nobody up.
    Raises StateUnusable.
    """
    if not (conf.log_file or conf.log_dir or conf.use_syslog):
        state.make(directory / 'log')
        file = directory / 'log' / 'trailmark.log'
        conf.set_override('log_file', str(file))
    conf.set_override('use_stderr', False)
    logging.raiseExceptions = False
    root = logging.getLogger()
    shown, level = list(root.handlers), root.level
    try:
        log.setup(conf, 'trailmark')
    except (log.LogConfigError, OSError) as error:
        raise exceptions.StateUnusable(path=directory, reason=error) from error
    _hush()
    written = list(root.handlers)
    root.handlers = []
    ends = [
        _through_queue(root, _Forwarding, written),
        _through_queue(root, _Brief, shown),
    ]
    # What commands show of warnings is theirs: a level of its own.
    root.handlers[-1].setLevel(level)

    def end() -> None:
        for each in ends:
            each()
        root.handlers = shown
        for handler in written:
            with contextlib.suppress(OSError):
                handler.close()

    return end


def begin_service(conf: cfg.ConfigOpts) -> Callable[[], None]:
    """Log to standard error, or where `conf` says. Raises StateUnusable.

    Returns what ends it, having written all.
    """
    to_stderr = not (conf.log_file or conf.log_dir or conf.use_syslog)
    conf.set_default('use_stderr', to_stderr)
    root = logging.getLogger()
    root.handlers = []
    try:
        log.setup(conf, 'trailmark')
    except (log.LogConfigError, OSError) as error:
        raise exceptions.StateUnusable(
            path=conf.log_file or conf.log_dir, reason=error
        ) from error
    _hush()
    written = list(root.handlers)
    root.handlers = []
    return _through_queue(root, _Forwarding, written)


def _hush() -> None:
    for names, level in (
        (_TALKATIVE, logging.WARNING),
        (_REPEATING, logging.CRITICAL),
    ):
        for name in names:
            logging.getLogger(name).setLevel(level)


def _through_queue(
    root: logging.Logger,
    forward: type[_Forwarding],
    written: list[logging.Handler],
) -> Callable[[], None]:
    waiting: queue.SimpleQueue[Any] = queue.SimpleQueue()
    forwarding = forward(waiting)
    listener = logging.handlers.QueueListener(waiting, *written)
    root.addHandler(forwarding)
    listener.start()

    def end() -> None:
        root.removeHandler(forwarding)
        listener.stop()

    return end


def _masked(text: str) -> str:
    from oslo_utils import strutils  # late: 0.04 s

    masked = strutils.mask_password(text, secrets.MASK)
    return secrets.mask_urls(str(masked))
