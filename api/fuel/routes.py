"""What of the API is Fuel's alone: method, path, view."""

import functools
from collections.abc import Callable

from trailmark.api import calls
from trailmark.api.fuel import (
    attributes,
    deployment_history,
    executions,
    roles,
    tasks,
    tasks_history,
    tokens,
    transactions,
)

View = Callable[..., calls.Answer]

_ATTRIBUTES = '/api/v1/clusters/<cluster>/attributes'
_TASK = '/api/v1/tasks/<int:task>'
_TRANSACTION = '/api/v1/transactions/<int:transaction>'

#: Roles can be read of both; a file of roles changes them all at once.
_ROLES: tuple[tuple[str, str, View], ...] = tuple(
    (
        'GET',
        f'/api/v1/{level}s/<owner>/roles{path}',
        functools.partial(view, level=level),
    )
    for level in ('release', 'cluster')
    for path, view in (('', roles.index), ('/<role>', roles.show))
)

ROUTES: tuple[tuple[str, str, View], ...] = (
    ('POST', '/keystone/v2.0/tokens', tokens.create),
    ('GET', _ATTRIBUTES, attributes.show),
    ('PUT', _ATTRIBUTES, attributes.update),
    *_ROLES,
    ('POST', '/api/v1/graphs/execute', executions.create),
    ('GET', f'{_TASK}/deployment_tasks', tasks_history.of_task),
    ('GET', f'{_TASK}/tasks_history', tasks_history.of_task),
    ('GET', '/api/v1/tasks', tasks.index),
    ('GET', _TASK, tasks.show),
    ('DELETE', _TASK, tasks.delete),
    ('GET', '/api/v1/transactions', transactions.index),
    ('GET', _TRANSACTION, transactions.show),
    ('DELETE', _TRANSACTION, transactions.delete),
    ('GET', f'{_TRANSACTION}/deployment_history', deployment_history.show),
)
