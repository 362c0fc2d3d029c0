"""Which graphs a request means, and what of them it wants."""

from collections.abc import Mapping, Sequence
from typing import Any

from trailmark.api import calls, findings
from trailmark.common import exceptions, problems
from trailmark.db import clusters, records
from trailmark.flows import graphs, loading, merging, roles


def deployment_of(
    call: calls.Call, body: Mapping[str, Any]
) -> tuple[graphs.Deployment, tuple[problems.Problem, ...]]:
    """The deployment in the body's files, or of the cluster it names.

    Raises InvalidInput, NotFound.
    """
    name = body.get('cluster')
    if (name is None) == ('files' not in body):
        raise calls.refused('say either files or cluster')
    if name is None:
        return read(call, body)
    return stored(call, clusters.get(call.db, name)), ()


def read(
    call: calls.Call, body: Mapping[str, Any]
) -> tuple[graphs.Deployment, tuple[problems.Problem, ...]]:
    """The deployment in the body's files, and warnings.

    Raises InvalidInput, with values of secret parameters hidden.
    """
    files = body['files']
    try:
        return loading.load_deployment(
            files, body.get('name', 'deployment'), call.context.catalog
        )
    except exceptions.InvalidInput as error:
        with findings.masked(findings.secrets_in(files)):
            raise error


def stored(call: calls.Call, cluster: records.Cluster) -> graphs.Deployment:
    """The deployment of a cluster as it is stored now."""
    return graphs.Deployment(
        name=cluster.name,
        release=cluster.release,
        graph_types=cluster.graph_types,
        nodes=tuple(
            graphs.Node(node.name, node.roles, node.attributes)
            for node in cluster.nodes
        ),
        roles=roles.load(cluster.roles),
        layers=_layers(clusters.graphs(call.db, cluster.id)),
    )


def merged(
    layers: Sequence[graphs.Layer], types: Sequence[str]
) -> tuple[graphs.Graph, ...]:
    """A merged graph for each type; raises InvalidInput with all problems."""
    found: list[problems.Problem] = []
    whole: list[graphs.Graph] = []
    for kind in types:
        if not any(kind in layer.graphs for layer in layers):
            found.append(_unknown_type(kind, layers))
            continue
        try:
            whole.append(merging.merge(layers, kind))
        except exceptions.InvalidInput as error:
            found.extend(error.problems)
    if found:
        raise exceptions.InvalidInput(found)
    return tuple(whole)


def snapshot_of(
    deployment: graphs.Deployment,
    cluster: str,
    types: Sequence[str],
    body: Mapping[str, Any],
    dry_run: bool,
) -> graphs.Snapshot:
    """What is to be planned, not yet tied to a stored cluster."""
    return graphs.Snapshot(
        cluster_id=0,
        cluster=cluster,
        graphs=merged(deployment.layers, types),
        nodes=deployment.nodes,
        roles=deployment.roles,
        selection=graphs.Selection(
            nodes=_texts(body.get('nodes')),
            tasks=_texts(body.get('tasks')),
            subgraphs=_texts(body.get('subgraphs')),
        ),
        options=graphs.Options(
            noop=body.get('noop', False),
            dry_run=dry_run,
            ignore_conditions=body.get('ignore_conditions', False),
            strict=body.get('strict', False),
        ),
    )


def _layers(
    records_found: Sequence[records.GraphRecord],
) -> tuple[graphs.Layer, ...]:
    by_owner: dict[tuple[str, str], dict[str, graphs.Graph]] = {}
    for record in records_found:
        owned = by_owner.setdefault((record.level, record.owner), {})
        owned[record.type] = graph_of(record)
    return tuple(
        graphs.Layer(level, owner, owned)
        for (level, owner), owned in by_owner.items()
    )


def graph_of(record: records.GraphRecord) -> graphs.Graph:
    """The graph of one owner, from its record."""
    tasks = tuple(
        graphs.Task(
            id=body['id'],
            type=body['type'],
            body=body,
            provenance=graphs.Provenance(record.level, record.owner, file),
        )
        for body, file in record.tasks
    )
    return graphs.Graph(record.type, tasks, record.metadata)


def _unknown_type(
    kind: str, layers: Sequence[graphs.Layer]
) -> problems.Problem:
    there = ', '.join(merging.types(layers)) or 'none'
    return problems.Problem(
        message=f'there is no graph of type {kind}; there are: {there}',
        field='graph_types',
    )


def _texts(said: list[str] | None) -> tuple[str, ...] | None:
    return None if said is None else tuple(said)
