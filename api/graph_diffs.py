"""Differences between levels, revisions and files of graphs."""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from trailmark.api import calls, findings, graph_input, owned_graphs
from trailmark.common import exceptions, secrets
from trailmark.db import clusters, records
from trailmark.db import graphs as db_graphs
from trailmark.flows import differences, graphs, layers, merging, uploads

_LEVELS = {'release': 'release', 'plugins': 'plugin', 'cluster': 'cluster'}


@dataclasses.dataclass(frozen=True, slots=True)
class _Side:
    """One of two graphs, and what it is called."""

    name: str
    tasks: Sequence[Mapping[str, Any]]
    metadata: Mapping[str, Any] = dataclasses.field(default_factory=dict)


def show(call: calls.Call) -> calls.Answer:
    """What is different, without secrets; and both graphs, for who prints.

    A side is a level of a cluster, a revision, files, or what is kept now.
    """
    body = call.body('diff')
    level, owner = owned_graphs.owner_of(body)
    where = layers.Place(
        level, str(owner), owned_graphs.type_of(body.get('type'))
    )
    before = _side(call, where, body.get('before') or {})
    after = _side(call, where, body.get('after') or {})
    hidden = _secrets((*before.tasks, *after.tasks))
    found = differences.compare(
        before.tasks, after.tasks, (before.metadata, after.metadata)
    )
    said = {
        'before': _shape(before),
        'after': _shape(after),
        'differences': [dataclasses.asdict(each) for each in found],
    }
    return calls.Answer(secrets.mask_data(said, hidden, numbers=True))


def _secrets(tasks: Sequence[Mapping[str, Any]]) -> frozenset[str]:
    """Values of parameters that one side or the other calls secret."""
    named: dict[str, list[Any]] = {}
    for task in tasks:
        said = task.get('secrets')
        if isinstance(said, list):
            named.setdefault(task['id'], []).extend(said)
    return frozenset(
        value
        for task in tasks
        for value in findings.secret_values(
            {**task, 'secrets': named.get(task['id'])}
        )
    )


def _shape(side: _Side) -> dict[str, Any]:
    tasks = [dict(task) for task in side.tasks]
    return {'name': side.name, **side.metadata, 'tasks': tasks}


def _side(
    call: calls.Call, where: layers.Place, said: Mapping[str, Any]
) -> _Side:
    """Raises NotFound, InvalidInput."""
    if said.get('files') is not None:
        return _of_files(call, where, said['files'])
    if said.get('level') is not None:
        return _of_level(call, where, said['level'])
    if said.get('revision') is not None:
        return _of_revision(call, where, said['revision'])
    kept = db_graphs.get(call.db, where.level, where.owner, where.type)
    return _of_record(f'{where.level} {kept.owner}, now', kept)


def _of_record(name: str, graph: records.GraphRecord) -> _Side:
    return _Side(name, [task.body for task in graph.tasks], graph.metadata)


def _of_revision(call: calls.Call, where: layers.Place, number: int) -> _Side:
    found = db_graphs.revision(
        call.db, where.level, where.owner, where.type, number
    )
    name = f'{where.level} {where.owner}, revision {number}'
    return (
        _Side(name, ())
        if found.graph is None
        else _of_record(name, found.graph)
    )


def _of_files(
    call: calls.Call, where: layers.Place, files: Mapping[str, str]
) -> _Side:
    graph, found = uploads.of_files(where, files, call.context.catalog)
    wrong = [each for each in found if each.severity == 'error']
    if wrong:
        hidden = findings.secrets_in(files)
        raise exceptions.InvalidInput(findings.mask(wrong, hidden))
    name = ', '.join(sorted(files))
    return _Side(name, [task.body for task in graph.tasks], graph.metadata)


def _of_level(call: calls.Call, where: layers.Place, level: str) -> _Side:
    if where.level != 'cluster':
        raise calls.refused('only a cluster has levels', 'level')
    _found, stored, _revisions = clusters.content(call.db, where.owner)
    if all(graph.type != where.type for graph in stored):
        raise exceptions.GraphMissing(type=where.type)
    if level == 'all':
        merged = merging.merge(graph_input.layers_of(stored), where.type)
        return _Side('all levels', _bodies(merged), merged.metadata)
    chosen = [
        graph
        for graph in stored
        if (graph.level, graph.type) == (_LEVELS[level], where.type)
    ]
    name = f'level {level}'
    if len(chosen) == 1:
        return _of_record(name, chosen[0])
    return _Side(name, [t.body for graph in chosen for t in graph.tasks])


def _bodies(graph: graphs.Graph) -> list[Mapping[str, Any]]:
    return [task.body for task in graph.tasks]
