"""Clusters: made by hand or by a deployment; their plugins."""

from typing import Any

from trailmark.api import calls, lists, nodes, owners, roles_input, rules
from trailmark.api.fuel import owners as fuel
from trailmark.api.fuel import standings
from trailmark.db import cluster_changes, clusters, records, runs
from trailmark.flows import graphs

#: Each is read with its nodes.
_AT_A_TIME = 100


def index(call: calls.Call) -> calls.Answer:
    """All clusters, or a page, by id."""

    def fetch(marker: int | None, limit: int) -> lists.Entries:
        found = clusters.list_all(call.db, limit, marker or 0)
        return [shape(call, each) for each in found]

    return lists.answer(call, fetch, _AT_A_TIME)


def show(call: calls.Call, cluster: str) -> calls.Answer:
    """One cluster, by its name or id, with its nodes."""
    found = clusters.get(call.db, cluster)
    listed = [nodes.shape(node, found) for node in found.nodes]
    return calls.Answer({**shape(call, found), 'nodes': listed})


def create(call: calls.Call) -> calls.Answer:
    """A new cluster of a release, without nodes."""
    body = roles_input.taken(fuel.plain(call.body), 'cluster')
    name, release = body.pop('name'), body.pop('release', None)
    owners.check_name(name)
    if release is None:
        raise calls.refused('say the release of the cluster', 'release')
    values = {'roles': {}, 'graph_types': None, **body}
    values['graph_types'] = _types(values['graph_types'])
    made = cluster_changes.create(call.db, name, release, values)
    return calls.Answer(shape(call, made), 201)


def update(call: calls.Call, cluster: str) -> calls.Answer:
    """Change what the body names."""
    body = roles_input.taken(call.body, 'cluster')
    if 'name' in body:
        owners.check_name(body['name'])
    if 'graph_types' in body:
        body['graph_types'] = _types(body['graph_types'])
    changed = cluster_changes.update(call.db, cluster, body, rules.of(call))
    return calls.Answer(shape(call, changed))


def delete(call: calls.Call, cluster: str) -> calls.Answer:
    """Delete a cluster; its runs and their history stay."""
    cluster_changes.delete(call.db, cluster)
    return calls.Answer(status=204)


def enable(call: calls.Call, cluster: str) -> calls.Answer:
    """Give the cluster a plugin; nothing happens if it has it."""
    plugin = call.body['plugin']
    changed = cluster_changes.enable(call.db, cluster, plugin, rules.of(call))
    return calls.Answer(shape(call, changed))


def disable(call: calls.Call, cluster: str, plugin: str) -> calls.Answer:
    """Take a plugin from the cluster; nothing happens if it has it not."""
    changed = cluster_changes.disable(call.db, cluster, plugin, rules.of(call))
    return calls.Answer(shape(call, changed))


def _types(said: list[str] | None) -> list[str]:
    return [each or graphs.DEFAULT_TYPE for each in said or ['']]


def shape(call: calls.Call, cluster: records.Cluster) -> dict[str, Any]:
    """A cluster as JSON data.

    `run_status` is the status of its newest run, `status` what Fuel calls
    that of a cluster. Runs that change nothing don't count, nor those
    before a reset.
    """
    last = runs.latest_run_of_cluster(call.db, cluster.id, noop=False)
    return {
        'id': cluster.id,
        'name': cluster.name,
        'source': cluster.source,
        'release': cluster.release,
        'release_id': cluster.release_id,
        'plugins': list(cluster.plugins),
        'graph_types': list(cluster.graph_types),
        'roles': cluster.roles,
        'nodes_count': len(cluster.nodes),
        'run_status': None if last is None else str(last.state),
        **fuel.of_cluster(standings.of_cluster(last)),
    }
