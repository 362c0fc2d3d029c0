"""Attempts that nobody has heard of, and such as are given up."""

import time
from collections.abc import Iterable

from trailmark.common import clock
from trailmark.engine import futures, settings

_MICROSECONDS = 1_000_000


def unheard(
    dispatched: Iterable[futures.Future], options: settings.Settings
) -> list[futures.Future]:
    """What no agent has said that it holds within the accept timeout."""
    limit = clock.now() - int(options.accept_timeout * _MICROSECONDS)
    return [
        future
        for future in dispatched
        if not future.held and future.sent_at < limit
    ]


def given_up(
    dispatched: Iterable[futures.Future],
    options: settings.Settings,
    cancelled_at: float | None,
) -> list[futures.Future]:
    """What is past its deadline, or cancelled and not confirmed in time."""
    if cancelled_at is not None:
        waited = time.monotonic() - cancelled_at
        if waited > options.cancel_timeout:
            return list(dispatched)
    now = clock.now()
    return [
        future
        for future in dispatched
        if (due := future.atom.deadline_at) is not None and due < now
    ]


def deadline(seconds: float) -> int:
    """The moment in so many seconds, in microseconds since the epoch."""
    return clock.now() + int(seconds * _MICROSECONDS)
