"""Graphs that are compared: of a level, of a revision, of files, of now."""

import dataclasses
import json
from collections.abc import Mapping
from typing import Any

from trailmark.api import calls, findings, graph_input, owned_graphs
from trailmark.common import exceptions, problems
from trailmark.db import clusters
from trailmark.db import graphs as db_graphs
from trailmark.flows import graphs, layers, merging

#: Level of a cluster's graph -> that of its layer.
_LAYERS = {'release': 'release', 'plugins': 'plugin', 'cluster': 'cluster'}


@dataclasses.dataclass(frozen=True, slots=True)
class Side:
    """A graph that is compared, and what was found in its files."""

    name: str
    graph: graphs.Graph
    found: tuple[problems.Problem, ...] = ()


def read(
    call: calls.Call, where: layers.Place, said: Mapping[str, Any]
) -> Side:
    """The side that a request means: files, a level, a revision.

    Or the graph as it is now. Raises InvalidInput, NotFound, GraphMissing.
    """
    of = f'{where.level} {where.owner}'
    if 'files' in said:
        return _of_files(call, where, said)
    if 'level' in said:
        return _of_level(call, where, said['level'])
    if 'revision' not in said:
        record = db_graphs.get(call.db, where.level, where.owner, where.type)
        return Side(of, graph_input.graph_of(record))
    number = said['revision']
    kept = db_graphs.revision(
        call.db, where.level, where.owner, where.type, number
    ).graph
    graph = graphs.Graph(where.type, ())
    if kept is not None:
        graph = graph_input.graph_of(kept)
    return Side(f'{of}, revision {number}', graph)


def _of_files(
    call: calls.Call, where: layers.Place, said: Mapping[str, Any]
) -> Side:
    graph, found, hidden = owned_graphs.read_files(call, where, said)
    wrong = owned_graphs.errors(found)
    if wrong:
        raise exceptions.InvalidInput(findings.mask(wrong, hidden))
    # What JSON has no word for is stored as text, so it is compared as such.
    tasks = tuple(
        dataclasses.replace(task, body=_plain(task.body))
        for task in graph.tasks
    )
    read = dataclasses.replace(
        graph, tasks=tasks, metadata=_plain(graph.metadata)
    )
    return Side(', '.join(said['files']), read, found)


def _plain(data: Any) -> Any:
    return json.loads(json.dumps(data, default=str))


def _of_level(call: calls.Call, where: layers.Place, level: str) -> Side:
    if where.level != 'cluster':
        raise calls.refused('only a cluster has levels', 'level')
    cluster, stored, _revisions = clusters.content(call.db, where.owner)
    found = graph_input.layers_of(stored)
    if where.type not in merging.types(found):
        raise exceptions.GraphMissing(type=where.type)
    if level == 'all':
        name = f'cluster {cluster.name}, all levels'
        return Side(name, merging.merge(found, where.type))
    names = {
        'release': f'release {cluster.release}',
        'plugins': f'plugins of cluster {cluster.name}',
        'cluster': f'cluster {cluster.name}',
    }
    own = [
        layer.graphs[where.type]
        for layer in found
        if layer.level == _LAYERS[level] and where.type in layer.graphs
    ]
    return Side(names[level], own[0] if own else graphs.Graph(where.type, ()))
