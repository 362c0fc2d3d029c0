"""Merging the layers of one graph type."""

import dataclasses
from collections.abc import Iterator, Sequence
from typing import Any

from trailmark.common import exceptions, mappings, problems
from trailmark.flows import graphs, spelling


def check(
    layers: Sequence[graphs.Layer], graph_type: str
) -> tuple[problems.Problem, ...]:
    """Plugins that overlap (errors), removals of nothing (warnings)."""
    return (*_overlaps(layers, graph_type), *_vain(layers, graph_type))


def merge(layers: Sequence[graphs.Layer], graph_type: str) -> graphs.Graph:
    """One graph out of the layers; InvalidInput where plugins overlap.

    A later level replaces a task as a whole. The result has the cluster's
    tasks first, then the plugins', then the release's; a type that no layer
    has gives a graph without tasks.
    """
    overlaps = tuple(_overlaps(layers, graph_type))
    if overlaps:
        raise exceptions.InvalidInput(overlaps)
    return merge_loosely(layers, graph_type)


def merge_loosely(
    layers: Sequence[graphs.Layer], graph_type: str
) -> graphs.Graph:
    """The same where plugins may overlap: the last one's task stays."""
    merged: dict[str, graphs.Task] = {}
    metadata: dict[str, Any] = {}
    for layer in _by_level(layers):
        graph = layer.graphs.get(graph_type)
        if graph is not None:
            metadata = mappings.updated(metadata, graph.metadata)
            for task in graph.tasks:
                merged[task.id] = _over(task, merged.get(task.id))
    ranks = {level: rank for rank, level in enumerate(graphs.LEVELS)}
    kept = [task for task in merged.values() if not _removes(task)]
    order = {
        task.id: number
        for number, task in enumerate(_written(layers, graph_type))
    }
    kept.sort(key=lambda task: (-ranks[task.provenance.level], order[task.id]))
    return graphs.Graph(graph_type, tuple(kept), metadata)


def types(layers: Sequence[graphs.Layer]) -> tuple[str, ...]:
    """Graph types that at least one layer has, sorted."""
    return tuple(sorted({name for layer in layers for name in layer.graphs}))


def _by_level(layers: Sequence[graphs.Layer]) -> list[graphs.Layer]:
    return sorted(layers, key=lambda one: graphs.LEVELS.index(one.level))


def _written(
    layers: Sequence[graphs.Layer], graph_type: str
) -> Iterator[graphs.Task]:
    """All tasks in the order of levels; the last of an id is the one kept."""
    for layer in _by_level(layers):
        if graph_type in layer.graphs:
            yield from layer.graphs[graph_type].tasks


def _removes(task: graphs.Task) -> bool:
    return task.body.get('removed') is True


def _over(task: graphs.Task, lower: graphs.Task | None) -> graphs.Task:
    if lower is None:
        return task
    origin = dataclasses.replace(task.provenance, replaced=lower.provenance)
    return dataclasses.replace(task, provenance=origin)


def _overlaps(
    layers: Sequence[graphs.Layer], graph_type: str
) -> Iterator[problems.Problem]:
    first: dict[str, tuple[str, graphs.Task]] = {}
    for layer in layers:
        graph = layer.graphs.get(graph_type)
        if layer.level != 'plugin' or graph is None:
            continue
        for task in graph.tasks:
            owner, other = first.setdefault(task.id, (layer.owner, task))
            agreed = _removes(task) and _removes(other)
            if owner != layer.owner and not agreed:
                yield problems.Problem(
                    f'Plugin {layer.owner} is overlapping with plugin '
                    f'{owner} by introducing the same deployment task '
                    f'with id {task.id}',
                    task.provenance.file,
                    task.id,
                )


def _vain(
    layers: Sequence[graphs.Layer], graph_type: str
) -> Iterator[problems.Problem]:
    """Warnings for removals of what no lower layer has."""
    known: dict[str, None] = {}
    hints = spelling.Hints(known)
    for layer in _by_level(layers):
        graph = layer.graphs.get(graph_type)
        for task in graph.tasks if graph is not None else ():
            if _removes(task) and task.id not in known:
                near = hints.hint(task.id)
                yield problems.Problem(
                    f'there is no inherited task {task.id} to remove{near}',
                    task.provenance.file,
                    task.id,
                    'removed',
                    problems.Severity.WARNING,
                )
            known[task.id] = None
