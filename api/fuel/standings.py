"""How clusters and their nodes stand, in the words that Fuel has for it."""

import dataclasses
from collections.abc import Mapping, Sequence

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
#: Runs of a cluster that are looked at for how its nodes stand.
_MOST_RUNS = 10
_FAILED = frozenset({_E.ERROR, _E.DEP_FAILED})
_UNDONE = frozenset({_E.PENDING, _E.RUNNING, _E.CANCELLED})


@dataclasses.dataclass(frozen=True, slots=True)
class Standing:
    """Status of a node, per cent that is done, whether it can be reached."""

    status: str
    progress: int
    online: bool


class Nodes:
    """The standings of nodes of a cluster.

    Each stands as the newest run left it that executed anything on it;
    only the newest runs are looked at.
    """

    def __init__(
        self,
        call: calls.Call,
        cluster: records.Cluster,
        nodes: Sequence[records.NodeRecord],
    ) -> None:
        self._online = online(call)
        self._left = _left(call, cluster, {node.name for node in nodes})

    def of(self, node: records.NodeRecord) -> Standing:
        """The standing of one of them."""
        reachable = self._online is None or node.name in self._online
        if node.name not in self._left:
            return Standing('discover', 0, reachable)
        run, counts = self._left[node.name]
        total = sum(counts.values())
        done = sum(counts.get(each, 0) for each in states.FINISHED_STATES)
        status = _node_status(run.state, counts)
        return Standing(status, 100 * done // total, reachable)


def _left(
    call: calls.Call, cluster: records.Cluster, names: set[str]
) -> dict[str, tuple[records.Run, Mapping[str, int]]]:
    """The run that each node was last part of, and its executions there."""
    found: dict[str, tuple[records.Run, Mapping[str, int]]] = {}
    if not names:
        return found
    for run in runs.changes_of_cluster(call.db, cluster.id, _MOST_RUNS):
        part = names.intersection(run.request.get('nodes') or names)
        for each in progress.of_nodes(call.db, run.id):
            if each.name in part and _took_part(each.counts):
                found.setdefault(each.name, (run, each.counts))
        if len(found) == len(names):
            break
    return found


def online(call: calls.Call) -> frozenset[str] | None:
    """Names of nodes that agents serve; None where every node is served."""
    if call.context.engine.serves_all:
        return None
    found = agents.list_all(call.db)
    return frozenset(each.node for each in found if each.serves)


def of_cluster(run: records.Run | None) -> str:
    """The status of a cluster by the newest run that was to change it."""
    if run is None:
        return 'new'
    failed = any(run.counts.get(state) for state in _FAILED)
    if run.state is _R.READY and failed:
        return 'partially_deployed'
    return _CLUSTERS[run.state]


def _took_part(counts: Mapping[str, int]) -> bool:
    return any(counts[state] for state in counts if state != _E.SKIPPED)


def _node_status(run: states.RunState, counts: Mapping[str, int]) -> str:
    if any(counts.get(state) for state in _FAILED):
        return 'error'
    if not any(counts.get(state) for state in _UNDONE):
        return 'ready'
    return 'deploying' if run in states.ACTIVE_RUN_STATES else 'stopped'
