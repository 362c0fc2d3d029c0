"""What a machine is short of for a while, and waiting until it is not."""

import errno
import logging
import select
import time
from collections.abc import Callable
from typing import TypeVar

from trailmark.drivers import base

LOG = logging.getLogger(__name__)
_FIRST_PAUSE = 0.1
_LONGEST_PAUSE = 2.0
#: Too many open files of a process or of the machine, no memory, and no
#: room for one more process.
_PASSING = frozenset((errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EAGAIN))
_Done = TypeVar('_Done')


def is_shortage(error: BaseException) -> bool:
    """Whether the machine, not the task, is why something was not done."""
    return isinstance(error, OSError) and error.errno in _PASSING


def wait_out(
    action: Callable[[], _Done],
    watch: base.Watch,
    deadline: float,
    may_repeat: Callable[[], bool] = lambda: True,
) -> _Done:
    """Do something, and again as long as the machine is short of anything.

    `deadline` is by the monotonic clock. Raises the last OSError when it
    has come, when the job is to end, or when it may not be done again.
    """
    pause = _FIRST_PAUSE
    while True:
        try:
            # It takes a file of its own: have it before anything begins.
            watch.cancelled.fileno()
            return action()
        except OSError as error:
            left = deadline - time.monotonic()
            if not is_shortage(error) or left <= 0 or not may_repeat():
                raise
            LOG.warning('What a task needs is waited for: %s', error.strerror)
            if is_cancelled(watch, min(pause, left)):
                raise
        pause = min(2 * pause, _LONGEST_PAUSE)


def is_cancelled(watch: base.Watch, seconds: float = 0.0) -> bool:
    """Whether the job is asked to end within so many seconds."""
    poller = select.poll()
    try:
        poller.register(watch.cancelled.fileno(), select.POLLIN)
    except OSError:
        time.sleep(seconds)
    else:
        poller.poll(seconds * 1000)
    return watch.cancelled.is_set()
