"""Which graphs a request means, and what of them it wants."""

import collections
import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from trailmark.api import calls, findings
from trailmark.common import problems
from trailmark.db import clusters, records
from trailmark.flows import (
    graphs,
    loading,
    merging,
    plan,
    planning,
    reading,
    roles,
    spelling,
)


@dataclasses.dataclass(frozen=True, slots=True)
class Input:
    """A deployment as far as it could be read, and values to hide."""

    deployment: graphs.Deployment
    read: reading.Reading
    secrets: frozenset[str]


def of(call: calls.Call, body: Mapping[str, Any]) -> Input:
    """The deployment in the body's files, or of the cluster it names.

    Raises InvalidInput when the body names neither or both, NotFound.
    """
    name = body.get('cluster')
    if (name is None) == ('files' not in body):
        raise calls.refused('say either files or cluster')
    if name is None:
        return of_files(call, body)
    deployment = stored(*clusters.content(call.db, name)[:2])
    hidden = findings.secrets_of(deployment.layers)
    return Input(deployment, reading.WHOLE, hidden)


def of_files(call: calls.Call, body: Mapping[str, Any]) -> Input:
    """The deployment in the body's files; what is wrong stands in `read`."""
    files = body['files']
    deployment, read = loading.read_deployment(
        files,
        body.get('name', 'deployment'),
        call.context.catalog,
        body.get('source'),
    )
    hidden = findings.secrets_of(deployment.layers)
    if read.is_refused:
        hidden |= findings.secrets_in(files)
    return Input(deployment, read, hidden)


def plan_of(
    call: calls.Call,
    given: Input,
    types: Sequence[str],
    body: Mapping[str, Any],
    cluster: str,
) -> tuple[graphs.Snapshot, plan.Plan]:
    """What a run is made of, not yet tied to a stored cluster.

    Raises InvalidInput with everything that is wrong: with the files, the
    graphs, the request. Secret values are hidden there.
    """
    taken, detailed = detailed_plan_of(call, given, types, body, cluster)
    return taken, detailed.plan


def detailed_plan_of(
    call: calls.Call,
    given: Input,
    types: Sequence[str],
    body: Mapping[str, Any],
    cluster: str,
) -> tuple[graphs.Snapshot, planning.Detailed]:
    """The same, with what the plan was made from."""
    with findings.masked(given.secrets):
        merged, found = _merged(given, types)
        taken = _snapshot(given.deployment, cluster, merged, body)
        read = dataclasses.replace(
            given.read, found=(*given.read.found, *found)
        )
        return taken, planning.plan_in_detail(
            taken, call.context.catalog, read
        )


def graph_to_draw(given: Input, kind: str) -> graphs.Graph | None:
    """A merged graph, None if anything is wrong with files or graph."""
    [*merged], found = _merged(given, [kind])
    return None if given.read.is_refused or found else merged[0]


def stored(
    cluster: records.Cluster, found: Sequence[records.GraphRecord]
) -> graphs.Deployment:
    """The deployment of a stored cluster with these graphs."""
    return graphs.Deployment(
        name=cluster.name,
        release=cluster.release,
        graph_types=cluster.graph_types,
        nodes=tuple(
            graphs.Node(node.name, node.roles, node.attributes)
            for node in cluster.nodes
        ),
        roles=effective_roles(cluster),
        layers=layers_of(found),
    )


def effective_roles(cluster: records.Cluster) -> graphs.Roles:
    """Roles of a cluster with those of its release and its plugins."""
    release, *plugins = cluster.inherited_roles
    known = roles.combine(roles.read(cluster.roles), roles.read(release))
    for content in plugins:
        known = roles.combine(known, roles.of_plugin(content))
    return known


def _merged(
    given: Input, types: Sequence[str]
) -> tuple[tuple[graphs.Graph, ...], tuple[problems.Problem, ...]]:
    """Merged graphs of these types, and what is wrong with merging them."""
    layers = given.deployment.layers
    whole: list[graphs.Graph] = []
    found: list[problems.Problem] = []
    for kind, count in collections.Counter(types).items():
        if count > 1:
            found.append(_wrong_type(f'{kind} stands {count} times'))
        graph = merging.merge_loosely(layers, kind)
        found.extend(
            each
            for each in merging.check(layers, kind)
            if each.severity is problems.Severity.ERROR
        )
        if graph.tasks:
            whole.append(graph)
        elif given.read.has_all_tasks:
            found.append(_wrong_type(_no_tasks(kind, layers)))
    return tuple(whole), tuple(found)


def _snapshot(
    deployment: graphs.Deployment,
    cluster: str,
    merged: tuple[graphs.Graph, ...],
    body: Mapping[str, Any],
) -> graphs.Snapshot:
    return graphs.Snapshot(
        cluster_id=0,
        cluster=cluster,
        graphs=merged,
        nodes=deployment.nodes,
        roles=deployment.roles,
        selection=graphs.Selection(
            nodes=_texts(body.get('nodes')),
            tasks=_texts(body.get('tasks')),
            subgraphs=_texts(body.get('subgraphs')),
        ),
        options=graphs.Options(
            noop=body.get('noop', False),
            dry_run=body.get('dry_run', False),
            ignore_conditions=body.get('ignore_conditions', False),
            strict=body.get('strict', False),
        ),
    )


def layers_of(
    records_found: Sequence[records.GraphRecord],
) -> tuple[graphs.Layer, ...]:
    """Layers of stored graphs; a merge of plugins is one layer."""
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
            id=task.body['id'],
            type=task.body.get('type', 'skipped'),
            body=task.body,
            provenance=graphs.Provenance(
                record.level,
                task.owner or record.owner,
                task.file,
                folder=task.folder,
            ),
        )
        for task in record.tasks
    )
    return graphs.Graph(record.type, tasks, record.metadata)


def _no_tasks(kind: str, layers: Sequence[graphs.Layer]) -> str:
    known = merging.types(layers)
    if kind in known:
        return f'the graph of type {kind} has no tasks'
    near, there = spelling.hint(kind, known), ', '.join(known) or 'none'
    return f'there is no graph of type {kind}{near} (there are: {there})'


def _wrong_type(said: str) -> problems.Problem:
    return problems.Problem(message=said, field='graph_types')


def _texts(said: list[str] | None) -> tuple[str, ...] | None:
    return None if said is None else tuple(said)
