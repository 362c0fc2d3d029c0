"""Clusters: what has been deployed."""

from typing import Any

from trailmark.api import calls
from trailmark.db import clusters, records


def index(call: calls.Call) -> calls.Answer:
    """Every cluster."""
    return calls.Answer(
        {'clusters': [shape(each) for each in clusters.list_all(call.db)]}
    )


def show(call: calls.Call, cluster: str) -> calls.Answer:
    """One cluster, by its name or id."""
    found = clusters.get(call.db, cluster)
    nodes = [
        {'id': node.id, 'name': node.name, 'roles': list(node.roles)}
        for node in found.nodes
    ]
    return calls.Answer({'cluster': {**shape(found), 'nodes': nodes}})


def shape(cluster: records.Cluster) -> dict[str, Any]:
    """A cluster as JSON data."""
    return {
        'id': cluster.id,
        'name': cluster.name,
        'source': cluster.source,
        'release': cluster.release,
        'plugins': list(cluster.plugins),
        'graph_types': list(cluster.graph_types),
    }
