"""Operations of Fuel's views, by noun."""

from collections.abc import Mapping
from typing import Any

from trailmark.api.openapi.fuel import (
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

NOUNS: Mapping[str, Any] = {
    'attributes': attributes,
    'clusters': clusters,
    'deploy_graphs': deploy_graphs,
    'deployment_history': deployment_history,
    'executions': executions,
    'nodes': nodes,
    'cluster_roles': roles,
    'release_roles': roles,
    'sequences': sequences,
    'serialized_tasks': serialized_tasks,
    'tasks': tasks,
    'tasks_history': tasks_history,
    'tokens': tokens,
    'transactions': transactions,
}
