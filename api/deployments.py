"""Deployments: a folder's files become a stored cluster and a run."""

import dataclasses
from collections.abc import Iterator
from typing import Any

from trailmark.api import calls, findings, graph_input, new_run, runs
from trailmark.common import exceptions, problems, states
from trailmark.db import clusters as db_clusters
from trailmark.db import deployments as db_deployments
from trailmark.db import records
from trailmark.db import runs as db_runs
from trailmark.flows import graphs, roles

#: What of a request is kept with its run.
_KEPT = (
    'source',
    'graph_types',
    'nodes',
    'tasks',
    'subgraphs',
    'dry_run',
    'noop',
    'ignore_conditions',
    'strict',
)


def create(call: calls.Call) -> calls.Answer:
    """Store a deployment and begin a run of it; nothing if it is refused."""
    body = call.body('deployment')
    given = graph_input.of_files(call, body)
    deployment = given.deployment
    name = body.get('cluster') or deployment.name
    wanted = body.get('graph_types') or deployment.graph_types
    types = [each or graphs.DEFAULT_TYPE for each in wanted]
    taken, planned = graph_input.plan_of(call, given, types, body, name)
    _refuse_busy(call, name, taken.options)
    # An engine that can't start says so here, before anything is stored.
    holder = None if taken.options.dry_run else call.context.engine.holder()
    stored = db_deployments.store(
        call.db,
        _record(deployment, name, body['source']),
        force_source=bool(body.get('cluster')),
    )
    ids = {node.name: node.id for node in stored.cluster.nodes}
    taken = dataclasses.replace(taken, cluster_id=stored.cluster.id)
    kept = {key: body[key] for key in _KEPT if key in body}
    number, claim = db_runs.insert(
        call.db,
        new_run.derive(planned, taken, ids, kept, call.actor),
        holder,
        call.context.lease_seconds,
    )
    if not taken.options.dry_run:
        runs.execute(call, number, claim)
    warnings = findings.mask(planned.warnings, given.secrets)
    return calls.Answer(_shape(call, number, stored, warnings), 201)


def _refuse_busy(call: calls.Call, name: str, options: graphs.Options) -> None:
    if options.dry_run:
        return
    try:
        cluster = db_clusters.get(call.db, name)
    except exceptions.NotFound:
        return
    last = db_runs.latest_run_of_cluster(call.db, cluster.id)
    if last is not None and last.state in states.ACTIVE_RUN_STATES:
        raise exceptions.ClusterBusy(run=last.id, cluster=name)


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
        roles=roles.to_json(deployment.roles),
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
                    (task.body, task.provenance.file) for task in graph.tasks
                ),
            )


def _shape(
    call: calls.Call,
    number: int,
    stored: records.StoredDeployment,
    warnings: tuple[problems.Problem, ...],
) -> dict[str, Any]:
    cluster = stored.cluster
    return {
        'run': runs.shape(call.db, db_runs.get(call.db, number)),
        'cluster': {'id': cluster.id, 'name': cluster.name},
        'changes': list(stored.changes),
        'warnings': [
            *findings.lines(warnings),
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
