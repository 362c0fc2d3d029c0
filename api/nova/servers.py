"""Servers: the nodes of clusters, as instances."""

import itertools
import re
from collections.abc import Iterator
from typing import Any

from trailmark.api import calls
from trailmark.api.nova import faults, microversions, parameters, versions
from trailmark.api.openapi import queries
from trailmark.db import instance_records
from trailmark.db import servers as db_servers

#: What in a name is a regular expression; a dot may well be a dot.
_EXPRESSION = re.compile(r'[*+?|()\[\]{}^$]')


def index(call: calls.Call) -> calls.Answer:
    """Servers by id: their names and links."""
    return _list(call, detailed=False)


def detail(call: calls.Call) -> calls.Answer:
    """The same with all that is known of each."""
    return _list(call, detailed=True)


def show(call: calls.Call, server: str) -> calls.Answer:
    """One server; also one that is deleted, if it has a history."""
    microversions.of(call.request)
    return calls.Answer({'server': shape(call, found(call, server))})


def found(call: calls.Call, server: str) -> instance_records.Server:
    """The server with this id. Raises NotFound, InvalidInput."""
    return db_servers.get(call.db, calls.identifier('server', server))


def status(server: instance_records.Server) -> str:
    """Nova's word for how a server is."""
    if server.deleted:
        return 'DELETED'
    if server.failure is not None:
        return 'ERROR'
    return 'ACTIVE' if server.built else 'BUILD'


def shape(call: calls.Call, server: instance_records.Server) -> dict[str, Any]:
    """A server as JSON data."""
    roles = ','.join(server.roles)
    shown = {
        **_brief(call, server),
        'tenant_id': server.project,
        'status': status(server),
        'flavor': _flavor(roles, microversions.of(call.request)),
        'image': '',
        'addresses': {},
        'OS-EXT-STS:task_state': ','.join(server.active) or None,
        'metadata': {
            'cluster': server.cluster,
            'roles': roles,
        },
    }
    if server.failure is not None:
        full = faults.is_full(call)
        shown['fault'] = faults.fault(server.failure, full)
    return shown


def _flavor(roles: str, version: int) -> dict[str, Any]:
    """What a server is made for: clients can't do without one."""
    if version < microversions.FLAVORS:
        return {'id': roles, 'links': []}
    return {'original_name': roles}


def _brief(
    call: calls.Call, server: instance_records.Server
) -> dict[str, Any]:
    url = versions.url(call, 'servers', server.id)
    return {
        'id': str(server.id),
        'name': server.name,
        'links': [
            {'rel': 'self', 'href': url},
            {'rel': 'bookmark', 'href': url},
        ],
    }


def _list(call: calls.Call, detailed: bool) -> calls.Answer:
    microversions.of(call.request)
    _refuse_deleted(call)
    limit = parameters.limit(call)
    matching = _matching(call)
    listed = list(itertools.islice(matching, limit))
    body: dict[str, Any] = {
        'servers': [
            shape(call, each) if detailed else _brief(call, each)
            for each in listed
        ]
    }
    if listed and len(listed) == limit and next(matching, None) is not None:
        body['servers_links'] = parameters.following(call, listed[-1].id)
    return calls.Answer(body)


def _refuse_deleted(call: calls.Call) -> None:
    said = (call.text('deleted') or 'false').lower()
    if said not in ('0', 'false', 'f', 'no', 'off', 'n'):
        raise calls.refused('deleted servers are not listed', 'deleted')


def _matching(call: calls.Call) -> Iterator[instance_records.Server]:
    """Servers that the parameters choose, by id."""
    name, exact = _name(call)
    wanted = {each.upper() for each in call.texts('status') or ()}
    marker = call.number('marker') or 0
    while True:
        page = db_servers.list_all(
            call.db, queries.LARGEST_PAGE, marker, name, exact
        )
        for each in page:
            if not wanted or status(each) in wanted:
                yield each
        if len(page) < queries.LARGEST_PAGE:
            return
        marker = page[-1].id


def _name(call: calls.Call) -> tuple[str | None, bool]:
    """A name or a part of one; clients write `^name$` for a whole one."""
    said = call.text('name')
    if said is None:
        return None, False
    exact = said.startswith('^') and said.endswith('$')
    inner = said.removeprefix('^').removesuffix('$')
    if _EXPRESSION.search(re.sub(r'\\.', '', inner)):
        raise calls.refused('this is not a name, or a part of one', 'name')
    return re.sub(r'\\(.)', r'\1', inner), exact
