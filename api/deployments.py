"""Deployments: a folder's files become a stored cluster and a run."""

from collections.abc import Iterator
from typing import Any

from trailmark.api import calls, executions, graph_input, rules, runs
from trailmark.db import clusters as db_clusters
from trailmark.db import deployments as db_deployments
from trailmark.db import records
from trailmark.db import runs as db_runs
from trailmark.flows import graphs, roles


def create(call: calls.Call) -> calls.Answer:
    """Store a deployment and begin a run of it; nothing if it is refused."""
    known = executions.begun_before(call)
    if known is not None:
        return known
    body = call.body
    given = graph_input.of_files(call, body)
    deployment = given.deployment
    name = body.get('cluster') or deployment.name
    ready = executions.prepare(call, given, body, name)
    stored = db_deployments.store(
        call.db,
        _record(deployment, name, body['source']),
        rules.fitting(),
        force_source=bool(body.get('cluster')),
        actor=call.actor,
    )
    number = executions.begin(
        call, ready, stored.cluster, stored.revisions, body
    )
    warnings = executions.warnings_of(ready, given.secrets)
    shape = _shape(call, number, stored, warnings)
    plan = executions.plan_of(call, ready, stored.cluster, number)
    return calls.Answer({**shape, **plan}, 201)


def _record(
    deployment: graphs.Deployment, name: str, source: str
) -> records.DeploymentRecord:
    return records.DeploymentRecord(
        cluster=name,
        source=source,
        release=deployment.release,
        plugins=tuple(
            layer.owner
            for layer in deployment.layers
            if layer.level == 'plugin'
        ),
        nodes=tuple(
            records.NodeRecord(node.name, node.roles, node.attributes)
            for node in deployment.nodes
        ),
        roles=roles.to_json(deployment.own_roles),
        plugin_roles=deployment.plugin_roles,
        graphs=tuple(_graph_records(deployment.layers)),
        graph_types=deployment.graph_types,
    )


def _graph_records(
    layers: tuple[graphs.Layer, ...],
) -> Iterator[records.GraphRecord]:
    for layer in layers:
        for kind, graph in layer.graphs.items():
            yield records.GraphRecord(
                level=layer.level,
                owner=layer.owner,
                type=kind,
                metadata=graph.metadata,
                tasks=tuple(
                    records.TaskRecord(
                        task.body,
                        task.provenance.file,
                        task.provenance.folder,
                    )
                    for task in graph.tasks
                ),
            )


def _shape(
    call: calls.Call,
    number: int,
    stored: records.StoredDeployment,
    warnings: list[str],
) -> dict[str, Any]:
    cluster = stored.cluster
    return {
        'run': runs.shape(call.db, db_runs.get(call.db, number)),
        'cluster': {'id': cluster.id, 'name': cluster.name},
        'changes': list(stored.changes),
        'warnings': [
            *warnings,
            *_shared(call, stored),
        ],
    }


def _shared(
    call: calls.Call, stored: records.StoredDeployment
) -> Iterator[str]:
    """A warning for each other cluster whose graphs changed with this one."""
    mine = stored.cluster
    owners = [('release', mine.release)]
    owners += [('plugin', name) for name in mine.plugins]
    touched = [
        (level, name)
        for level, name in owners
        if any(
            change.startswith(f'{level} {name}: ') for change in stored.changes
        )
    ]
    if not touched:
        return
    for other in db_clusters.list_all(call.db):
        theirs = {('release', other.release)}
        theirs |= {('plugin', name) for name in other.plugins}
        for level, name in touched:
            if other.id != mine.id and (level, name) in theirs:
                yield (
                    f'{level} {name} is shared with cluster {other.name}: '
                    'its graphs changed there too'
                )
