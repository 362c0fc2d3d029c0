"""The two versions of Sahara's API, and what a request of each may say."""

import json
from collections.abc import Callable, Iterable
from typing import Any

from trailmark.api import calls
from trailmark.common import clock, exceptions
from trailmark.db import clusters, records

#: The rule of tracebacks, which tell more than how a task failed.
FULL = 'progress:tracebacks'


def check(call: calls.Call, tenant: str | None, known: Iterable[str]) -> None:
    """Raise UnknownParameters for those that version 2 refuses.

    Version 1.1 passes over what it does not know. Sahara: api v2.
    """
    unknown = sorted(set(call.request.args) - set(known))
    if tenant is None and unknown:
        raise exceptions.UnknownParameters(names=', '.join(unknown)[:255])


def owner(tenant: str | None) -> dict[str, Any]:
    """Whose a thing is, by the name that the version has for it."""
    return {'project_id': ''} if tenant is None else {'tenant_id': tenant}


def cluster(call: calls.Call, number: str) -> records.Cluster:
    """The cluster with this id. Raises NotFound."""
    if not number.isdecimal() or len(number) > 18:
        raise exceptions.NotFound(kind='cluster', name=number[:255])
    return clusters.get(call.db, int(number))


def shared(
    call: calls.Call, tenant: str | None, make: Callable[[], Any]
) -> calls.Answer:
    """The answer that many poll, as one JSON for all who may see as much."""
    url = call.request.full_path
    key = (url, tenant, call.may(FULL))
    return calls.Answer(
        call.context.shared.get(
            key, lambda: json.dumps(make(), ensure_ascii=False)
        )
    )


def text(moment: int | None) -> str | None:
    """A moment as seed 001 writes it: `2013-10-09 12:37:19.295701`."""
    said = clock.iso(moment)
    return said and said.replace('T', ' ')
