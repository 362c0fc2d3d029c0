"""Nodes of clusters."""

from collections.abc import Iterator, Sequence
from typing import Any

from trailmark.api import calls, lists, rules
from trailmark.api.fuel import nodes as fuel
from trailmark.api.fuel import standings
from trailmark.api.openapi.fuel import nodes as known
from trailmark.common import exceptions, problems
from trailmark.db import cluster_changes, clusters, records
from trailmark.db import nodes as db_nodes
from trailmark.flows import graphs, inventory


def index(call: calls.Call) -> calls.Answer:
    """All nodes, or a page, by id; those of a cluster if one is named."""
    named = call.text('cluster') or call.text('cluster_id')

    def fetch(marker: int | None, limit: int) -> lists.Entries:
        found = db_nodes.page(call.db, named, marker or 0, limit)
        by_cluster: dict[int, list[records.NodeRecord]] = {}
        for node, number in found:
            by_cluster.setdefault(number, []).append(node)
        shapes = {
            int(shown['id']): shown
            for number, chosen in by_cluster.items()
            for shown in _shapes(call, clusters.get(call.db, number), chosen)
        }
        return [shapes[number] for number in sorted(shapes)]

    return lists.answer(call, fetch)


def create(call: calls.Call) -> calls.Answer:
    """A new node of a cluster."""
    body = call.body
    [node] = _checked([{k: v for k, v in body.items() if k != 'cluster'}])
    cluster = clusters.get(call.db, body['cluster'])
    made = cluster_changes.add_node(call.db, cluster.id, node, rules.of(call))
    return calls.Answer(_shape(call, cluster, made), 201)


def show(call: calls.Call, node: int) -> calls.Answer:
    """One node, by its id."""
    found, cluster = _found(call, node)
    return calls.Answer(_shape(call, cluster, found))


def update(call: calls.Call, node: int) -> calls.Answer:
    """Change what the body names of a node."""
    found, cluster = _found(call, node)
    return _update(call, cluster, found.name)


def delete(call: calls.Call, node: int) -> calls.Answer:
    """Remove a node; its history stays."""
    found, cluster = _found(call, node)
    cluster_changes.remove_node(call.db, cluster.id, found.name)
    return calls.Answer(status=204)


def show_of_cluster(call: calls.Call, cluster: str, name: str) -> calls.Answer:
    """One node of a cluster, by its name."""
    known = clusters.get(call.db, cluster)
    return calls.Answer(_shape(call, known, _named(known, name)))


def update_of_cluster(
    call: calls.Call, cluster: str, name: str
) -> calls.Answer:
    """Change what the body names of a node."""
    return _update(call, clusters.get(call.db, cluster), name)


def delete_of_cluster(
    call: calls.Call, cluster: str, name: str
) -> calls.Answer:
    """Remove a node of a cluster; its history stays."""
    cluster_changes.remove_node(call.db, cluster, name)
    return calls.Answer(status=204)


def import_into(call: calls.Call, cluster: str) -> calls.Answer:
    """Add and change the nodes that a file of nodes.yaml's form lists."""
    body = call.body
    found: list[problems.Problem] = []
    read = inventory.listed(body['files'], found)
    if any(each.severity is problems.Severity.ERROR for each in found):
        raise exceptions.InvalidInput(found)
    told = cluster_changes.put_nodes(
        call.db,
        cluster,
        [_record(each) for each in read],
        rules.of(call),
        bool(body.get('replace')),
    )
    return calls.Answer({'changes': told})


def shape(
    node: records.NodeRecord, cluster: records.Cluster
) -> dict[str, Any]:
    """What is kept of a node as JSON data."""
    return {
        'id': node.id,
        'name': node.name,
        'cluster': cluster.id,
        'cluster_name': cluster.name,
        'roles': list(node.roles),
        'attributes': node.attributes,
        'position': node.position,
    }


def _shape(
    call: calls.Call, cluster: records.Cluster, node: records.NodeRecord
) -> dict[str, Any]:
    [shown] = _shapes(call, cluster, [node])
    return shown


def _shapes(
    call: calls.Call,
    cluster: records.Cluster,
    chosen: Sequence[records.NodeRecord],
) -> Iterator[dict[str, Any]]:
    """Nodes of a cluster, with what Fuel's clients look for."""
    standing = standings.Nodes(call, cluster, chosen)
    for node in chosen:
        yield {**shape(node, cluster), **fuel.shape(node, standing.of(node))}


def _update(
    call: calls.Call, cluster: records.Cluster, name: str
) -> calls.Answer:
    body = call.body
    if not known.CHANGED_NODE.keys().isdisjoint(body):
        body = fuel.plain(body, _named(cluster, name))
    _checked([{'name': name, **body}])
    if 'roles' in body:
        body['roles'] = tuple(body['roles'])
    changed = cluster_changes.change_node(
        call.db, cluster.id, name, body, rules.of(call)
    )
    return calls.Answer(_shape(call, cluster, changed))


def _found(
    call: calls.Call, number: int
) -> tuple[records.NodeRecord, records.Cluster]:
    node, cluster_id = db_nodes.find(call.db, number)
    return node, clusters.get(call.db, cluster_id)


def _named(cluster: records.Cluster, name: str) -> records.NodeRecord:
    for node in cluster.nodes:
        if node.name == name:
            return node
    raise exceptions.NotFound(kind='node', name=name)


def _checked(entries: list[dict[str, Any]]) -> list[records.NodeRecord]:
    found: list[problems.Problem] = []
    read = inventory.entries(entries, None, found)
    if found:
        raise exceptions.InvalidInput(found)
    return [_record(each) for each in read]


def _record(node: graphs.Node) -> records.NodeRecord:
    return records.NodeRecord(node.name, node.roles, node.attributes)
