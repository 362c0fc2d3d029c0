"""The two versions of Sahara's API, and what a request of each may say."""

import json
from collections.abc import Callable, Iterable
from typing import Any

from trailmark.api import calls
from trailmark.common import clock, exceptions
from trailmark.db import clusters, records

#: The rule of tracebacks, which tell more than how a task failed.
FULL = 'progress:tracebacks'
#: Where requests of version 2 may name a project.
_PROJECT = 'OpenStack-Project-ID'


def check(call: calls.Call, tenant: str | None, known: Iterable[str]) -> None:
    """Raise UnknownParameters for those that version 2 refuses.

    Version 1.1 passes over what it does not know. Raise ProjectMismatch for
    another project than the token's. Sahara: api v2, and its AuthValidator.
    """
    said = call.request.headers.get(_PROJECT) if tenant is None else tenant
    project = call.caller.project
    if said is not None and project is not None and said != project:
        raise exceptions.ProjectMismatch(project=said[:255])
    unknown = sorted(set(call.request.args) - set(known))
    if tenant is None and unknown:
        raise exceptions.UnknownParameters(names=', '.join(unknown)[:255])


def owner(tenant: str | None, project: str | None) -> dict[str, Any]:
    """Whose a thing is, by the name that the version has for it.

    Where there are no projects, it is the tenant's who asks.
    """
    if tenant is None:
        return {'project_id': project or ''}
    return {'tenant_id': project or tenant}


def cluster(call: calls.Call, number: str) -> records.Cluster:
    """The cluster with this id. Raises NotFound."""
    return clusters.get(call.db, calls.identifier('cluster', number))


def shared(
    call: calls.Call, tenant: str | None, make: Callable[[], Any]
) -> calls.Answer:
    """The answer that many poll, as one JSON for all who may see as much."""
    url, caller = call.request.full_path, call.caller
    key = (url, tenant, caller.project, caller.sees_all, call.may(FULL))
    return calls.Answer(
        call.context.shared.get(
            key, lambda: json.dumps(make(), ensure_ascii=False)
        )
    )


def text(moment: int | None) -> str | None:
    """A moment as seed 001 writes it: `2013-10-09 12:37:19.295701`."""
    said = clock.iso(moment)
    return said and said.replace('T', ' ')
