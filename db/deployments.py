"""Deployments: what `deploy` stores, and what that changed."""

import json
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from trailmark.common import clock, exceptions
from trailmark.db import (
    audit,
    clusters,
    merges,
    nodes,
    owners,
    plugins,
    records,
    stored_graphs,
    tables,
)
from trailmark.db.connection import Database, is_collision, is_duplicate

#: Another deployment may add the same release or plugin at the same time.
_TRIES = 3


def store(
    db: Database,
    deployment: records.DeploymentRecord,
    rules: merges.Rules = merges.NO_RULES,
    force_source: bool = False,
    actor: str | None = None,
) -> records.StoredDeployment:
    """Store a deployment; say in a sentence each what changed.

    Raises NameTaken when the cluster was stored from another folder and
    `force_source` doesn't allow that; InvalidInput when plugins of another
    cluster would overlap; DatabaseUnavailable.
    """
    for left in reversed(range(_TRIES)):
        try:
            with db.writer() as connection:
                return _Storing(connection, deployment, rules, actor).run(
                    force_source
                )
        except exceptions.DatabaseUnavailable as error:
            if not left and is_duplicate(error):
                # Nothing else is found by its name and yet there: a cluster
                # of another project.
                raise exceptions.NameInUse(
                    kind='cluster', name=deployment.cluster
                ) from error
            if not left or not is_collision(error):
                raise
    raise AssertionError('the last try returns or raises')


class _Storing:
    def __init__(
        self,
        connection: sa.Connection,
        given: records.DeploymentRecord,
        rules: merges.Rules,
        actor: str | None,
    ) -> None:
        self._connection, self._given = connection, given
        self._rules, self._actor = rules, actor

    def run(self, force_source: bool) -> records.StoredDeployment:
        given, connection = self._given, self._connection
        release_id, changes = self._owner('release', given.release)
        plugin_ids = []
        for name in given.plugins:
            plugin_id, told = self._owner('plugin', name)
            plugin_ids.append(plugin_id)
            changes += told
        row = _cluster_row(connection, given.cluster)
        if row is None:
            cluster_id = _add_cluster(connection, given, release_id)
            changes.append(
                f'cluster {given.cluster} added, {len(given.nodes)} nodes'
            )
        else:
            _check_source(row, given, force_source)
            cluster_id = row.id
            changes += _change_cluster(connection, row, given, release_id)
        told = self._parts(cluster_id, plugin_ids)
        changes += told if row is not None else []
        self._settle(cluster_id, plugin_ids)
        if changes:
            subject = audit.Subject('cluster', given.cluster, cluster_id)
            audit.note(connection, 'uploaded', subject, audit.named(changes))
        cluster = clusters.read(connection, cluster_id)
        return records.StoredDeployment(
            cluster,
            tuple(changes),
            clusters.revisions(connection, cluster),
        )

    def _parts(self, cluster_id: int, plugin_ids: list[int]) -> list[str]:
        """Nodes, graphs and plugins of the cluster; what changed."""
        connection, given = self._connection, self._given
        of = f'cluster {given.cluster}: '
        told = list(nodes.store(connection, cluster_id, given.nodes))
        place = stored_graphs.Place('cluster', cluster_id, self._actor)
        graphs = self._graphs('cluster', None)
        told += [
            of + each
            for each in stored_graphs.store(connection, place, graphs)
        ]
        if plugins.store(connection, cluster_id, plugin_ids):
            told.append(of + 'plugins changed')
        return told

    def _settle(self, cluster_id: int, plugin_ids: list[int]) -> None:
        """Merge anew for every cluster that shares a plugin."""
        reached = {cluster_id: None}
        for number in plugin_ids:
            place = stored_graphs.Place('plugin', number)
            users = merges.users(self._connection, place)
            reached |= dict.fromkeys(users)
        merges.settle(self._connection, reached, self._rules)

    def _graphs(
        self, level: str, owner: str | None
    ) -> dict[str, records.GraphRecord]:
        return {
            graph.type: graph
            for graph in self._given.graphs
            if graph.level == level and owner in (None, graph.owner)
        }

    def _owner(self, level: str, name: str) -> tuple[int, list[str]]:
        """Store a release or plugin with its graphs; its id and changes."""
        connection, table = self._connection, owners.TABLES[level]
        known = connection.execute(
            sa.select(table.c.id).where(table.c.name == name).with_for_update()
        ).scalar()
        number = known
        if number is None:
            now = clock.now()
            made = connection.execute(
                table.insert(),
                {'name': name, 'created_at': now, 'updated_at': now},
            )
            number = (made.inserted_primary_key or (0,))[0]
        told = self._roles(level, int(number), name)
        place = stored_graphs.Place(level, int(number), self._actor)
        told += stored_graphs.store(
            connection, place, self._graphs(level, name)
        )
        if known is None:
            return int(number), [f'{level} {name} added']
        return int(number), [f'{level} {name}: {change}' for change in told]

    def _roles(self, level: str, number: int, name: str) -> list[str]:
        """Make the roles of a plugin those of its folder."""
        table = tables.plugins
        if level != 'plugin':
            return []
        wanted = json.dumps(self._given.plugin_roles.get(name, {}))
        known = self._connection.execute(
            sa.select(table.c.roles).where(table.c.id == number)
        ).scalar()
        if (known or '{}') == wanted:
            return []
        self._connection.execute(
            table.update().where(table.c.id == number).values(roles=wanted)
        )
        return ['roles changed']


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
