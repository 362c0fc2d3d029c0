"""Graphs of releases, plugins and clusters: kept, changed, removed."""

import functools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from trailmark.api import (
    calls,
    findings,
    graph_shapes,
    lists,
    masking,
    rules,
)
from trailmark.common import exceptions, problems
from trailmark.db import clusters, owners, records
from trailmark.db import graphs as db_graphs
from trailmark.flows import graphs, layers, uploads

#: Each is read with its tasks.
_AT_A_TIME = 20

Found = tuple[problems.Problem, ...]


def index(call: calls.Call, level: str, owner: str) -> calls.Answer:
    """An owner's graphs."""
    found: records.Cluster | records.Owner
    if level == 'cluster':
        found = clusters.get(call.db, owner)
    else:
        found = owners.get(call.db, level, owner)
    return _listed(call, [(level, found.id)], None)


def show(
    call: calls.Call, level: str, owner: str, type: str = ''
) -> calls.Answer:
    """An owner's graph of a type."""
    found = db_graphs.get(call.db, level, owner, type_of(type))
    return calls.Answer(graph_shapes.shape(call, found))


def create(
    call: calls.Call, level: str, owner: str, type: str = ''
) -> calls.Answer:
    """A new graph; there may be none of its type. Fuel answers 200."""

    def change(old: records.GraphRecord | None) -> Mapping[str, Any]:
        if old is not None:
            raise exceptions.GraphExists(type=old.type)
        body: Mapping[str, Any] = call.body
        return body

    return _put(call, level, owner, type, change)


def update(
    call: calls.Call, level: str, owner: str, type: str = ''
) -> calls.Answer:
    """Change what the body names; tasks are replaced as a whole."""
    kind = type_of(type)

    def change(old: records.GraphRecord | None) -> Mapping[str, Any]:
        if old is None:
            raise exceptions.GraphMissing(type=kind)
        tasks = [task.body for task in old.tasks]
        return {'tasks': tasks, **old.metadata, **call.body}

    return _put(call, level, owner, type, change)


def delete(
    call: calls.Call, level: str, owner: str, type: str = ''
) -> calls.Answer:
    """Remove a graph; its revisions stay."""
    kind = type_of(type)
    db_graphs.remove(call.db, level, owner, kind, rules.of(call), call.actor)
    return calls.Answer(status=204)


def list_all(call: calls.Call) -> calls.Answer:
    """Graphs of all owners, or of those that are named. Fuel: /graphs."""
    return _listed(call, _chosen(call), call.texts('graph_types'))


def _listed(
    call: calls.Call,
    chosen: Sequence[tuple[str, int]] | None,
    types: Sequence[str] | None,
) -> calls.Answer:
    def fetch(marker: int | None, limit: int) -> lists.Entries:
        found = db_graphs.list_all(call.db, chosen, types, limit, marker or 0)
        return [graph_shapes.shape(call, each) for each in found]

    return lists.answer(call, fetch, _AT_A_TIME)


def show_by_id(call: calls.Call, graph: int) -> calls.Answer:
    """One graph, whoever owns it."""
    found = db_graphs.find(call.db, graph)
    return calls.Answer(graph_shapes.shape(call, found))


def update_by_id(call: calls.Call, graph: int) -> calls.Answer:
    """The same as `update`."""
    found = db_graphs.find(call.db, graph)
    return update(call, found.level, str(found.owner_id), found.type)


def delete_by_id(call: calls.Call, graph: int) -> calls.Answer:
    """The same as `delete`."""
    found = db_graphs.find(call.db, graph)
    return delete(call, found.level, str(found.owner_id), found.type)


def upload(call: calls.Call) -> calls.Answer:
    """Add or replace a graph by that in the body's files."""
    body = call.body
    level, owner = owner_of(body)
    where = layers.Place(level, str(owner), type_of(body.get('type')))
    graph, found, hidden = read_files(call, where, body)
    if body.get('strict'):
        _refuse(found, hidden)
    with findings.masked(hidden):
        stored, told = save(call, where, lambda old: (graph, found))
    warnings = findings.mask(found, hidden)
    return calls.Answer(
        {
            'graph': graph_shapes.shape(call, stored),
            'changes': told,
            'warnings': findings.lines(warnings),
        }
    )


def read_files(
    call: calls.Call, where: layers.Place, body: Mapping[str, Any]
) -> tuple[graphs.Graph, Found, frozenset[str]]:
    """The graph in files, what is wrong with it, and values to hide."""
    graph, found = uploads.of_files(
        where, body['files'], call.context.catalog, body.get('source')
    )
    hidden = findings.secrets_of([layers_of(where, graph)])
    if errors(found):
        hidden |= findings.secrets_in(body['files'])
    return graph, found, hidden


def errors(found: Found) -> Found:
    """What of the findings refuses a graph."""
    return tuple(
        each for each in found if each.severity is problems.Severity.ERROR
    )


def save(
    call: calls.Call,
    where: layers.Place,
    read: Callable[[records.GraphRecord | None], tuple[graphs.Graph, Found]],
) -> tuple[records.GraphRecord, list[str]]:
    """Store the graph that follows from the stored one, if nothing is wrong.

    Raises InvalidInput, and what `read` raises.
    """

    def change(old: records.GraphRecord | None) -> records.GraphRecord:
        graph, found = read(old)
        if errors(found):
            raise exceptions.InvalidInput(errors(found))
        masking.refuse_masked(old, graph)
        return _record(where, graph, old)

    return db_graphs.put(
        call.db,
        *(where.level, where.owner, where.type),
        change,
        rules.of(call),
        call.actor,
    )


def _put(
    call: calls.Call,
    level: str,
    owner: str,
    type: str,
    change: Callable[[records.GraphRecord | None], Mapping[str, Any]],
) -> calls.Answer:
    where = layers.Place(level, owner, type_of(type))

    def read(
        old: records.GraphRecord | None,
    ) -> tuple[graphs.Graph, Found]:
        return uploads.of_data(where, change(old), call.context.catalog)

    stored, _told = save(call, where, read)
    return calls.Answer(graph_shapes.shape(call, stored))


def _record(
    where: layers.Place, graph: graphs.Graph, old: records.GraphRecord | None
) -> records.GraphRecord:
    """The record of a graph; a task that is as it was keeps its file."""
    known = {task.body['id']: task for task in old.tasks} if old else {}
    return records.GraphRecord(
        where.level,
        where.owner,
        where.type,
        graph.metadata,
        tuple(_task(task, known.get(task.id)) for task in graph.tasks),
    )


def _task(
    task: graphs.Task, old: records.TaskRecord | None
) -> records.TaskRecord:
    file, folder = task.provenance.file or None, task.provenance.folder
    if old is not None and old.body == task.body:
        return records.TaskRecord(old.body, old.file, folder or old.folder)
    return records.TaskRecord(task.body, file, folder)


def owner_of(body: Mapping[str, Any]) -> tuple[str, str | int]:
    """Level and name of the one owner that a request names."""
    named = [level for level in db_graphs.LEVELS if body.get(level)]
    if len(named) != 1:
        raise calls.refused('say one of release, plugin and cluster')
    return named[0], body[named[0]]


def type_of(said: str | None) -> str:
    """A type of graph; an empty one is the default. Fuel: behaviour 5."""
    kind = said or graphs.DEFAULT_TYPE
    if not layers.is_type(kind):
        raise calls.refused(f'{kind!r} can name no type of graph', 'type')
    return kind


def layers_of(where: layers.Place, graph: graphs.Graph) -> graphs.Layer:
    """A layer of this graph alone."""
    return graphs.Layer(where.level, where.owner, {where.type: graph})


def _refuse(found: Found, hidden: frozenset[str]) -> None:
    if found:
        raise exceptions.InvalidInput(findings.mask(found, hidden))


def _chosen(call: calls.Call) -> list[tuple[str, int]] | None:
    """Owners that the filters name; None for all."""
    named = {
        level: call.numbers(f'{level}s_ids') for level in db_graphs.LEVELS
    }
    if all(ids is None for ids in named.values()):
        return None
    chosen = [
        (level, number) for level, ids in named.items() for number in ids or ()
    ]
    if call.flag('fetch_related'):
        for number in named['cluster'] or ():
            cluster = clusters.get(call.db, number)
            chosen.append(('release', cluster.release_id))
            chosen += [
                ('plugin', owners.get(call.db, 'plugin', name).id)
                for name in cluster.plugins
            ]
    return chosen


def of_level(view: Callable[..., calls.Answer], level: str) -> Any:
    """A view of this module for the graphs of one level."""
    return functools.partial(view, level=level)
