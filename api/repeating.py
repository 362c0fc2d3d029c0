"""Views that are tried again where they lost a connection to the database."""

import time
from collections.abc import Callable, Mapping
from typing import Any

from trailmark.api import calls
from trailmark.common import exceptions
from trailmark.db import connection

#: Methods that do no more when they are done twice.
_IDEMPOTENT = ('GET', 'HEAD', 'PUT')
#: Seconds before each further try.
_PAUSES = (0.05, 0.5)
#: Seconds after which who asked may ask again.
AGAIN = 1


def answer(
    view: Callable[..., calls.Answer],
    call: calls.Call,
    said: Mapping[str, Any],
) -> calls.Answer:
    """What a view answers, tried again as long as it is safe.

    It is where a second time does no more than the first, or where nothing
    can have been committed. Raises what the view raises.
    """
    repeats = call.request.method in _IDEMPOTENT
    for pause in _PAUSES:
        with connection.work() as work:
            try:
                return view(call, **said)
            except exceptions.DatabaseConnectionLost:
                if work.commits and not repeats:
                    raise
        time.sleep(pause)
    return view(call, **said)
