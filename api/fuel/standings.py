"""How clusters and their nodes stand, in the words that Fuel has for it."""

import dataclasses
from collections.abc import Mapping

from trailmark.api import calls
from trailmark.common import states
from trailmark.db import agents, progress, records, runs

_R, _E = states.RunState, states.ExecutionState
_CLUSTERS: Mapping[states.RunState, str] = {
    _R.PENDING: 'deployment',
    _R.RUNNING: 'deployment',
    _R.STOPPING: 'deployment',
    _R.READY: 'operational',
    _R.ERROR: 'error',
    _R.STOPPED: 'stopped',
    _R.CANCELLED: 'stopped',
}
_FAILED = frozenset({_E.ERROR, _E.DEP_FAILED})
_UNDONE = frozenset({_E.PENDING, _E.RUNNING, _E.CANCELLED})


@dataclasses.dataclass(frozen=True, slots=True)
class Standing:
    """Status of a node, per cent that is done, whether it can be reached."""

    status: str
    progress: int
    online: bool


class Nodes:
    """The standings of a cluster's nodes, after its newest real run."""

    def __init__(self, call: calls.Call, cluster: records.Cluster) -> None:
        self._run = runs.latest_run_of_cluster(call.db, cluster.id, noop=False)
        counted = progress.of_nodes(call.db, self._run.id) if self._run else []
        self._counts = {each.name: each.counts for each in counted}
        self._online = online(call)

    def of(self, node: records.NodeRecord) -> Standing:
        """The standing of one of them."""
        counts = self._counts.get(node.name, {})
        reachable = self._online is None or node.name in self._online
        if not counts or self._run is None:
            return Standing('discover', 0, reachable)
        total = sum(counts.values())
        done = sum(counts.get(each, 0) for each in states.FINISHED_STATES)
        status = _node_status(self._run.state, counts)
        return Standing(status, 100 * done // total, reachable)


def online(call: calls.Call) -> frozenset[str] | None:
    """Names of nodes that agents serve; None where every node is served."""
    if call.context.engine.serves_all:
        return None
    found = agents.list_all(call.db)
    return frozenset(each.node for each in found if each.serves)


def of_cluster(
    call: calls.Call, cluster: records.Cluster, run: records.Run | None
) -> str:
    """The status of a cluster whose newest run is this one.

    Fuel: dry runs and noop runs leave it as it was.
    """
    if run is not None and run.noop:
        run = runs.latest_run_of_cluster(call.db, cluster.id, noop=False)
    if run is None:
        return 'new'
    failed = any(run.counts.get(state) for state in _FAILED)
    if run.state is _R.READY and failed:
        return 'partially_deployed'
    return _CLUSTERS[run.state]


def _node_status(run: states.RunState, counts: Mapping[str, int]) -> str:
    if any(counts.get(state) for state in _FAILED):
        return 'error'
    if not any(counts.get(state) for state in _UNDONE):
        return 'ready'
    return 'deploying' if run in states.ACTIVE_RUN_STATES else 'stopped'
