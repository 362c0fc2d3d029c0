"""Nodes of clusters."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import sqlalchemy as sa

from trailmark.db import records, tables


def store(
    connection: sa.Connection,
    cluster_id: int,
    given: tuple[records.NodeRecord, ...],
) -> Iterator[str]:
    """Make the cluster's nodes the given ones; say what changed."""
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
        connection.execute(n.insert(), added)


def _node_changes(row: sa.Row[Any], values: Mapping[str, Any]) -> list[str]:
    return [name for name in values if getattr(row, name) != values[name]]
