"""The whole API on one screen: method, path, view."""

from collections.abc import Callable

from trailmark.api import (
    calls,
    clusters,
    deployments,
    drivers,
    graphs,
    runs,
    tasks,
    tasks_history,
    transitions,
)

View = Callable[..., calls.Answer]

ROUTES: tuple[tuple[str, str, View], ...] = (
    ('POST', '/api/v1/deployments', deployments.create),
    ('GET', '/api/v1/clusters', clusters.index),
    ('GET', '/api/v1/clusters/<cluster>', clusters.show),
    ('GET', '/api/v1/drivers', drivers.index),
    ('GET', '/api/v1/drivers/<name>', drivers.show),
    ('POST', '/api/v1/graphs/lint', graphs.lint),
    ('POST', '/api/v1/graphs/expand', graphs.expand),
    ('POST', '/api/v1/graphs/plot', graphs.plot),
    ('GET', '/api/v1/runs', runs.index),
    ('GET', '/api/v1/runs/<int:run>', runs.show),
    ('DELETE', '/api/v1/runs/<int:run>', runs.hide),
    ('POST', '/api/v1/runs/<int:run>/stop', runs.stop),
    ('POST', '/api/v1/runs/<int:run>/cancel', runs.cancel),
    ('POST', '/api/v1/runs/<int:run>/resume', runs.resume),
    ('GET', '/api/v1/runs/<int:run>/nodes', runs.nodes),
    ('GET', '/api/v1/runs/<int:run>/transitions', transitions.of_run),
    ('GET', '/api/v1/runs/<int:run>/tasks_history', tasks_history.of_run),
    ('GET', '/api/v1/runs/<int:run>/tasks/<path:name>', tasks.show),
    ('GET', '/api/v1/tasks_history', tasks_history.index),
)
