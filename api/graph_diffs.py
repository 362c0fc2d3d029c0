"""How two graphs differ: levels, revisions, or files and what is stored."""

import dataclasses
from collections.abc import Iterable, Mapping
from typing import Any

from trailmark.api import (
    calls,
    explanations,
    findings,
    graph_sides,
    owned_graphs,
)
from trailmark.common import secrets
from trailmark.flows import differences, graphs, layers

#: Stands for a secret that is another one than before.
_OTHER = f'{secrets.MASK} (changed)'


def show(call: calls.Call) -> calls.Answer:
    """Tasks and fields that differ; with `whole` the graphs too.

    Secret values are masked. Raises InvalidInput, NotFound, GraphMissing.
    """
    body = call.body
    level, owner = owned_graphs.owner_of(body)
    where = layers.Place(
        level, str(owner), owned_graphs.type_of(body.get('type'))
    )
    first, last = body.get('before') or {}, body.get('after') or {}
    before = graph_sides.read(call, where, first)
    after = graph_sides.read(call, where, last)
    in_order = 'level' not in first | last
    hidden = findings.secrets_of_tasks(
        task.body for side in (before, after) for task in side.graph.tasks
    )
    found = tuple(
        _masked(each, hidden)
        for each in differences.compare(before.graph, after.graph, in_order)
    )
    warnings = findings.mask((*before.found, *after.found), hidden)
    answer: dict[str, Any] = {
        'before': {'name': before.name},
        'after': {'name': after.name},
        'differences': [_shape(each) for each in found],
        'warnings': findings.lines(warnings),
    }
    if body.get('whole', False):
        then = after.graph
        if not in_order:
            then = differences.aligned(before.graph, then)
        answer['before']['graph'] = _document(before.graph, hidden)
        answer['after']['graph'] = _document(then, hidden, found)
    return calls.Answer(answer)


def _masked(
    each: differences.Difference, hidden: frozenset[str]
) -> differences.Difference:
    """Without secrets; that one changed is seen nevertheless."""
    before, after = (
        secrets.mask_data(value, hidden, numbers=True)
        for value in (each.before, each.after)
    )
    if each.change is differences.Change.CHANGED and before == after:
        after = _OTHER
    path = tuple(secrets.mask_text(key, hidden) for key in each.path)
    return dataclasses.replace(each, path=path, before=before, after=after)


def _document(
    graph: graphs.Graph,
    hidden: frozenset[str],
    found: Iterable[differences.Difference] = (),
) -> dict[str, Any]:
    """A graph as it is written, without secrets, and with those of `found`."""
    tasks = {task.id: _hidden(task.body, hidden) for task in graph.tasks}
    metadata = _hidden(graph.metadata, hidden)
    for each in found:
        if each.after == _OTHER:
            inner = metadata if each.task is None else tasks[each.task]
            *way, last = each.path
            for key in way:
                inner = inner[key]
            inner[last] = _OTHER
    return {**metadata, 'tasks': list(tasks.values())}


def _hidden(data: Mapping[str, Any], hidden: frozenset[str]) -> Any:
    return secrets.mask_data(dict(data), hidden, numbers=True)


def _shape(each: differences.Difference) -> dict[str, Any]:
    origins = {
        side: origin and explanations.provenance(origin)
        for side, origin in (
            ('before', each.before_from),
            ('after', each.after_from),
        )
    }
    return {
        'task': each.task,
        'change': str(each.change),
        'field': each.field,
        'before': each.before,
        'after': each.after,
        'provenance': origins,
    }
