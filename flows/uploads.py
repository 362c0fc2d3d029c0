"""A graph that is uploaded: as files, or as one JSON value."""

from collections.abc import Mapping, Sequence
from typing import Any

from trailmark.common import problems, tasktypes
from trailmark.flows import (
    documents,
    expressions,
    graphs,
    layers,
    validation,
)

#: What is checked of a graph that is only kept: computed values may stand.
_KEPT = graphs.Options(noop=True, dry_run=True, ignore_conditions=True)
_ALIASES = (
    ('id', 'task_name'),
    ('roles', 'role'),
    ('cross-depends', 'cross_depends'),
    ('cross-depended-by', 'cross_depended_by'),
)
Found = tuple[problems.Problem, ...]


def of_files(
    where: layers.Place,
    files: Mapping[str, str],
    catalog: tasktypes.Catalog,
    folder: str | None = None,
) -> tuple[graphs.Graph, Found]:
    """The graph in a file, or in the YAML files of a folder.

    Fuel: metadata.yaml beside files of tasks. `folder` is the absolute path
    from which relative sources are taken.
    """
    found: list[problems.Problem] = []
    contents: dict[str, Any] = {}
    whole = list(files) if len(files) == 1 else layers.only_yaml(files)
    for path in whole:
        content, wrong = documents.read(files[path], path)
        found.extend(wrong)
        contents[path] = content
    graph = layers.graph(where, whole, contents, catalog, found, folder)
    if not graph.tasks and not found:
        found.append(
            problems.Problem(
                'no tasks were found: a list of tasks, a mapping with tasks, '
                'or metadata.yaml beside such files is expected',
                ', '.join(whole) or None,
            )
        )
    return graph, _checked(graph, found, catalog)


def of_data(
    where: layers.Place, data: Mapping[str, Any], catalog: tasktypes.Catalog
) -> tuple[graphs.Graph, Found]:
    """The graph in a JSON value {tasks, name?, node_filter?, ...}."""
    found: list[problems.Problem] = []
    content = {**data, 'tasks': once(data.get('tasks'))}
    graph = layers.graph(where, [''], {'': content}, catalog, found, None)
    return graph, _checked(graph, found, catalog)


def once(tasks: Any) -> Any:
    """Tasks without what stands there in a second spelling."""
    if not isinstance(tasks, list):
        return tasks
    return [
        _once(task) if isinstance(task, Mapping) else task for task in tasks
    ]


def _once(task: Mapping[str, Any]) -> dict[str, Any]:
    body = dict(task)
    for name, alias in _ALIASES:
        if alias in body and body.get(name, body) == body[alias]:
            del body[alias]
    return body


def twice(task: Mapping[str, Any]) -> dict[str, Any]:
    """A task in both spellings. Fuel: behaviour 10."""
    body = dict(task)
    for pair in _ALIASES:
        for name, other in (pair, pair[::-1]):
            if name in task:
                body.setdefault(other, task[name])
    return body


def _checked(
    graph: graphs.Graph,
    found: Sequence[problems.Problem],
    catalog: tasktypes.Catalog,
) -> Found:
    """Everything wrong with a graph that is kept for any cluster."""
    computed, read = expressions.check(graph, _KEPT, explicit_nodes=True)
    told = [
        each for each in computed if each.severity is problems.Severity.ERROR
    ]
    checked = validation.check_graph(read, catalog, _KEPT, is_whole=False)
    return tuple(dict.fromkeys((*found, *told, *checked)))
