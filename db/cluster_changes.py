"""Changes of clusters: made, renamed, deleted; their plugins and nodes."""

import dataclasses
from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa

from trailmark.common import clock, exceptions, states
from trailmark.db import (
    audit,
    clusters,
    merges,
    nodes,
    owners,
    plugins,
    records,
    revisions,
    run_events,
    stored_graphs,
    tables,
)
from trailmark.db.connection import Database, is_duplicate

_C = tables.clusters


def create(
    db: Database, name: str, release: str | int, values: Mapping[str, Any]
) -> records.Cluster:
    """A new cluster without nodes; `values` are roles and graph_types.

    Raises NotFound (the release), NameInUse, DatabaseUnavailable.
    """
    now = clock.now()
    try:
        with db.writer() as connection:
            release_id, _ = owners.find(connection, 'release', release, True)
            made = connection.execute(
                _C.insert(),
                {
                    'name': name,
                    'release_id': release_id,
                    'created_at': now,
                    'updated_at': now,
                    **owners.columns(values),
                },
            )
            number = int((made.inserted_primary_key or (0,))[0])
            _note(connection, 'created', number, name)
            return clusters.read(connection, number)
    except exceptions.DatabaseUnavailable as error:
        raise _named(error, name) from error


def _named(
    error: exceptions.DatabaseUnavailable, name: str
) -> exceptions.TrailmarkError:
    if is_duplicate(error):
        return exceptions.NameInUse(kind='cluster', name=name)
    return error


def update(
    db: Database,
    name_or_id: str | int,
    values: Mapping[str, Any],
    rules: merges.Rules,
) -> records.Cluster:
    """Change name, release, roles or graph_types of a cluster.

    Raises NotFound, NameInUse, InvalidInput, DatabaseUnavailable.
    """
    given = dict(values)
    try:
        with db.writer() as connection:
            number, name = owners.find(connection, 'cluster', name_or_id, True)
            _note(connection, 'changed', number, name, sorted(given))
            if 'release' in given:
                found = owners.find(
                    connection, 'release', given.pop('release'), True
                )
                given['release_id'] = found[0]
            connection.execute(
                _C.update()
                .where(_C.c.id == number)
                .values(updated_at=clock.now(), **owners.columns(given))
            )
            merges.settle(connection, [number], rules)
            return clusters.read(connection, number)
    except exceptions.DatabaseUnavailable as error:
        raise _named(error, str(values.get('name'))) from error


def delete(db: Database, name_or_id: str | int) -> None:
    """Delete a cluster with nodes and graphs; its runs stay readable.

    Raises NotFound, ClusterBusy, DatabaseUnavailable.
    """
    with db.writer() as connection:
        number, name = owners.find(connection, 'cluster', name_or_id, True)
        _refuse_busy(connection, number, name)
        list(nodes.store(connection, number, ()))
        plugins.store(connection, number, [])
        for level in (stored_graphs.MERGE, 'cluster'):
            place = stored_graphs.Place(level, number)
            list(stored_graphs.store(connection, place, {}))
        revisions.forget(connection, 'cluster', number)
        _note(connection, 'deleted', number, name)
        owners.bury(connection, 'cluster', number, name)


def reset(
    db: Database, name_or_id: str | int, actor: str | None, force: bool = False
) -> int | None:
    """Let what a cluster ran no longer count as its state; the history stays.

    Returns its last run. Raises NotFound, DatabaseUnavailable, and
    ClusterBusy while a run is active, unless by `force`.
    """
    r = tables.runs.c
    with db.writer() as connection:
        number, name = owners.find(connection, 'cluster', name_or_id, True)
        # Locked, for it may be resumed at this moment.
        row = connection.execute(
            sa.select(r.id, r.state)
            .where(r.cluster_id == number, r.dry_run.is_(False))
            .order_by(r.id.desc())
            .limit(1)
            .with_for_update()
        ).first()
        if row and row.state in states.ACTIVE_RUN_STATES and not force:
            raise exceptions.ClusterBusy(run=row.id, cluster=name)
        last: int | None = row.id if row else None
        connection.execute(
            _C.update()
            .where(_C.c.id == number)
            .values(updated_at=clock.now(), reset_run=last)
        )
        if last is None:
            _note(connection, 'reset', number, name)
        else:
            run_events.note(connection, last, 'reset', actor)
        return last


def _note(
    connection: sa.Connection,
    event: str,
    cluster: int,
    name: str,
    changes: Iterable[str] = (),
    kind: str = 'cluster',
) -> None:
    subject = audit.Subject(kind, name, cluster)
    audit.note(connection, event, subject, audit.named(changes) or None)


def _refuse_busy(connection: sa.Connection, number: int, name: str) -> None:
    r = tables.runs.c
    run = connection.execute(
        sa.select(r.id).where(
            r.cluster_id == number, r.state.in_(states.ACTIVE_RUN_STATES)
        )
    ).scalar()
    if run is not None:
        raise exceptions.ClusterBusy(run=run, cluster=name)


def enable(
    db: Database,
    cluster: str | int,
    plugin: str | int,
    rules: merges.Rules,
) -> records.Cluster:
    """Give a cluster a plugin, after those that it has.

    Raises NotFound, InvalidInput (it does not fit), DatabaseUnavailable.
    """
    return plug(db, cluster, {plugin: True}, rules)


def disable(
    db: Database,
    cluster: str | int,
    plugin: str | int,
    rules: merges.Rules,
) -> records.Cluster:
    """Take a plugin from a cluster. Raises the same."""
    return plug(db, cluster, {plugin: False}, rules)


def plug(
    db: Database,
    cluster: str | int,
    wanted: Mapping[Any, bool],
    rules: merges.Rules,
) -> records.Cluster:
    """Give a cluster plugins or take them, by names or ids. The same."""
    with db.writer() as connection:
        number, _ = owners.find(connection, 'cluster', cluster, True)
        chosen = {
            owners.find(connection, 'plugin', plugin, True)[0]: has
            for plugin, has in wanted.items()
        }
        known = plugins.links(connection, number)
        kept = [each for each in known if chosen.get(each, True)]
        added = [each for each in chosen if chosen[each] and each not in known]
        if plugins.store(connection, number, kept + added):
            merges.settle(connection, [number], rules)
        for event, changed in (
            ('enabled', added),
            ('disabled', set(known) - set(kept)),
        ):
            for each in sorted(changed):
                name = owners.find(connection, 'plugin', each)[1]
                _note(connection, event, number, name, kind='plugin')
        return clusters.read(connection, number)


def put_nodes(
    db: Database,
    cluster: str | int,
    given: Iterable[records.NodeRecord],
    rules: merges.Rules,
    replace: bool = False,
) -> list[str]:
    """Add or change nodes by name; with `replace` remove all others.

    Says what changed. Raises NotFound, InvalidInput, DatabaseUnavailable.
    """
    with db.writer() as connection:
        number, name = owners.find(connection, 'cluster', cluster, True)
        if replace:
            told = list(nodes.store(connection, number, tuple(given)))
        else:
            told = nodes.put(connection, number, given)
        merges.settle(connection, [number] if told else [], rules)
        if told:
            _note(connection, 'changed', number, name, told)
        return told


def add_node(
    db: Database,
    cluster: str | int,
    node: records.NodeRecord,
    rules: merges.Rules,
) -> records.NodeRecord:
    """A new node of a cluster. Raises NotFound, NameInUse, InvalidInput."""
    with db.writer() as connection:
        number, _ = owners.find(connection, 'cluster', cluster, True)
        known = nodes.of_cluster(connection, number)
        if any(each.name == node.name for each in known):
            raise exceptions.NameInUse(kind='node', name=node.name)
        _note(connection, 'created', number, node.name, kind='node')
        return _settle_node(connection, number, [*known, node], node, rules)


def change_node(
    db: Database,
    cluster: str | int,
    name: str,
    values: Mapping[str, Any],
    rules: merges.Rules,
) -> records.NodeRecord:
    """Change name, roles or attributes of a node. Raises the same."""
    with db.writer() as connection:
        number, _ = owners.find(connection, 'cluster', cluster, True)
        known = nodes.of_cluster(connection, number)
        taken = {each.name for each in known} - {name}
        if values.get('name') in taken:
            raise exceptions.NameInUse(kind='node', name=values['name'])
        old = next((each for each in known if each.name == name), None)
        if old is None:
            raise exceptions.NotFound(kind='node', name=name)
        new = dataclasses.replace(old, **values)
        if new.name != name:
            nodes.rename(connection, number, name, new.name)
        _note(connection, 'changed', number, name, sorted(values), 'node')
        changed = [new if each is old else each for each in known]
        return _settle_node(connection, number, changed, new, rules)


def _settle_node(
    connection: sa.Connection,
    number: int,
    given: list[records.NodeRecord],
    node: records.NodeRecord,
    rules: merges.Rules,
) -> records.NodeRecord:
    list(nodes.store(connection, number, tuple(given)))
    merges.settle(connection, [number], rules)
    found = nodes.of_cluster(connection, number)
    return next(each for each in found if each.name == node.name)


def remove_node(db: Database, cluster: str | int, name: str) -> None:
    """Remove a node of a cluster; its history stays. Raises NotFound."""
    with db.writer() as connection:
        number, _ = owners.find(connection, 'cluster', cluster, True)
        nodes.remove(connection, number, name)
        _note(connection, 'deleted', number, name, kind='node')
