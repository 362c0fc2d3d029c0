"""What of the API is Fuel's alone: method, path, view."""

import functools
from collections.abc import Callable

from trailmark.api import calls
from trailmark.api.fuel import (
    attributes,
    clusters,
    deploy_graphs,
    deployment_history,
    executions,
    nodes,
    roles,
    sequences,
    serialized_tasks,
    tasks,
    tasks_history,
    tokens,
    transactions,
)

View = Callable[..., calls.Answer]

_CLUSTER = '/api/v1/clusters/<cluster>'
_SEQUENCE = '/api/v1/sequences/<int:sequence>'
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
    ('DELETE', '/api/v1/nodes', nodes.delete),
    ('POST', '/api/v1/graphs/execute', executions.create),
    ('PUT', f'{_CLUSTER}/changes', clusters.changes),
    ('PUT', f'{_CLUSTER}/changes/redeploy', clusters.redeploy),
    ('PUT', f'{_CLUSTER}/deploy', clusters.deploy),
    ('PUT', f'{_CLUSTER}/provision', clusters.provision),
    ('PUT', f'{_CLUSTER}/deploy_tasks', clusters.deploy_tasks),
    ('GET', f'{_CLUSTER}/deploy_tasks/graph.gv', deploy_graphs.show),
    ('GET', f'{_CLUSTER}/serialized_tasks', serialized_tasks.show),
    ('PUT', f'{_CLUSTER}/stop_deployment', clusters.stop),
    ('PUT', f'{_CLUSTER}/reset', clusters.reset),
    ('GET', '/api/v1/sequences', sequences.index),
    ('POST', '/api/v1/sequences', sequences.create),
    ('GET', _SEQUENCE, sequences.show),
    ('PUT', _SEQUENCE, sequences.update),
    ('PATCH', _SEQUENCE, sequences.update),
    ('DELETE', _SEQUENCE, sequences.delete),
    ('POST', f'{_SEQUENCE}/execute', sequences.execute),
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
