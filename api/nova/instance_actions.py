"""Instance actions: one for each request that runs of a node came of."""

from typing import Any

from trailmark.api import calls
from trailmark.api.nova import (
    action_events,
    faults,
    microversions,
    parameters,
    servers,
)
from trailmark.common import clock, exceptions
from trailmark.common.states import RunState
from trailmark.db import instance_actions, instance_records

_ENDED_BADLY = frozenset((RunState.ERROR, RunState.CANCELLED))


def index(call: calls.Call, server: str) -> calls.Answer:
    """Actions of a server, the newest first."""
    version = microversions.of(call.request)
    number = _server(call, server, version).id
    if version < microversions.PAGES:
        found = instance_actions.list_of(call.db, number)
        return calls.Answer(
            {'instanceActions': [_shape(each, version) for each in found]}
        )
    return _page(call, number, version)


def show(call: calls.Call, server: str, request: str) -> calls.Answer:
    """The action of a request, with its events."""
    version = microversions.of(call.request)
    whose = _server(call, server, version)
    found = instance_actions.find(call.db, whose.id, request)
    # Nova: what nobody of a project asked for is of the server's.
    project = found.project or whose.project
    full = faults.is_full(call)
    shown = _shape(found, version)
    if full or version >= microversions.EVENTS_FOR_ALL:
        shown['events'] = [
            action_events.shape(each, project, version, full)
            for each in instance_actions.attempts(call.db, found)
        ]
    return calls.Answer({'instanceAction': shown})


def _server(
    call: calls.Call, server: str, version: int
) -> instance_records.Server:
    """A server; one that is gone needs a later version."""
    found = servers.found(call, server)
    if found.deleted and version < microversions.OF_DELETED:
        raise exceptions.NotFound(kind='server', name=server)
    return found


def _page(call: calls.Call, server: int, version: int) -> calls.Answer:
    limit = parameters.limit(call)
    since, before = (
        call.moment(f'changes-{name}') for name in ('since', 'before')
    )
    if before is not None and version < microversions.CHANGES_BEFORE:
        raise calls.refused(
            f'this needs version 2.{microversions.CHANGES_BEFORE}',
            'changes-before',
        )
    if since is not None and before is not None and since > before:
        raise calls.refused('this is after changes-before', 'changes-since')
    marker = _marker(call, server)
    found = instance_actions.list_of(
        call.db, server, limit + 1, marker, since, before
    )
    shown = found[:limit]
    body: dict[str, Any] = {
        'instanceActions': [_shape(each, version) for each in shown]
    }
    if shown and len(found) > limit:
        last = shown[-1].request_id
        body['links'] = parameters.following(call, last)
    return calls.Answer(body)


def _marker(call: calls.Call, server: int) -> int | None:
    """The run after which the page begins; raises InvalidInput."""
    said = call.text('marker')
    if said is None:
        return None
    try:
        return instance_actions.find(call.db, server, said).run
    except exceptions.NotFound as error:
        raise calls.refused(str(error), 'marker') from None


def _shape(
    action: instance_records.InstanceRun, version: int
) -> dict[str, Any]:
    failed = action.failed or action.state in _ENDED_BADLY
    shown = {
        'action': ','.join(action.graph_types),
        'instance_uuid': str(action.server),
        'request_id': action.request_id,
        'user_id': action.user,
        'project_id': action.project,
        'start_time': clock.iso(action.created_at),
        'message': 'Error' if failed else None,
    }
    if version >= microversions.PAGES:
        shown['updated_at'] = clock.iso(action.updated_at)
        # Nova keeps it, and never shows it.
        shown['finish_time'] = clock.iso(action.ended_at)
    return shown
