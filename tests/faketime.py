"""Processes whose clock is set, by Debian's package `faketime`."""

import pathlib
from collections.abc import Mapping

HOUR = 3600
DAY = 24 * HOUR
#: By how many seconds clocks are set, and are wrong.
STEPS = (HOUR, -HOUR, 3 * DAY)
# The library's sleep until a moment of the monotonic clock is an error.
_SLEEP = """
import select
import time


def _sleep(seconds):
    select.select((), (), (), seconds)


time.sleep = _sleep
"""


def library() -> pathlib.Path:
    """What is loaded before a process. Raises LookupError."""
    found = sorted(pathlib.Path('/usr/lib').glob('*/faketime/libfaketimeMT*'))
    if not found:
        raise LookupError('install the Debian package faketime')
    return found[-1]


class Clock:
    """The clock of processes that have `environment`, kept in a file.

    Nobody sets their steady and monotonic clocks: no system lets them.
    """

    def __init__(self, file: pathlib.Path) -> None:
        self._file = file
        self._modules = file.with_name(f'{file.name}-modules')
        self._modules.mkdir(exist_ok=True)
        (self._modules / 'sitecustomize.py').write_text(_SLEEP)
        self.set(0)

    @property
    def environment(self) -> Mapping[str, str]:
        """What a process is started with."""
        return {
            'LD_PRELOAD': str(library()),
            'FAKETIME_TIMESTAMP_FILE': str(self._file),
            'FAKETIME_NO_CACHE': '1',
            'FAKETIME_DONT_FAKE_MONOTONIC': '1',
            'PYTHONPATH': str(self._modules),
        }

    def set(self, seconds: int) -> None:
        """From now on it is so far ahead of the true time."""
        # In one step: a file that is read half is no offset.
        new = self._file.with_suffix('.new')
        new.write_text(f'{seconds:+d}')
        new.replace(self._file)


def is_faked(pid: int) -> bool:
    """Whether the clock of a process can be set."""
    maps = pathlib.Path(f'/proc/{pid}/maps')
    return maps.exists() and 'libfaketime' in maps.read_text()
