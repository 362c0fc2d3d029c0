"""Lists of tasks: of one layer of a cluster, or of all merged."""

from typing import Any

from trailmark.api import (
    calls,
    graph_input,
    graph_shapes,
    masking,
    owned_graphs,
)
from trailmark.common import exceptions
from trailmark.db import clusters, records
from trailmark.db import graphs as db_graphs
from trailmark.flows import graphs, layers, merging, uploads

_LAYERS = {'own': 'cluster', 'plugins': 'plugin', 'release': 'release'}


def merged(call: calls.Call, cluster: str) -> calls.Answer:
    """The tasks of a cluster as a run would see them."""
    kind = owned_graphs.type_of(call.text('graph_type'))
    found, stored, revisions = clusters.content(call.db, cluster)
    hidden = masking.of_cluster(call, found, kind, stored)
    graph = merging.merge(graph_input.layers_of(stored), kind)
    numbers = {
        (each['level'], each['owner']): each['revision']
        for each in revisions
        if each['type'] == kind
    }
    told = call.flag('provenance')
    return calls.Answer(
        [
            {
                **graph_shapes.task_shape(
                    call, records.TaskRecord(task.body), hidden
                ),
                **(
                    {'provenance': _origin(task.provenance, numbers)}
                    if told
                    else {}
                ),
            }
            for task in graph.tasks
        ]
    )


def of_layer(call: calls.Call, cluster: str, layer: str) -> calls.Answer:
    """The tasks of one layer; of plugins as they are merged."""
    if layer not in _LAYERS:
        raise exceptions.NotFound(kind='layer', name=layer)
    kind = owned_graphs.type_of(call.text('graph_type'))
    found, stored, revisions = clusters.content(call.db, cluster)
    hidden = masking.of_cluster(call, found, kind, stored)
    numbers = {
        (each['level'], each['owner']): each['revision']
        for each in revisions
        if each['type'] == kind
    }
    told = call.flag('provenance')
    return calls.Answer(
        [
            {
                **graph_shapes.task_shape(call, task, hidden),
                **(
                    {'provenance': _origin(_place(graph, task), numbers)}
                    if told
                    else {}
                ),
            }
            for graph in stored
            if graph.level == _LAYERS[layer] and graph.type == kind
            for task in graph.tasks
        ]
    )


def of_release(call: calls.Call, release: str) -> calls.Answer:
    """The tasks of a release; none if it has no such graph."""
    kind = owned_graphs.type_of(call.text('graph_type'))
    found = db_graphs.list_of(call.db, 'release', release)
    return calls.Answer(
        [
            graph_shapes.task_shape(call, task, hidden)
            for graph in found
            if graph.type == kind
            for hidden in [masking.of_graph(call, graph)]
            for task in graph.tasks
        ]
    )


def replace_of_release(call: calls.Call, release: str) -> calls.Answer:
    """Make a plain list of tasks the graph of a release."""
    return _replace(call, 'release', release)


def replace_of_cluster(call: calls.Call, cluster: str) -> calls.Answer:
    """Make a plain list of tasks the cluster's own graph."""
    return _replace(call, 'cluster', cluster)


def _replace(call: calls.Call, level: str, owner: str) -> calls.Answer:
    tasks: Any = call.body
    kind = owned_graphs.type_of(call.text('graph_type'))
    where = layers.Place(level, owner, kind)

    def read(
        old: records.GraphRecord | None,
    ) -> tuple[graphs.Graph, owned_graphs.Found]:
        kept = old.metadata if old else {}
        data = {**kept, 'tasks': tasks}
        return uploads.of_data(where, data, call.context.catalog)

    stored, _told = owned_graphs.save(call, where, read)
    hidden = masking.of_graph(call, stored)
    return calls.Answer(
        [graph_shapes.task_shape(call, task, hidden) for task in stored.tasks]
    )


def _place(
    graph: records.GraphRecord, task: records.TaskRecord
) -> graphs.Provenance:
    owner = task.owner or graph.owner
    return graphs.Provenance(graph.level, owner, task.file)


def _origin(
    origin: graphs.Provenance, numbers: dict[tuple[str, str], int]
) -> dict[str, Any]:
    replaced = origin.replaced
    return {
        'level': origin.level,
        'owner': origin.owner,
        'file': origin.file,
        'revision': numbers.get((origin.level, origin.owner)),
        'replaced': None if replaced is None else _origin(replaced, numbers),
    }
