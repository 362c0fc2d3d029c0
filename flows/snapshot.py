"""Snapshots as JSON."""

from collections.abc import Mapping
from typing import Any

from trailmark.flows import graphs, roles


def to_json(snapshot: graphs.Snapshot) -> dict[str, Any]:
    """A JSON value that `from_json` reads back as an equal snapshot."""
    options, selection = snapshot.options, snapshot.selection
    return {
        'cluster_id': snapshot.cluster_id,
        'cluster': snapshot.cluster,
        'graphs': [_graph(graph) for graph in snapshot.graphs],
        'nodes': [
            {
                'name': node.name,
                'roles': list(node.roles),
                'attributes': node.attributes,
            }
            for node in snapshot.nodes
        ],
        'roles': roles.to_json(snapshot.roles),
        'selection': {
            'nodes': _list(selection.nodes),
            'tasks': _list(selection.tasks),
            'subgraphs': _list(selection.subgraphs),
        },
        'options': {
            'noop': options.noop,
            'dry_run': options.dry_run,
            'ignore_conditions': options.ignore_conditions,
            'strict': options.strict,
        },
    }


def from_json(data: Mapping[str, Any]) -> graphs.Snapshot:
    """The snapshot that `to_json` was given."""
    nodes = tuple(
        graphs.Node(one['name'], tuple(one['roles']), one['attributes'])
        for one in data['nodes']
    )
    chosen = {
        key: tuple(names) if names is not None else None
        for key, names in data['selection'].items()
    }
    return graphs.Snapshot(
        data['cluster_id'],
        data['cluster'],
        tuple(_graph_of(graph) for graph in data['graphs']),
        nodes,
        roles.read(data['roles']),
        graphs.Selection(**chosen),
        graphs.Options(**data['options']),
    )


def origins(
    snapshot: graphs.Snapshot,
) -> dict[tuple[int, str], graphs.Provenance]:
    """Where tasks come from, by the position of their graph and their id."""
    return {
        (position, task.id): task.provenance
        for position, graph in enumerate(snapshot.graphs)
        for task in graph.tasks
    }


def _graph(graph: graphs.Graph) -> dict[str, Any]:
    return {
        'type': graph.type,
        'metadata': graph.metadata,
        'tasks': [
            {
                'id': task.id,
                'type': task.type,
                'body': task.body,
                'provenance': _provenance(task.provenance),
            }
            for task in graph.tasks
        ],
    }


def _graph_of(data: Mapping[str, Any]) -> graphs.Graph:
    tasks = tuple(
        graphs.Task(
            one['id'],
            one['type'],
            one['body'],
            _provenance_of(one['provenance']),
        )
        for one in data['tasks']
    )
    return graphs.Graph(data['type'], tasks, data['metadata'])


def _provenance(origin: graphs.Provenance) -> dict[str, Any]:
    replaced = origin.replaced
    return {
        'level': origin.level,
        'owner': origin.owner,
        'file': origin.file,
        'replaced': _provenance(replaced) if replaced is not None else None,
        'folder': origin.folder,
    }


def _provenance_of(data: Mapping[str, Any]) -> graphs.Provenance:
    replaced = data['replaced']
    return graphs.Provenance(
        data['level'],
        data['owner'],
        data['file'],
        _provenance_of(replaced) if replaced is not None else None,
        data.get('folder'),
    )


def _list(names: tuple[str, ...] | None) -> list[str] | None:
    return list(names) if names is not None else None
