"""A process that has as many files open as it may have."""

import contextlib
import os
import resource
from collections.abc import Callable, Iterator


@contextlib.contextmanager
def exhausted() -> Iterator[Callable[[], None]]:
    """Nobody opens a file here until what is yielded is called, or the end."""
    old = resource.getrlimit(resource.RLIMIT_NOFILE)

    def release() -> None:
        resource.setrlimit(resource.RLIMIT_NOFILE, old)

    with open(os.devnull, 'rb') as lowest, contextlib.ExitStack() as taken:
        number = lowest.fileno()
        resource.setrlimit(resource.RLIMIT_NOFILE, (number, old[1]))
        with contextlib.suppress(OSError):
            while True:
                taken.callback(os.close, os.dup(number))
        try:
            yield release
        finally:
            release()
