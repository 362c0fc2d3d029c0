"""Which tasks of a cluster's graphs changed since a run began."""

from collections.abc import Mapping
from typing import Any

from trailmark.api import calls, graph_input
from trailmark.common import exceptions
from trailmark.db import clusters, records, snapshots
from trailmark.flows import graphs, merging, snapshot


def since(call: calls.Call, run: records.Run) -> tuple[str, ...]:
    """Names of tasks that are not what they were, gone or new ones too."""
    taken = snapshot.from_json(snapshots.get(call.db, run.snapshot_digest))
    found = clusters.graphs(call.db, run.cluster_id)
    layers = graph_input.layers_of(found)
    changed: list[str] = []
    for graph in taken.graphs:
        now = _bodies(layers, graph.type)
        then = {task.id: task.body for task in graph.tasks}
        changed += (
            name if len(taken.graphs) == 1 else f'{graph.type}:{name}'
            for name in sorted(then.keys() | now.keys())
            if then.get(name) != now.get(name)
        )
    return tuple(changed)


def _bodies(
    layers: tuple[graphs.Layer, ...], kind: str
) -> Mapping[str, Mapping[str, Any]]:
    try:
        graph = merging.merge(layers, kind)
    except exceptions.InvalidInput:
        # Plugins may have been stored since that do not fit together.
        return {}
    return {task.id: task.body for task in graph.tasks}
