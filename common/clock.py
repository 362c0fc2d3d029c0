"""Times: integers of microseconds since the epoch, UTC, everywhere inside."""

import datetime
import re
import time
import uuid


def now() -> int:
    """Microseconds since the epoch."""
    return time.time_ns() // 1000


#: Names the steady clock of this process to other processes.
STEADY = uuid.uuid4().hex[:16]
# Unlike the monotonic clock it counts while a machine sleeps.
_STEADY = getattr(time, 'CLOCK_BOOTTIME', time.CLOCK_MONOTONIC)


def steady() -> float:
    """Seconds of a clock that nobody sets; its zero means nothing."""
    return time.clock_gettime(_STEADY)


def steady_micros() -> int:
    """The same in microseconds."""
    return time.clock_gettime_ns(_STEADY) // 1000


class Running:
    """Another clock that was read once and runs on steadily from there.

    Whoever sets a clock of this machine does not set this one.
    """

    def __init__(self, moment: int) -> None:
        self._ahead = moment - steady_micros()

    def now(self) -> int:
        """Microseconds since the epoch, as that clock has them."""
        return time.clock_gettime_ns(_STEADY) // 1000 + self._ahead


def after(seconds: float) -> int:
    """The moment in so many seconds."""
    return now() + int(seconds * 1_000_000)


def until(moment: int) -> float:
    """Seconds until a moment; 0 if it has passed."""
    return max(0.0, (moment - now()) / 1_000_000)


def iso(moment: int | None) -> str | None:
    """ISO 8601 text of a moment in microseconds, UTC; None stays None."""
    if moment is None:
        return None
    zone = datetime.UTC
    seconds, micros = divmod(moment, 1_000_000)
    at = datetime.datetime.fromtimestamp(seconds, zone)
    return at.replace(microsecond=micros, tzinfo=None).isoformat(
        timespec='microseconds'
    )


def epoch_seconds(moment: int | None) -> int | None:
    """Whole seconds since the epoch, as seed 000 shows times."""
    return None if moment is None else moment // 1_000_000


def parse(text: str, zone: datetime.tzinfo | None = None) -> int:
    """The moment that a person writes: ISO 8601, or `7d` for so long ago.

    Units are s, m, h, d and w. `zone` is of times that name none; None is
    the local one. Raises ValueError.
    """
    if ago := _AGO.fullmatch(text):
        return after(-int(ago[1]) * _SECONDS[ago[2]])
    try:
        at = datetime.datetime.fromisoformat(text)
        at = at if at.tzinfo or zone is None else at.replace(tzinfo=zone)
        return int(at.timestamp() * 1_000_000)
    except (ValueError, OverflowError):
        raise ValueError(
            f'{text!r} is no time: write 2024-05-31, 2024-05-31T18:00 '
            'or how long ago, such as 90m, 12h or 30d'
        ) from None


_SECONDS = {'s': 1, 'm': 60, 'h': 3600, 'd': 86400, 'w': 604800}
_AGO = re.compile('([0-9]{1,6})([smhdw])')
