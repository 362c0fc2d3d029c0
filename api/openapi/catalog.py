"""Every operation, by the name of its view."""

from collections.abc import Mapping
from typing import Any

from trailmark.api.openapi import (
    audit,
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
    owners,
    permissions,
    runs,
    services,
    tasks,
    tasks_history,
    times,
    transitions,
)
from trailmark.api.openapi.fuel import catalog as fuel
from trailmark.api.openapi.nova import catalog as nova
from trailmark.api.openapi.operations import Operation, Schema
from trailmark.api.openapi.sahara import catalog as sahara

#: Operations of the views of a noun.
_NOUNS: Mapping[str, Any] = {
    'audit': audit,
    'checkpoints': checkpoints,
    'cluster_graphs': owned_graphs,
    'clusters': clusters,
    'deployment_tasks': deployment_tasks,
    'deployments': deployments,
    'descriptions': descriptions,
    'drivers': drivers,
    'events': events,
    'executions': executions,
    'explanations': explanations,
    'failures': failures,
    'faults': faults,
    'graph_diffs': graph_diffs,
    'graph_revisions': graph_revisions,
    'graphs': graphs,
    'health': health,
    'metrics': metrics,
    'nodes': nodes,
    'outputs': outputs,
    'owned_graphs': owned_graphs,
    'permissions': permissions,
    'plugin_graphs': owned_graphs,
    'plugins': owners,
    'release_graphs': owned_graphs,
    'releases': owners,
    'runs': runs,
    'services': services,
    'tasks': tasks,
    'tasks_history': tasks_history,
    'times': times,
    'transitions': transitions,
    **{f'fuel.{noun}': known for noun, known in fuel.NOUNS.items()},
    **{f'nova.{noun}': known for noun, known in nova.NOUNS.items()},
    **{f'sahara.{noun}': known for noun, known in sahara.NOUNS.items()},
}
OPERATIONS: Mapping[str, Operation] = {
    f'{noun}:{name}': operation
    for noun, module in _NOUNS.items()
    for name, operation in module.OPERATIONS.items()
}
SCHEMAS: Mapping[str, Schema] = {
    name: schema
    for module in _NOUNS.values()
    for name, schema in getattr(module, 'SCHEMAS', {}).items()
}
