"""Graphs as rows: of a release, a plugin or a cluster."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import sqlalchemy as sa

from trailmark.common import clock
from trailmark.db import records, tables

_LINKS = {
    'release': tables.release_deployment_graphs,
    'plugin': tables.plugin_deployment_graphs,
    'cluster': tables.cluster_deployment_graphs,
}
#: A task as it is stored: name, type, body, file.
_Row = tuple[str, str, str, str | None]


def links(
    connection: sa.Connection, level: str, owner_id: int
) -> dict[str, int]:
    """Ids of an owner's graphs by type."""
    link = _LINKS[level].c
    rows = connection.execute(
        sa.select(link.type, link.deployment_graph_id)
        .where(link[f'{level}_id'] == owner_id)
        .order_by(link.type)
    )
    return {kind: graph for kind, graph in rows}


def read(
    connection: sa.Connection, graph: int, level: str, owner: str, kind: str
) -> records.GraphRecord:
    """The graph with this id."""
    metadata, rows = _stored(connection, graph)
    return records.GraphRecord(
        level=level,
        owner=owner,
        type=kind,
        metadata=json.loads(metadata),
        tasks=tuple((json.loads(row[2]), row[3]) for row in rows),
    )


def _stored(connection: sa.Connection, graph: int) -> tuple[str, list[_Row]]:
    g, t = tables.deployment_graphs.c, tables.deployment_graph_tasks.c
    metadata: str = connection.execute(
        sa.select(g['metadata']).where(g.id == graph)
    ).scalar_one()
    rows = connection.execute(
        sa.select(t.task_name, t.type, t.body, t.file)
        .where(t.deployment_graph_id == graph)
        .order_by(t.position)
    )
    return metadata, [(row[0], row[1], row[2], row[3]) for row in rows]


def _text(data: Any) -> str:
    return json.dumps(data, separators=(',', ':'), default=str)


def _rows_of(graph: records.GraphRecord) -> list[_Row]:
    return [
        (str(body.get('id')), str(body.get('type')), _text(body), file)
        for body, file in graph.tasks
    ]


def store(
    connection: sa.Connection,
    level: str,
    owner_id: int,
    given: Mapping[str, records.GraphRecord],
) -> Iterator[str]:
    """Make an owner's graphs (by type) the given ones.

    Yields what changed, without the owner's name; graphs that are as they
    were are not written.
    """
    known = links(connection, level, owner_id)
    for kind in sorted(known.keys() - given.keys()):
        _remove(connection, level, known[kind])
        yield f'graph {kind} removed'
    for kind, graph in given.items():
        if kind in known:
            yield from _change(connection, known[kind], graph)
        else:
            _add(connection, level, owner_id, graph)
            yield f'graph {kind} added, {len(graph.tasks)} tasks'


def _remove(connection: sa.Connection, level: str, graph: int) -> None:
    link, g = _LINKS[level], tables.deployment_graphs
    connection.execute(
        link.delete().where(link.c.deployment_graph_id == graph)
    )
    connection.execute(g.delete().where(g.c.id == graph))


def _add(
    connection: sa.Connection,
    level: str,
    owner_id: int,
    graph: records.GraphRecord,
) -> None:
    now = clock.now()
    made = connection.execute(
        tables.deployment_graphs.insert(),
        {
            'metadata': _text(graph.metadata),
            'revision': 1,
            'created_at': now,
            'updated_at': now,
        },
    )
    number = int((made.inserted_primary_key or (0,))[0])
    connection.execute(
        _LINKS[level].insert(),
        {
            f'{level}_id': owner_id,
            'type': graph.type,
            'deployment_graph_id': number,
        },
    )
    _insert_tasks(connection, number, _rows_of(graph))


def _insert_tasks(
    connection: sa.Connection, graph: int, rows: list[_Row]
) -> None:
    if rows:
        connection.execute(
            tables.deployment_graph_tasks.insert(),
            [
                {
                    'deployment_graph_id': graph,
                    'position': position,
                    'task_name': name,
                    'type': kind,
                    'body': body,
                    'file': file,
                }
                for position, (name, kind, body, file) in enumerate(rows)
            ],
        )


def _change(
    connection: sa.Connection, number: int, graph: records.GraphRecord
) -> Iterator[str]:
    metadata, old = _stored(connection, number)
    new = _rows_of(graph)
    changed_metadata = _text(graph.metadata)
    if metadata == changed_metadata and old == new:
        return
    g, t = tables.deployment_graphs, tables.deployment_graph_tasks
    connection.execute(
        g.update()
        .where(g.c.id == number)
        .values(
            metadata=changed_metadata,
            revision=g.c.revision + 1,
            updated_at=clock.now(),
        )
    )
    connection.execute(t.delete().where(t.c.deployment_graph_id == number))
    _insert_tasks(connection, number, new)
    of = '' if graph.type == 'default' else f' of graph {graph.type}'
    if metadata != changed_metadata:
        yield f'metadata{of} changed'
    yield from _told(old, new, of)


def _told(old: list[_Row], new: list[_Row], of: str) -> Iterator[str]:
    """What became of tasks, one sentence each."""
    before = {row[0]: row for row in old}
    after = {row[0]: row for row in new}
    for name in sorted(before.keys() - after.keys()):
        yield f'task {name}{of} removed'
    for name, row in after.items():
        was = before.get(name)
        if was is None:
            yield f'task {name}{of} added'
        elif was[:3] != row[:3]:
            yield f'task {name}{of} changed'
        elif was[3] != row[3]:
            yield f'task {name}{of} moved from {was[3]} to {row[3]}'
    if before == after and old != new:
        yield f'order of tasks{of} changed'
