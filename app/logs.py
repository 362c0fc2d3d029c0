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
    try:
        log.setup(conf, 'trailmark')
    except (log.LogConfigError, OSError) as error:
        raise exceptions.StateUnusable(path=directory, reason=error) from error
    return _through_queue(logging.getLogger())


def _through_queue(root: logging.Logger) -> Callable[[], None]:
    written = list(root.handlers)
    waiting: queue.SimpleQueue[Any] = queue.SimpleQueue()
    forwarding = _Forwarding(waiting)
    listener = logging.handlers.QueueListener(waiting, *written)
    root.handlers = [forwarding]
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
