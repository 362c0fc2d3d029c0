"""Deployments: what `deploy` stores, and what that changed."""

import json
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from trailmark.common import clock, exceptions
from trailmark.db import (
    clusters,
    nodes,
    plugins,
    records,
    stored_graphs,
    tables,
)
from trailmark.db.connection import Database, is_collision

#: Another deployment may add the same release or plugin at the same time.
_TRIES = 3


def store(
    db: Database,
    deployment: records.DeploymentRecord,
    force_source: bool = False,
) -> records.StoredDeployment:
    """Store a deployment; say in a sentence each what changed.

    Raises NameTaken when the cluster was stored from another folder and
    `force_source` doesn't allow that; DatabaseUnavailable.
    """
    for left in reversed(range(_TRIES)):
        try:
            with db.writer() as connection:
                return _store(connection, deployment, force_source)
        except exceptions.DatabaseUnavailable as error:
            if not left or not is_collision(error):
                raise
    raise AssertionError('the last try returns or raises')


def _store(
    connection: sa.Connection,
    given: records.DeploymentRecord,
    force_source: bool,
) -> records.StoredDeployment:
    release_id, changes = _owner(connection, 'release', given.release, given)
    plugin_ids = []
    for name in given.plugins:
        plugin_id, told = _owner(connection, 'plugin', name, given)
        plugin_ids.append(plugin_id)
        changes += told
    row = _cluster_row(connection, given.cluster)
    if row is None:
        cluster_id = _add_cluster(connection, given, release_id)
        told = [f'cluster {given.cluster} added, {len(given.nodes)} nodes']
    else:
        _check_source(row, given, force_source)
        cluster_id = row.id
        told = list(_change_cluster(connection, row, given, release_id))
    noded = list(nodes.store(connection, cluster_id, given.nodes))
    plugged = plugins.store(connection, cluster_id, plugin_ids)
    graphs = stored_graphs.store(
        connection, 'cluster', cluster_id, _graphs(given, 'cluster', None)
    )
    of = f'cluster {given.cluster}: '
    layer = [of + change for change in graphs]
    changes += told
    if row is not None:
        changes += [*noded, *layer]
        changes += [of + 'plugins changed'] if plugged else []
    if changes:
        plugins.link_graphs(connection, cluster_id, plugin_ids)
    return records.StoredDeployment(
        clusters.read(connection, cluster_id), tuple(changes)
    )


def _graphs(
    given: records.DeploymentRecord, level: str, owner: str | None
) -> dict[str, records.GraphRecord]:
    return {
        graph.type: graph
        for graph in given.graphs
        if graph.level == level and owner in (None, graph.owner)
    }


def _owner(
    connection: sa.Connection,
    level: str,
    name: str,
    given: records.DeploymentRecord,
) -> tuple[int, list[str]]:
    """Store a release or plugin with its graphs; its id and changes."""
    table = tables.metadata.tables[f'{level}s']
    known = connection.execute(
        sa.select(table.c.id).where(table.c.name == name).with_for_update()
    ).scalar()
    number = known
    if number is None:
        made = connection.execute(table.insert(), {'name': name})
        number = (made.inserted_primary_key or (0,))[0]
    told = list(
        stored_graphs.store(
            connection, level, number, _graphs(given, level, name)
        )
    )
    if known is None:
        return int(number), [f'{level} {name} added']
    return int(number), [f'{level} {name}: {change}' for change in told]


def _cluster_row(connection: sa.Connection, name: str) -> sa.Row[Any] | None:
    c = tables.clusters
    return connection.execute(
        sa.select(c).where(c.c.name == name).with_for_update()
    ).first()


def _check_source(
    row: sa.Row[Any], given: records.DeploymentRecord, force_source: bool
) -> None:
    if row.source not in (None, given.source) and not force_source:
        raise exceptions.NameTaken(
            name=given.cluster, source=row.source, other=given.source
        )


def _cluster_values(
    given: records.DeploymentRecord, release_id: int
) -> dict[str, Any]:
    return {
        'source': given.source,
        'release_id': release_id,
        'roles': json.dumps(given.roles),
        'graph_types': json.dumps(given.graph_types),
    }


def _add_cluster(
    connection: sa.Connection,
    given: records.DeploymentRecord,
    release_id: int,
) -> int:
    now = clock.now()
    made = connection.execute(
        tables.clusters.insert(),
        {
            'name': given.cluster,
            'created_at': now,
            'updated_at': now,
            **_cluster_values(given, release_id),
        },
    )
    return int((made.inserted_primary_key or (0,))[0])


def _change_cluster(
    connection: sa.Connection,
    row: sa.Row[Any],
    given: records.DeploymentRecord,
    release_id: int,
) -> Iterator[str]:
    values = _cluster_values(given, release_id)
    changed = [name for name in values if getattr(row, name) != values[name]]
    if not changed:
        return
    c = tables.clusters
    connection.execute(
        c.update()
        .where(c.c.id == row.id)
        .values(updated_at=clock.now(), **values)
    )
    told = {
        'source': f'deployed from {given.source}, before from {row.source}',
        'release_id': f'release is now {given.release}',
        'roles': 'roles changed',
        'graph_types': 'graph types are now ' + ', '.join(given.graph_types),
    }
    for name in changed:
        yield f'cluster {given.cluster}: {told[name]}'
