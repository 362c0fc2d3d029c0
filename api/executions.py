"""Runs that are begun: of a folder that was just stored, or of what is."""

import dataclasses
from collections.abc import Mapping
from typing import Any

from trailmark.api import (
    agents,
    calls,
    dry_run,
    findings,
    graph_input,
    new_run,
    runs,
)
from trailmark.common import exceptions, problems, states
from trailmark.db import clusters, records
from trailmark.db import runs as db_runs
from trailmark.flows import graphs, plan, reading

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


@dataclasses.dataclass(frozen=True, slots=True)
class Ready:
    """A run that nothing speaks against, before anything is written."""

    taken: graphs.Snapshot
    planned: plan.Plan
    types: tuple[str, ...]
    holder: Any
    #: Sentences about what the run will have to wait for.
    waits: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class Begun:
    """A run that was begun, of what, and values to hide."""

    number: int
    ready: Ready
    cluster: records.Cluster
    secrets: frozenset[str]


def create(call: calls.Call) -> calls.Answer:
    """Begin a run of the graphs that a cluster has now. Seed 002."""
    body = call.body
    known = begun_before(call)
    if known is not None:
        return known
    begun = start(call, body)
    return calls.Answer(
        {
            'run': runs.shape(call.db, db_runs.get(call.db, begun.number)),
            'warnings': warnings_of(begun.ready, begun.secrets),
            **plan_of(call, begun.ready, begun.cluster, begun.number),
        },
        201,
    )


def begun_before(call: calls.Call) -> calls.Answer | None:
    """The answer to a request that has begun a run and comes again."""
    if not call.request.headers.get('Idempotency-Key'):
        return None
    number = db_runs.of_request(call.db, call.request_id, call.token)
    if number is None:
        return None
    found = db_runs.get(call.db, number)
    if found.dry_run:
        return None
    cluster = {'id': found.cluster_id, 'name': found.cluster}
    shape = runs.shape(call.db, found)
    empty: list[str] = []
    return calls.Answer(
        {
            'run': shape,
            'cluster': cluster,
            'changes': empty,
            'warnings': empty,
        },
        201,
    )


def start(call: calls.Call, body: Mapping[str, Any]) -> Begun:
    """Begin a run of a stored cluster; `body` is that of `create`.

    Raises NotFound, InvalidInput, and what `prepare` raises.
    """
    cluster, stored, revisions = clusters.content(call.db, body['cluster'])
    if not cluster.nodes:
        raise calls.refused(f'cluster {cluster.name} has no nodes', 'cluster')
    deployment = graph_input.stored(cluster, stored)
    hidden = findings.secrets_of(deployment.layers)
    given = graph_input.Input(deployment, reading.WHOLE, hidden)
    ready = prepare(call, given, body, cluster.name)
    number = begin(call, ready, cluster, revisions, body)
    return Begun(number, ready, cluster, hidden)


def prepare(
    call: calls.Call,
    given: graph_input.Input,
    body: Mapping[str, Any],
    name: str,
) -> Ready:
    """Plan the run that a request asks for, of the cluster of this name.

    Raises InvalidInput, ClusterBusy, NodesOffline, and what stands in an
    engine's way.
    """
    wanted = body.get('graph_types') or given.deployment.graph_types
    types = [each or graphs.DEFAULT_TYPE for each in wanted]
    taken, planned = graph_input.plan_of(call, given, types, body, name)
    _refuse_busy(call, name, taken.options)
    if taken.options.dry_run:
        return Ready(taken, planned, tuple(types), None)
    # An engine that can't start says so here, before anything is stored.
    holder = call.context.engine.holder()
    offline = agents.unserved(call, planned)
    agents.refuse_critical(planned, offline)
    waits = agents.warnings(offline, call.context.agent_timeout)
    return Ready(taken, planned, tuple(types), holder, tuple(waits))


def begin(
    call: calls.Call,
    ready: Ready,
    cluster: records.Cluster,
    revisions: Any,
    body: Mapping[str, Any],
) -> int:
    """Insert the run of a stored cluster and have it driven; its number."""
    ids = {node.name: node.id for node in cluster.nodes}
    taken = dataclasses.replace(ready.taken, cluster_id=cluster.id)
    kept = {key: body[key] for key in _KEPT if key in body}
    kept['context'], kept['token'] = call.asker, call.token
    declared = call.context.declared_steps
    new = new_run.derive(
        *(ready.planned, taken, ids, kept, call.actor),
        {name: declared[name] for name in cluster.plugins if name in declared},
    )
    chosen = [each for each in revisions if each['type'] in ready.types]
    number, claim = db_runs.insert_once(
        call.db,
        dataclasses.replace(new, graph_revisions=chosen),
        ready.holder,
        call.context.lease_seconds,
    )
    if not taken.options.dry_run:
        runs.execute(call, number, claim)
    return number


def plan_of(
    call: calls.Call, ready: Ready, cluster: records.Cluster, number: int
) -> dict[str, Any]:
    """The `plan` that the answer to a dry run has; nothing of others."""
    if not ready.taken.options.dry_run:
        return {}
    taken = dataclasses.replace(ready.taken, cluster_id=cluster.id)
    return {'plan': dry_run.told(call, taken, number)}


def _refuse_busy(call: calls.Call, name: str, options: graphs.Options) -> None:
    if options.dry_run:
        return
    try:
        cluster = clusters.get(call.db, name)
    except exceptions.NotFound:
        return
    last = db_runs.latest_run_of_cluster(call.db, cluster.id)
    if last is not None and last.state in states.ACTIVE_RUN_STATES:
        raise exceptions.ClusterBusy(run=last.id, cluster=name)


def warnings_of(ready: Ready, hidden: frozenset[str]) -> list[str]:
    """Warnings of the plan as sentences, without secrets."""
    found: tuple[problems.Problem, ...] = ready.planned.warnings
    return [*findings.lines(findings.mask(found, hidden)), *ready.waits]
