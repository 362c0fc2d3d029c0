"""Questions that are asked again while there is hope of an answer."""

import time
from collections.abc import Callable
from typing import TypeVar

from trailmark.common import exceptions

_Answer = TypeVar('_Answer')
#: Seconds for which it is asked again, and between two times.
LONGEST, _PAUSE = 30.0, 0.5


def ask(
    question: Callable[[], _Answer],
    seconds: float = LONGEST,
    kind: type[exceptions.ServiceUnavailable] = exceptions.AskAgain,
) -> _Answer:
    """What it answers; an error of this kind lasts at most so long."""
    until = time.monotonic() + seconds
    while True:
        try:
            return question()
        except kind:
            if time.monotonic() > until:
                raise
        time.sleep(_PAUSE)
