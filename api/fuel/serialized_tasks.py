"""What a run of a cluster's graph would be, as Fuel's executor gets it."""

from collections.abc import Collection
from typing import Any

from trailmark.api import calls, findings, graph_input, owned_graphs
from trailmark.api.fuel import executions
from trailmark.db import clusters, records
from trailmark.flows import graphs, reading, serialization


def show(call: calls.Call, cluster: str) -> calls.Answer:
    """The executions of a graph by node; nothing is begun.

    `nodes` and `tasks` choose, `force` tells of tasks whatever their
    conditions say. Fuel: serialized_tasks. Raises NotFound, InvalidInput.
    """
    kind = owned_graphs.type_of(call.text('graph_type'))
    found, stored, _revisions = clusters.content(call.db, cluster)
    deployment = graph_input.stored(found, stored)
    given = graph_input.Input(
        deployment, reading.WHOLE, findings.secrets_of(deployment.layers)
    )
    taken, planned = graph_input.plan_of(
        call, given, [kind], _wanted(call, found), found.name
    )
    wanted = taken.selection.nodes
    uids = {
        number: _uid(found, node)
        for number, node in enumerate(planned.nodes)
        if _is_there(node, wanted)
    }
    return calls.Answer(serialization.document(planned, taken.graphs[0], uids))


def _wanted(call: calls.Call, cluster: records.Cluster) -> dict[str, Any]:
    said = executions.node_ids(call)
    wanted = {
        'nodes': None if said is None else executions.names(said, cluster),
        'tasks': call.texts('tasks'),
    }
    chosen = {key: value for key, value in wanted.items() if value is not None}
    forced = call.flag('force')
    return {**chosen, 'dry_run': True, 'ignore_conditions': forced}


def _is_there(
    node: graphs.Node | None, wanted: Collection[str] | None
) -> bool:
    """Whether a node is told of; no node and `master` always are."""
    if node is None or wanted is None:
        return True
    return node.name in wanted or node.name == graphs.MASTER


def _uid(cluster: records.Cluster, node: graphs.Node | None) -> str | None:
    if node is None:
        return None
    for each in cluster.nodes:
        if each.name == node.name:
            return str(each.id)
    return graphs.MASTER
