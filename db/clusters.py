"""Stored clusters: their nodes, plugins and layers of graphs."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from trailmark.common import exceptions
from trailmark.db import records, stored_graphs, tables
from trailmark.db.connection import Database


def get(db: Database, name_or_id: str | int) -> records.Cluster:
    """A cluster by name, or by id. Raises NotFound, DatabaseUnavailable."""
    with db.reader() as connection:
        return read(connection, name_or_id)


def read(connection: sa.Connection, name_or_id: str | int) -> records.Cluster:
    """A cluster in an open transaction. Raises NotFound."""
    c = tables.clusters.c
    which = [c.name == str(name_or_id)]
    if str(name_or_id).isdecimal():
        which.append(c.id == int(name_or_id))
    if isinstance(name_or_id, int):
        del which[0]
    for condition in which:
        found = _read(connection, condition)
        if found:
            return found[0]
    raise exceptions.NotFound(kind='cluster', name=name_or_id)


def list_all(db: Database) -> list[records.Cluster]:
    """Every cluster, by name. Raises DatabaseUnavailable."""
    with db.reader() as connection:
        return _read(connection, sa.true())


def graphs(db: Database, cluster_id: int) -> tuple[records.GraphRecord, ...]:
    """Graphs of a cluster in the order of the merge, by layer and owner.

    Raises NotFound, DatabaseUnavailable.
    """
    with db.reader() as connection:
        cluster = read(connection, cluster_id)
        c = tables.clusters.c
        release_id = connection.execute(
            sa.select(c.release_id).where(c.id == cluster_id)
        ).scalar_one()
        found = [
            *_layer(connection, 'release', cluster.release, release_id),
            *_plugin_layers(connection, cluster_id),
            *_layer(connection, 'cluster', cluster.name, cluster_id),
        ]
    return tuple(found)


def _layer(
    connection: sa.Connection, level: str, owner: str, owner_id: int
) -> Iterable[records.GraphRecord]:
    links = stored_graphs.links(connection, level, owner_id)
    for kind, graph in links.items():
        yield stored_graphs.read(connection, graph, level, owner, kind)


def _plugin_layers(
    connection: sa.Connection, cluster_id: int
) -> Iterable[records.GraphRecord]:
    link, plugin = tables.cluster_plugin_deployment_graphs, tables.plugins
    rows = connection.execute(
        sa.select(link.c.deployment_graph_id, plugin.c.name, link.c.type)
        .join(plugin, plugin.c.id == link.c.plugin_id)
        .where(link.c.cluster_id == cluster_id)
        .order_by(link.c.position, link.c.type)
    ).all()
    for graph, name, kind in rows:
        yield stored_graphs.read(connection, graph, 'plugin', name, kind)


def _read(
    connection: sa.Connection, which: sa.ColumnElement[bool]
) -> list[records.Cluster]:
    c, release = tables.clusters, tables.releases
    rows = connection.execute(
        sa.select(c, release.c.name.label('release'))
        .join(release, release.c.id == c.c.release_id)
        .where(which)
        .order_by(c.c.name)
    ).all()
    ids = [row.id for row in rows]
    nodes = _nodes(connection, ids)
    plugins = _plugins(connection, ids)
    return [
        records.Cluster(
            id=row.id,
            name=row.name,
            source=row.source,
            release=row.release,
            plugins=tuple(plugins.get(row.id, ())),
            nodes=tuple(nodes.get(row.id, ())),
            roles=json.loads(row.roles),
            graph_types=tuple(json.loads(row.graph_types)),
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
        found.setdefault(row.cluster_id, []).append(
            records.NodeRecord(
                row.name,
                tuple(json.loads(row.roles)),
                json.loads(row.attributes),
                row.id,
            )
        )
    return found


def _plugins(
    connection: sa.Connection, ids: Sequence[int]
) -> Mapping[int, list[str]]:
    link, plugin = tables.cluster_plugins.c, tables.plugins.c
    found: dict[int, list[str]] = {}
    for cluster, name in connection.execute(
        sa.select(link.cluster_id, plugin.name)
        .join_from(
            tables.cluster_plugins,
            tables.plugins,
            plugin.id == link.plugin_id,
        )
        .where(link.cluster_id.in_(ids))
        .order_by(link.cluster_id, link.position)
    ):
        found.setdefault(cluster, []).append(name)
    return found
