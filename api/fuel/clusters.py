"""What Fuel's clients ask of a cluster: to run its graphs, stop, reset."""

import contextlib
from collections.abc import Mapping, Sequence
from typing import Any

from trailmark.api import calls, runs
from trailmark.api.fuel import executions, transactions
from trailmark.common import exceptions, states
from trailmark.db import cluster_changes, clusters, records, sequences
from trailmark.db import runs as db_runs

#: The sequence that changes are deployed by, where a release has one.
CHANGES = 'deploy-changes'
_PROVISION = 'provision'
_MODES = ('dry_run', 'noop_run', 'force')
_STOP, _RESET = 'stop_deployment', 'reset_environment'


def changes(call: calls.Call, cluster: str) -> calls.Answer:
    """Run what brings changes about.

    That is the graph that is named, else the sequence `deploy-changes` of
    the cluster's release, else the cluster's graphs.
    """
    return _change(call, cluster)


def redeploy(call: calls.Call, cluster: str) -> calls.Answer:
    """The same by force."""
    return _change(call, cluster, force=True)


def deploy(call: calls.Call, cluster: str) -> calls.Answer:
    """Run a graph, or the cluster's graphs, on chosen nodes."""
    found = clusters.get(call.db, cluster)
    return _begin(call, found, _types(call) or found.graph_types)


def provision(call: calls.Call, cluster: str) -> calls.Answer:
    """Run the graph `provision`, or another, on chosen nodes."""
    found = clusters.get(call.db, cluster)
    return _begin(call, found, _types(call) or (_PROVISION,))


def deploy_tasks(call: calls.Call, cluster: str) -> calls.Answer:
    """Run the tasks that the body lists on chosen nodes."""
    tasks: Any = call.body
    found = clusters.get(call.db, cluster)
    types = _types(call) or found.graph_types
    return _begin(call, found, types, {'tasks': tasks})


def stop(call: calls.Call, cluster: str) -> calls.Answer:
    """Ask the run of a cluster to stop; 400 if there is none, as in Fuel."""
    found = clusters.get(call.db, cluster)
    run = db_runs.latest_run_of_cluster(call.db, found.id)
    if run is None or run.state not in states.ACTIVE_RUN_STATES:
        raise calls.refused(f'no run of cluster {found.name} is active')
    runs.stop(call, run.id)
    asked = db_runs.get(call.db, run.id)
    return calls.Answer(transactions.shape(call, asked, _STOP), 202)


def reset(call: calls.Call, cluster: str) -> calls.Answer:
    """Let nothing that the cluster ran count as its state any more.

    The history stays. By force an active run is cancelled first. The answer
    is the last run, for a reset is no run. Raises NotFound, ClusterBusy.
    """
    forced = call.flag('force')
    found = clusters.get(call.db, cluster)
    run = db_runs.latest_run_of_cluster(call.db, found.id)
    if forced and run is not None and run.state in states.ACTIVE_RUN_STATES:
        with contextlib.suppress(exceptions.RunEnded):
            runs.cancel(call, run.id)
    last = cluster_changes.reset(call.db, found.id, call.actor, forced)
    if last is None:
        return calls.Answer(transactions.no_run(found.id, _RESET), 202)
    told = transactions.shape(call, db_runs.get(call.db, last), _RESET)
    return calls.Answer(told, 202)


def _change(
    call: calls.Call, cluster: str, force: bool = False
) -> calls.Answer:
    found = clusters.get(call.db, cluster)
    types = _types(call)
    if types:
        return _begin(call, found, types, force=force)
    of = sequences.Filter(release=found.release_id, name=CHANGES)
    for sequence in sequences.list_all(call.db, of):
        return _run(call, found, sequence.graphs, force)
    return _begin(call, found, found.graph_types, force=force)


def _types(call: calls.Call) -> tuple[str, ...]:
    """The graphs that the URL names."""
    return call.texts('graph_type') or ()


def _begin(
    call: calls.Call,
    cluster: records.Cluster,
    types: Sequence[str],
    more: Mapping[str, Any] | None = None,
    force: bool = False,
) -> calls.Answer:
    """Begin a run of these graphs on the nodes that the URL names."""
    chosen = dict(more or {})
    nodes = executions.node_ids(call)
    if nodes is not None:
        chosen['nodes'] = nodes
    graphs = [{'type': kind, **chosen} for kind in types]
    return _run(call, cluster, graphs, force)


def _run(
    call: calls.Call,
    cluster: records.Cluster,
    graphs: Sequence[Mapping[str, Any]],
    force: bool,
) -> calls.Answer:
    modes = {name: call.flag(name) for name in _MODES}
    modes['force'] = modes['force'] or force
    body = {**modes, 'graphs': graphs}
    return executions.begin(call, cluster.id, body)
