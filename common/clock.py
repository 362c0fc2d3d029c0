"""Times: integers of microseconds since the epoch, UTC, everywhere inside."""

import datetime
import time


def now() -> int:
    """Microseconds since the epoch."""
    return time.time_ns() // 1000


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
