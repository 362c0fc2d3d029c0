"""Logs: to a file, from a thread of their own, without secrets."""

import contextlib
import logging
import logging.handlers
import pathlib
import queue
from collections.abc import Callable
from typing import Any

from oslo_config import cfg
from oslo_log import log
from oslo_utils import strutils

from trailmark.app import state
from trailmark.common import exceptions, secrets


class _Forwarding(logging.handlers.QueueHandler):
    """Hands masked records to the thread that writes them."""

    def prepare(self, record: logging.LogRecord) -> logging.LogRecord:
        prepared: logging.LogRecord = super().prepare(record)
        prepared.msg = _masked(str(prepared.msg))
        prepared.message = prepared.msg
        return prepared


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
    written = list(root.handlers)
    root.handlers = []
    ends = [_through_queue(root, handlers) for handlers in (written, shown)]
    # What commands show of warnings is theirs: a level of its own.
    root.handlers[-1].setLevel(level)
    return lambda: [end() for end in ends]


def _through_queue(
    root: logging.Logger, written: list[logging.Handler]
) -> Callable[[], None]:
    waiting: queue.SimpleQueue[Any] = queue.SimpleQueue()
    forwarding = _Forwarding(waiting)
    listener = logging.handlers.QueueListener(waiting, *written)
    root.addHandler(forwarding)
    listener.start()

    def end() -> None:
        root.removeHandler(forwarding)
        listener.stop()
        for handler in written:
            with contextlib.suppress(OSError):
                handler.close()

    return end


def _masked(text: str) -> str:
    return secrets.mask_urls(str(strutils.mask_password(text, secrets.MASK)))
