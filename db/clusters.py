"""Stored clusters: their nodes, plugins and layers of graphs."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from trailmark.db import nodes as node_rows
from trailmark.db import owners, plugins, records, stored_graphs, tables
from trailmark.db.connection import Database


def get(db: Database, name_or_id: str | int) -> records.Cluster:
    """A cluster by name, or by id. Raises NotFound, DatabaseUnavailable."""
    with db.reader() as connection:
        return read(connection, name_or_id)


def read(connection: sa.Connection, name_or_id: str | int) -> records.Cluster:
    """A cluster in an open transaction. Raises NotFound."""
    number, _name = owners.find(connection, 'cluster', name_or_id)
    return _read(connection, tables.clusters.c.id == number)[0]


def number(db: Database, name_or_id: str | int) -> int:
    """The id of a cluster, also of a deleted one: its runs are still there.

    Raises NotFound, DatabaseUnavailable.
    """
    with db.reader() as connection:
        return owners.find(connection, 'cluster', name_or_id, deleted=True)[0]


def list_all(
    db: Database, limit: int | None = None, marker: int = 0
) -> list[records.Cluster]:
    """Clusters that are not deleted, by id; `marker` is an id.

    Raises DatabaseUnavailable.
    """
    c = tables.clusters.c
    which = sa.and_(c.id > marker, c.deleted_at.is_(None))
    with db.reader() as connection:
        return _read(connection, which, limit)


def graphs(db: Database, cluster_id: int) -> tuple[records.GraphRecord, ...]:
    """Graphs of a cluster in the order of the merge, by layer and owner.

    Raises NotFound, DatabaseUnavailable.
    """
    with db.reader() as connection:
        return layers(connection, read(connection, cluster_id))


def content(
    db: Database, name_or_id: str | int
) -> tuple[
    records.Cluster, tuple[records.GraphRecord, ...], list[dict[str, Any]]
]:
    """A cluster, its graphs and their revisions, as of one moment."""
    with db.reader() as connection:
        cluster = read(connection, name_or_id)
        return (
            cluster,
            layers(connection, cluster),
            revisions(connection, cluster),
        )


def layers(
    connection: sa.Connection, cluster: records.Cluster
) -> tuple[records.GraphRecord, ...]:
    """The same in an open transaction; plugins' graphs as their merge."""
    return tuple(
        graph
        for level, owner_id, owner in (
            ('release', cluster.release_id, cluster.release),
            (stored_graphs.MERGE, cluster.id, '*'),
            ('cluster', cluster.id, cluster.name),
        )
        for graph in stored_graphs.read_all(
            connection, stored_graphs.Place(level, owner_id), owner
        )
    )


def revisions(
    connection: sa.Connection, cluster: records.Cluster
) -> list[dict[str, Any]]:
    """Level, owner, type and revision of each graph of a cluster."""
    numbers = plugins.links(connection, cluster.id)
    places = [('release', cluster.release_id, cluster.release)]
    places += [
        ('plugin', number, name)
        for number, name in zip(numbers, cluster.plugins, strict=True)
    ]
    places.append(('cluster', cluster.id, cluster.name))
    return [
        {
            'level': level,
            'owner': owner,
            'type': graph.type,
            'revision': graph.revision,
        }
        for level, number, owner in places
        for graph in stored_graphs.read_all(
            connection, stored_graphs.Place(level, number), owner
        )
    ]


def _read(
    connection: sa.Connection,
    which: sa.ColumnElement[bool],
    limit: int | None = None,
) -> list[records.Cluster]:
    c, release = tables.clusters, tables.releases
    rows = connection.execute(
        sa.select(
            c,
            release.c.name.label('release'),
            release.c.roles.label('release_roles'),
        )
        .join(release, release.c.id == c.c.release_id)
        .where(which)
        .order_by(c.c.id)
        .limit(limit)
    ).all()
    ids = [row.id for row in rows]
    nodes = _nodes(connection, ids)
    plugged = _plugins(connection, ids)
    return [
        records.Cluster(
            id=row.id,
            name=row.name,
            source=row.source,
            release=row.release,
            release_id=row.release_id,
            plugins=tuple(name for name, _ in plugged.get(row.id, ())),
            nodes=tuple(nodes.get(row.id, ())),
            roles=json.loads(row.roles),
            inherited_roles=(
                json.loads(row.release_roles or '{}'),
                *(
                    json.loads(roles or '{}')
                    for _, roles in plugged.get(row.id, ())
                ),
            ),
            graph_types=tuple(json.loads(row.graph_types)),
            deleted_at=row.deleted_at,
            created_at=row.created_at,
            updated_at=row.updated_at,
            project=row.project_id,
        )
        for row in rows
    ]


def _nodes(
    connection: sa.Connection, ids: Sequence[int]
) -> Mapping[int, list[records.NodeRecord]]:
    n = tables.nodes.c
    found: dict[int, list[records.NodeRecord]] = {}
    rows: Iterable[Any] = connection.execute(
        sa.select(tables.nodes)
        .where(n.cluster_id.in_(ids))
        .order_by(n.cluster_id, n.position)
    )
    for row in rows:
        found.setdefault(row.cluster_id, []).append(node_rows.read(row))
    return found


def _plugins(
    connection: sa.Connection, ids: Sequence[int]
) -> Mapping[int, list[tuple[str, str | None]]]:
    """Names and roles of the plugins of clusters, in their order."""
    link, plugin = tables.cluster_plugins.c, tables.plugins.c
    found: dict[int, list[tuple[str, str | None]]] = {}
    for cluster, name, roles in connection.execute(
        sa.select(link.cluster_id, plugin.name, plugin.roles)
        .join_from(
            tables.cluster_plugins,
            tables.plugins,
            plugin.id == link.plugin_id,
        )
        .where(link.cluster_id.in_(ids))
        .order_by(link.cluster_id, link.position)
    ):
        found.setdefault(cluster, []).append((name, roles))
    return found
