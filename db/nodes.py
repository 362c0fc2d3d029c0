"""Nodes of clusters."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import sqlalchemy as sa

from trailmark.common import exceptions
from trailmark.db import agents, owners, records, tables
from trailmark.db.connection import Database


def store(
    connection: sa.Connection,
    cluster_id: int,
    given: tuple[records.NodeRecord, ...],
) -> Iterator[str]:
    """Make the cluster's nodes the given ones; say what changed.

    Raises NodeServed.
    """
    n = tables.nodes
    known = {
        row.name: row
        for row in connection.execute(
            sa.select(n).where(n.c.cluster_id == cluster_id)
        )
    }
    names = {node.name for node in given}
    for name in sorted(known.keys() - names):
        connection.execute(n.delete().where(n.c.id == known[name].id))
        yield f'node {name} removed'
    added = []
    for position, node in enumerate(given):
        values = {
            'position': position,
            'roles': json.dumps(node.roles),
            'attributes': json.dumps(node.attributes),
        }
        row = known.get(node.name)
        if row is None:
            added.append(
                {'cluster_id': cluster_id, 'name': node.name, **values}
            )
            yield f'node {node.name} added'
            continue
        told = _node_changes(row, values)
        if told:
            connection.execute(
                n.update().where(n.c.id == row.id).values(values)
            )
            yield f'node {node.name}: {" and ".join(told)} changed'
    if added:
        agents.refuse_served(connection, cluster_id, names - known.keys())
        connection.execute(n.insert(), added)


def put(
    connection: sa.Connection,
    cluster_id: int,
    given: Iterable[records.NodeRecord],
) -> list[str]:
    """Add or change nodes by their names; the others stay as they are."""
    known = {each.name: each for each in of_cluster(connection, cluster_id)}
    known |= {each.name: each for each in given}
    return list(store(connection, cluster_id, tuple(known.values())))


def remove(connection: sa.Connection, cluster_id: int, name: str) -> None:
    """Remove a node. Raises NotFound."""
    kept = [
        each
        for each in of_cluster(connection, cluster_id)
        if each.name != name
    ]
    if not list(store(connection, cluster_id, tuple(kept))):
        raise exceptions.NotFound(kind='node', name=name)


def rename(
    connection: sa.Connection, cluster_id: int, old: str, new: str
) -> None:
    """Give a node another name. Raises NodeServed."""
    agents.refuse_served(connection, cluster_id, {new})
    n = tables.nodes
    connection.execute(
        n.update()
        .where(n.c.cluster_id == cluster_id, n.c.name == old)
        .values(name=new)
    )


def of_cluster(
    connection: sa.Connection, cluster_id: int
) -> list[records.NodeRecord]:
    """The nodes of a cluster in their order."""
    n = tables.nodes
    return [
        read(row)
        for row in connection.execute(
            sa.select(n)
            .where(n.c.cluster_id == cluster_id)
            .order_by(n.c.position)
        )
    ]


def find(db: Database, number: int) -> tuple[records.NodeRecord, int]:
    """The node with this id, and the id of its cluster. Raises NotFound."""
    n = tables.nodes
    with db.reader() as connection:
        row = connection.execute(sa.select(n).where(n.c.id == number)).first()
    if row is None:
        raise exceptions.NotFound(kind='node', name=number)
    return read(row), row.cluster_id


def page(
    db: Database, cluster: str | int | None, marker: int, limit: int
) -> list[tuple[records.NodeRecord, int]]:
    """Nodes with ids of their clusters, by id after a marker.

    Those of one cluster if it is named. Raises NotFound.
    """
    n, c = tables.nodes, tables.clusters.c
    wanted = (
        sa.select(n)
        .join(tables.clusters, c.id == n.c.cluster_id)
        .where(n.c.id > marker, c.deleted_at.is_(None))
        .order_by(n.c.id)
        .limit(limit)
    )
    with db.reader() as connection:
        if cluster is not None:
            number, _name = owners.find(connection, 'cluster', cluster)
            wanted = wanted.where(c.id == number)
        found = connection.execute(wanted)
        return [(read(row), row.cluster_id) for row in found]


def check_known(db: Database, name_or_id: str | int) -> None:
    """Raise NotFound unless a cluster, or a run, has or had such a node."""
    if not known(db, name_or_id):
        raise exceptions.NotFound(kind='node', name=name_or_id)


def known(db: Database, name_or_id: str | int) -> bool:
    """Whether a cluster, or a run, has or had a node of a name or an id."""
    n, r = tables.nodes.c, tables.run_nodes.c
    is_name = isinstance(name_or_id, str)
    which: tuple[sa.Column[Any], ...]
    which = (n.name, r.name) if is_name else (n.id, r.node_id)
    with db.reader() as connection:
        return any(
            connection.execute(
                sa.select(column).where(column == name_or_id).limit(1)
            ).first()
            is not None
            for column in which
        )


def names(db: Database) -> set[str]:
    """Names of the nodes of all clusters; `master` is one of them."""
    with db.reader() as connection:
        found = connection.execute(sa.select(tables.nodes.c.name).distinct())
        return {'master', *found.scalars()}


def read(row: Any) -> records.NodeRecord:
    """A node from its row."""
    return records.NodeRecord(
        row.name,
        tuple(json.loads(row.roles)),
        json.loads(row.attributes),
        row.id,
        row.position,
    )


def _node_changes(row: sa.Row[Any], values: Mapping[str, Any]) -> list[str]:
    return [name for name in values if getattr(row, name) != values[name]]
