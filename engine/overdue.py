"""Attempts that nobody has heard of, and such as are given up."""

import time
from collections.abc import Iterable

from trailmark.common import clock
from trailmark.engine import futures, settings


def unheard(
    dispatched: Iterable[futures.Future], options: settings.Settings
) -> list[futures.Future]:
    """What no agent has said lately that it holds, nor was sent lately.

    An agent that is gone holds nothing: another one answers for it.
    """
    limit = clock.after(-options.accept_timeout)
    return [
        future
        for future in dispatched
        if max(future.sent_at, future.held_at) < limit
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
