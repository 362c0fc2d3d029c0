"""The merged graph of a cluster as Fuel's clients have it drawn."""

from collections.abc import Iterable

from trailmark.api import calls, graph_input, owned_graphs
from trailmark.common import exceptions
from trailmark.db import clusters
from trailmark.flows import drawing, graphs, merging

_MEDIA = 'text/vnd.graphviz'
#: Types that no choice of tasks turns into skipped ones.
_INTERNAL = ('group', 'stage', 'skipped')


def show(call: calls.Call, cluster: str) -> calls.Answer:
    """A DOT text; Fuel: deploy_tasks/graph.gv.

    `tasks` makes all others grey, `parents_for` draws a task and what it
    comes directly after, `remove` leaves out types. Raises NotFound,
    GraphMissing, InvalidInput.
    """
    kind = owned_graphs.type_of(call.text('graph_type'))
    _found, stored, _revisions = clusters.content(call.db, cluster)
    graph = merging.merge(graph_input.layers_of(stored), kind)
    if not graph.tasks:
        raise exceptions.GraphMissing(type=kind)
    grey = _grey(call, graph)
    hidden = _strangers(call, graph) | _removed(call, graph, grey)
    text = drawing.template_dot(graph, grey, hidden)
    return calls.Answer(text, media=_MEDIA)


def _grey(call: calls.Call, graph: graphs.Graph) -> frozenset[str]:
    """Tasks that would not run if only those of the URL did."""
    wanted = call.texts('tasks')
    if wanted is None:
        return frozenset()
    unknown = _unknown(wanted, (task.id for task in graph.tasks))
    if unknown:
        raise calls.refused(
            f'Tasks {unknown} are not present in deployment graph', 'tasks'
        )
    return frozenset(
        task.id
        for task in graph.tasks
        if task.id not in wanted and task.type not in _INTERNAL
    )


def _strangers(call: calls.Call, graph: graphs.Graph) -> frozenset[str]:
    """All but the task whose parents are wanted, and these."""
    child = call.text('parents_for')
    if child is None:
        return frozenset()
    ids = {task.id for task in graph.tasks}
    if child not in ids:
        raise calls.refused(
            f'Task {child} is not present in graph', 'parents_for'
        )
    edges = [edge for part in drawing.template_edges(graph) for edge in part]
    near = {child, *(before for before, after in edges if after == child)}
    return frozenset({*ids, *(name for edge in edges for name in edge)} - near)


def _removed(
    call: calls.Call, graph: graphs.Graph, grey: frozenset[str]
) -> frozenset[str]:
    """Tasks of the types that are to be left out."""
    types = call.texts('remove') or ()
    unknown = _unknown(types, call.context.catalog)
    if unknown:
        raise calls.refused(f'Task types {unknown} do not exist', 'remove')
    return frozenset(
        task.id
        for task in graph.tasks
        if ('skipped' if task.id in grey else task.type) in types
    )


def _unknown(said: Iterable[str], known: Iterable[str]) -> str:
    return ','.join(sorted(set(said).difference(known)))
