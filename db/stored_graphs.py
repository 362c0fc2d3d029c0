"""Graphs as rows: of a release, a plugin or a cluster, or a merge."""

import dataclasses
import json
from collections.abc import Iterator, Mapping
from typing import Any

import sqlalchemy as sa

from trailmark.common import clock
from trailmark.db import records, revisions, tables

#: The merge of the graphs of a cluster's plugins: a level of its own here.
MERGE = 'merge'
_LINKS = {
    'release': tables.release_deployment_graphs,
    'plugin': tables.plugin_deployment_graphs,
    'cluster': tables.cluster_deployment_graphs,
    MERGE: tables.cluster_plugin_deployment_graphs,
}
_G, _T = tables.deployment_graphs, tables.deployment_graph_tasks


@dataclasses.dataclass(frozen=True, slots=True)
class Place:
    """Whose graphs: level, the owner's id, and who changes them now."""

    level: str
    owner_id: int
    actor: str | None = None

    @property
    def link(self) -> sa.Table:
        """The table that links graphs of this level to their owners."""
        return _LINKS[self.level]

    @property
    def owner_column(self) -> str:
        """The column of the owner in that table."""
        return f'{"cluster" if self.level == MERGE else self.level}_id'


def links(connection: sa.Connection, place: Place) -> dict[str, int]:
    """Ids of an owner's graphs by type."""
    link = place.link.c
    rows = connection.execute(
        sa.select(link.type, link.deployment_graph_id)
        .where(link[place.owner_column] == place.owner_id)
        .order_by(link.type)
    )
    return {kind: graph for kind, graph in rows}


def read(
    connection: sa.Connection, graph: int, place: Place, owner: str, kind: str
) -> records.GraphRecord:
    """The graph with this id."""
    row = connection.execute(sa.select(_G).where(_G.c.id == graph)).one()
    tasks = connection.execute(
        sa.select(_T.c.body, _T.c.file, _T.c.folder, _T.c.owner)
        .where(_T.c.deployment_graph_id == graph)
        .order_by(_T.c.position)
    )
    return records.GraphRecord(
        level='plugin' if place.level == MERGE else place.level,
        owner=owner,
        type=kind,
        metadata=json.loads(row._mapping['metadata']),
        tasks=tuple(
            records.TaskRecord(json.loads(body), *rest)
            for body, *rest in tasks
        ),
        id=graph,
        owner_id=place.owner_id,
        revision=row.revision,
        updated_at=row.updated_at,
    )


def read_all(
    connection: sa.Connection, place: Place, owner: str
) -> list[records.GraphRecord]:
    """An owner's graphs by type."""
    return [
        read(connection, graph, place, owner, kind)
        for kind, graph in links(connection, place).items()
    ]


def store(
    connection: sa.Connection,
    place: Place,
    given: Mapping[str, records.GraphRecord],
) -> Iterator[str]:
    """Make an owner's graphs (by type) the given ones.

    Yields what changed, without the owner's name; graphs that are as they
    were are not written.
    """
    for kind in sorted(links(connection, place).keys() - given.keys()):
        yield from remove(connection, place, kind)
    for graph in given.values():
        yield from put(connection, place, graph)


def remove(connection: sa.Connection, place: Place, kind: str) -> list[str]:
    """Remove an owner's graph of this type, if there is one."""
    graph = links(connection, place).get(kind)
    if graph is None:
        return []
    link = place.link
    connection.execute(
        link.delete().where(link.c.deployment_graph_id == graph)
    )
    connection.execute(_G.delete().where(_G.c.id == graph))
    told = [f'graph {kind} removed']
    _note(connection, place, kind, None, told)
    return told


def put(
    connection: sa.Connection, place: Place, graph: records.GraphRecord
) -> list[str]:
    """Add a graph, or make the one of its type like it; what changed.

    That its tasks lie in another folder now is written, but no change.
    """
    known = links(connection, place).get(graph.type)
    if known is None:
        return _add(connection, place, graph)
    old = read(connection, known, place, '', graph.type)
    told = list(_differences(old, graph))
    if told:
        connection.execute(
            _G.update()
            .where(_G.c.id == known)
            .values(
                metadata=_text(graph.metadata),
                revision=_note(connection, place, graph.type, graph, told),
                updated_at=clock.now(),
            )
        )
    if told or old.tasks != graph.tasks:
        connection.execute(
            _T.delete().where(_T.c.deployment_graph_id == known)
        )
        _insert_tasks(connection, known, graph)
    return told


def _note(
    connection: sa.Connection,
    place: Place,
    kind: str,
    graph: records.GraphRecord | None,
    told: list[str],
) -> int:
    """The number of the new revision; a merge has none of its own."""
    if place.level == MERGE:
        return 1
    return revisions.note(
        connection,
        *(place.level, place.owner_id),
        kind,
        graph,
        told,
        place.actor,
    )


def _add(
    connection: sa.Connection, place: Place, graph: records.GraphRecord
) -> list[str]:
    told = [f'graph {graph.type} added, {len(graph.tasks)} tasks']
    now = clock.now()
    made = connection.execute(
        _G.insert(),
        {
            'metadata': _text(graph.metadata),
            'revision': _note(connection, place, graph.type, graph, told),
            'created_at': now,
            'updated_at': now,
        },
    )
    number = int((made.inserted_primary_key or (0,))[0])
    connection.execute(
        place.link.insert(),
        {
            place.owner_column: place.owner_id,
            'type': graph.type,
            'deployment_graph_id': number,
        },
    )
    _insert_tasks(connection, number, graph)
    return told


def _text(data: Any) -> str:
    return json.dumps(data, separators=(',', ':'), default=str)


def _insert_tasks(
    connection: sa.Connection, number: int, graph: records.GraphRecord
) -> None:
    rows = [
        {
            'deployment_graph_id': number,
            'position': position,
            'task_name': str(task.body.get('id')),
            'type': str(task.body.get('type')),
            'body': _text(task.body),
            'file': task.file,
            'folder': task.folder,
            'owner': task.owner,
        }
        for position, task in enumerate(graph.tasks)
    ]
    if rows:
        connection.execute(_T.insert(), rows)


def _differences(
    old: records.GraphRecord, new: records.GraphRecord
) -> Iterator[str]:
    """What became of a graph, one sentence each; none if it is the same."""
    of = '' if new.type == 'default' else f' of graph {new.type}'
    if _text(old.metadata) != _text(new.metadata):
        yield f'metadata{of} changed'
    before = {str(task.body.get('id')): task for task in old.tasks}
    after = {str(task.body.get('id')): task for task in new.tasks}
    for name in sorted(before.keys() - after.keys()):
        yield f'task {name}{of} removed'
    for name, task in after.items():
        if name not in before:
            yield f'task {name}{of} added'
        else:
            yield from _difference(f'task {name}{of}', before[name], task)
    kept = [name for name in before if name in after]
    if kept != [name for name in after if name in before]:
        yield f'order of tasks{of} changed'


def _difference(
    name: str, old: records.TaskRecord, new: records.TaskRecord
) -> Iterator[str]:
    if _text(old.body) != _text(new.body):
        yield f'{name} changed'
    elif old.file != new.file:
        yield f'{name} moved from {old.file} to {new.file}'
    elif old.owner != new.owner:
        yield f'{name} is now of plugin {new.owner}'
