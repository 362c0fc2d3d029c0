"""Whether agents are there for what is to be run."""

from collections.abc import Iterator, Mapping

from trailmark.api import calls
from trailmark.common import exceptions, tasktypes
from trailmark.db import agents
from trailmark.flows import graphs, plan

#: Names in one message.
_MOST_NAMES = 20


def serving(vertex: plan.Vertex, planned: plan.Plan) -> str | None:
    """The node whose agents carry an execution out; None: nobody's do."""
    node = planned.nodes[vertex.node]
    if vertex.task is None or node is None or vertex.skipped:
        return None
    if vertex.task.place == tasktypes.Place.NONE:
        return None
    on_master = vertex.task.place == tasktypes.Place.MASTER
    return graphs.MASTER if on_master else node.name


def unserved(call: calls.Call, planned: plan.Plan) -> Mapping[int, str]:
    """Which node no agent serves, by the number of what needs it.

    Empty where runs are driven by the process that begins them.
    """
    if call.context.engine.holder() is not None:
        return {}
    # Before it is stored, a node is of no project, and so its agents.
    heard = agents.list_all(call.context.db)
    served = {each.node for each in heard if each.serves}
    found: dict[int, str] = {}
    for vertex in planned.vertices:
        name = serving(vertex, planned)
        if name is not None and name not in served:
            found.setdefault(vertex.node, name)
    return found


def refuse_critical(planned: plan.Plan, offline: Mapping[int, str]) -> None:
    """Refuse a run that too many nodes can't take part in.

    Fuel: nodes that may not fail must be online. Raises NodesOffline.
    """
    lost: dict[str, None] = {}
    for group in planned.tolerance:
        missing = sorted(group.nodes & offline.keys())
        if len(missing) > group.allowed:
            lost |= dict.fromkeys(offline[number] for number in missing)
    if lost:
        raise exceptions.NodesOffline(nodes=_names(list(lost)))


def warnings(
    offline: Mapping[int, str], agent_timeout: float
) -> Iterator[str]:
    """A sentence about nodes that the run is going to wait for."""
    names = list(dict.fromkeys(offline.values()))
    if names:
        yield (
            f'no agent serves {_names(names)}: what runs there waits for '
            f'one, at most {agent_timeout:g} s'
        )


def _names(names: list[str]) -> str:
    more = len(names) - _MOST_NAMES
    said = ', '.join(names[:_MOST_NAMES])
    return f'{said} and {more} more' if more > 0 else said
