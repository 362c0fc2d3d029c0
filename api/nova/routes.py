"""What of the API is Nova's alone: method, path, view."""

from collections.abc import Callable

from trailmark.api import calls
from trailmark.api.nova import (
    envelopes,
    instance_actions,
    server_tasks,
    servers,
    versions,
)

View = Callable[..., calls.Answer]

_SERVER = f'{envelopes.ROOT}/servers/<server>'
_ACTIONS = f'{_SERVER}/os-instance-actions'
_TASK = f'{_SERVER}/tasks/<task>'

ROUTES: tuple[tuple[str, str, View], ...] = (
    ('GET', envelopes.ROOT, versions.show),
    ('GET', f'{envelopes.ROOT}/servers', servers.index),
    ('GET', f'{envelopes.ROOT}/servers/detail', servers.detail),
    ('GET', _SERVER, servers.show),
    ('POST', f'{_SERVER}/action', server_tasks.act),
    ('GET', _ACTIONS, instance_actions.index),
    ('GET', f'{_ACTIONS}/<request>', instance_actions.show),
    ('GET', f'{_SERVER}/tasks', server_tasks.index),
    ('POST', f'{_SERVER}/tasks', server_tasks.create),
    ('GET', _TASK, server_tasks.show),
    ('GET', f'{_TASK}/items', server_tasks.items),
    ('POST', f'{_TASK}/stop', server_tasks.stop),
    ('POST', f'{_TASK}/cancel', server_tasks.cancel),
    ('POST', f'{_TASK}/resume', server_tasks.resume),
)
