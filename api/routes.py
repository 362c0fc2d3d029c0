"""The whole API but what is of others alone: method, path, view.

All of it can be reached below `/api` too, as in Fuel.
"""

from collections.abc import Callable

from trailmark.api import (
    audit,
    calls,
    checkpoints,
    clusters,
    deployment_tasks,
    deployments,
    descriptions,
    drivers,
    events,
    executions,
    explanations,
    failures,
    faults,
    graph_diffs,
    graph_revisions,
    graphs,
    health,
    metrics,
    nodes,
    outputs,
    owned_graphs,
    permissions,
    plugins,
    releases,
    runs,
    services,
    tasks,
    tasks_history,
    times,
    transitions,
)
from trailmark.api.fuel import routes as fuel_routes
from trailmark.api.nova import routes as nova_routes
from trailmark.api.sahara import routes as sahara_routes

View = Callable[..., calls.Answer]

_CLUSTER = '/api/v1/clusters/<cluster>'
_RELEASE = '/api/v1/releases/<release>'

#: Below an owner: method, path, view that is told the owner's level.
_OF_OWNERS: tuple[tuple[str, str, View], ...] = (
    ('GET', '', owned_graphs.index),
    ('POST', '', owned_graphs.create),
    ('PUT', '', owned_graphs.update),
    ('PATCH', '', owned_graphs.update),
    ('DELETE', '', owned_graphs.delete),
    ('GET', '/<type>', owned_graphs.show),
    ('POST', '/<type>', owned_graphs.create),
    ('PUT', '/<type>', owned_graphs.update),
    ('PATCH', '/<type>', owned_graphs.update),
    ('DELETE', '/<type>', owned_graphs.delete),
)
_GRAPHS_OF_OWNERS: tuple[tuple[str, str, View], ...] = tuple(
    (
        method,
        f'/api/v1/{level}s/<owner>/deployment_graphs{path}',
        owned_graphs.of_level(view, level),
    )
    for level in ('release', 'plugin', 'cluster')
    for method, path, view in _OF_OWNERS
)

ROUTES: tuple[tuple[str, str, View], ...] = (
    ('GET', '/healthz', health.live),
    ('GET', '/readyz', health.ready),
    ('GET', '/metrics', metrics.show),
    ('GET', '/openapi.json', descriptions.document),
    ('GET', '/api/v1/version', health.version),
    ('GET', '/api/v1/permissions', permissions.show),
    ('POST', '/api/v1/deployments', deployments.create),
    ('GET', '/api/v1/audit', audit.index),
    ('GET', '/api/v1/services', services.index),
    ('GET', '/api/v1/releases', releases.index),
    ('POST', '/api/v1/releases', releases.create),
    ('GET', '/api/v1/releases/<owner>', releases.show),
    ('PUT', '/api/v1/releases/<owner>', releases.update),
    ('DELETE', '/api/v1/releases/<owner>', releases.delete),
    ('GET', '/api/v1/plugins', plugins.index),
    ('POST', '/api/v1/plugins', plugins.create),
    ('GET', '/api/v1/plugins/<owner>', plugins.show),
    ('PUT', '/api/v1/plugins/<owner>', plugins.update),
    ('DELETE', '/api/v1/plugins/<owner>', plugins.delete),
    ('GET', '/api/v1/clusters', clusters.index),
    ('POST', '/api/v1/clusters', clusters.create),
    ('GET', '/api/v1/clusters/<cluster>', clusters.show),
    ('PUT', '/api/v1/clusters/<cluster>', clusters.update),
    ('DELETE', '/api/v1/clusters/<cluster>', clusters.delete),
    ('POST', '/api/v1/clusters/<cluster>/plugins', clusters.enable),
    ('DELETE', f'{_CLUSTER}/plugins/<plugin>', clusters.disable),
    ('GET', f'{_CLUSTER}/nodes/<name>', nodes.show_of_cluster),
    ('PUT', f'{_CLUSTER}/nodes/<name>', nodes.update_of_cluster),
    ('DELETE', f'{_CLUSTER}/nodes/<name>', nodes.delete_of_cluster),
    ('POST', f'{_CLUSTER}/nodes/import', nodes.import_into),
    ('GET', '/api/v1/nodes', nodes.index),
    ('POST', '/api/v1/nodes', nodes.create),
    ('GET', '/api/v1/nodes/<int:node>', nodes.show),
    ('PUT', '/api/v1/nodes/<int:node>', nodes.update),
    ('DELETE', '/api/v1/nodes/<int:node>', nodes.delete),
    *_GRAPHS_OF_OWNERS,
    ('GET', '/api/v1/graphs', owned_graphs.list_all),
    ('GET', '/api/v1/graphs/<int:graph>', owned_graphs.show_by_id),
    ('PUT', '/api/v1/graphs/<int:graph>', owned_graphs.update_by_id),
    ('PATCH', '/api/v1/graphs/<int:graph>', owned_graphs.update_by_id),
    ('DELETE', '/api/v1/graphs/<int:graph>', owned_graphs.delete_by_id),
    ('POST', '/api/v1/graphs/upload', owned_graphs.upload),
    ('GET', '/api/v1/graphs/revisions', graph_revisions.index),
    ('GET', '/api/v1/graphs/revisions/<int:number>', graph_revisions.show),
    ('GET', f'{_CLUSTER}/deployment_tasks', deployment_tasks.merged),
    (
        'PUT',
        f'{_CLUSTER}/deployment_tasks',
        deployment_tasks.replace_of_cluster,
    ),
    ('GET', f'{_CLUSTER}/deployment_tasks/<layer>', deployment_tasks.of_layer),
    ('GET', f'{_RELEASE}/deployment_tasks', deployment_tasks.of_release),
    (
        'PUT',
        f'{_RELEASE}/deployment_tasks',
        deployment_tasks.replace_of_release,
    ),
    ('GET', '/api/v1/drivers', drivers.index),
    ('GET', '/api/v1/drivers/<name>', drivers.show),
    ('POST', '/api/v1/graphs/diff', graph_diffs.show),
    ('POST', '/api/v1/graphs/lint', graphs.lint),
    ('POST', '/api/v1/graphs/expand', graphs.expand),
    ('POST', '/api/v1/graphs/plot', graphs.plot),
    ('POST', '/api/v1/graphs/explain', explanations.show),
    ('GET', '/api/v1/runs', runs.index),
    ('POST', '/api/v1/runs', executions.create),
    ('GET', '/api/v1/runs/<int:run>', runs.show),
    ('DELETE', '/api/v1/runs/<int:run>', runs.hide),
    ('POST', '/api/v1/runs/<int:run>/stop', runs.stop),
    ('POST', '/api/v1/runs/<int:run>/cancel', runs.cancel),
    ('POST', '/api/v1/runs/<int:run>/resume', runs.resume),
    ('GET', '/api/v1/runs/<int:run>/nodes', runs.nodes),
    ('GET', '/api/v1/runs/<int:run>/tasks', runs.tasks),
    ('GET', '/api/v1/runs/<int:run>/failures', failures.of_run),
    ('GET', '/api/v1/runs/<int:run>/times', times.show),
    ('GET', '/api/v1/runs/<int:run>/transitions', transitions.of_run),
    ('GET', '/api/v1/runs/<int:run>/events', events.of_run),
    ('GET', '/api/v1/runs/<int:run>/faults', faults.of_run),
    ('GET', '/api/v1/runs/<int:run>/checkpoints', checkpoints.of_run),
    ('GET', '/api/v1/runs/<int:run>/outputs', outputs.of_run),
    ('GET', '/api/v1/runs/<int:run>/tasks_history', tasks_history.of_run),
    ('GET', '/api/v1/runs/<int:run>/tasks/<path:name>', tasks.show),
    ('GET', '/api/v1/tasks_history', tasks_history.index),
    ('GET', f'{_CLUSTER}/tasks_history', tasks_history.of_cluster),
    ('GET', '/api/v1/nodes/<node>/tasks_history', tasks_history.of_node),
    ('GET', '/api/v1/transitions', transitions.index),
    *fuel_routes.ROUTES,
    *nova_routes.ROUTES,
    *sahara_routes.ROUTES,
)
