"""Owners of graphs: releases and plugins kept, all three found."""

import json
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from trailmark.common import clock, exceptions, numbers
from trailmark.db import (
    audit,
    projects,
    records,
    revisions,
    stored_graphs,
    tables,
)
from trailmark.db.connection import Database, is_duplicate

TABLES = {
    'release': tables.releases,
    'plugin': tables.plugins,
    'cluster': tables.clusters,
}


def find(
    connection: sa.Connection,
    level: str,
    name_or_id: str | int,
    lock: bool = False,
    deleted: bool = False,
) -> tuple[int, str]:
    """Id and name of an owner that is not deleted.

    Raises NotFound; InvalidInput for a number that no id can be.

    With `lock`, nobody else changes it until the transaction ends; with
    `deleted`, also one that was deleted.
    """
    t = TABLES[level].c
    which = [t.name == name_or_id] if isinstance(name_or_id, str) else []
    number = numbers.identifier(name_or_id)
    if number is not None:
        which.append(t.id == number)
    for condition in which:
        wanted = sa.select(t.id, t.name).where(condition)
        if not deleted:
            wanted = wanted.where(is_live(level))
        if lock:
            wanted = wanted.with_for_update()
        row = connection.execute(wanted).first()
        if row is not None:
            return row.id, row.name
    numbers.refuse_beyond(name_or_id)
    raise exceptions.NotFound(kind=level, name=name_or_id)


def is_live(level: str) -> sa.ColumnElement[bool]:
    """Condition: the owner was not deleted."""
    deleted = TABLES[level].c.get('deleted_at')
    return sa.true() if deleted is None else deleted.is_(None)


def list_all(
    db: Database,
    level: str,
    cluster: str | int | None = None,
    limit: int | None = None,
    marker: int = 0,
) -> list[records.Owner]:
    """Releases or plugins by id, all or those of a cluster.

    `marker` is an id that the first one is after. Raises NotFound.
    """
    with db.reader() as connection:
        which: list[sa.ColumnElement[bool]] = [TABLES[level].c.id > marker]
        if cluster is not None:
            which.append(_of_cluster(connection, level, cluster))
        return _read(connection, level, sa.and_(*which), limit)


def get(db: Database, level: str, name_or_id: str | int) -> records.Owner:
    """One release or plugin. Raises NotFound."""
    with db.reader() as connection:
        number, _name = find(connection, level, name_or_id)
        return _read(connection, level, TABLES[level].c.id == number, 1)[0]


def _of_cluster(
    connection: sa.Connection, level: str, cluster: str | int
) -> sa.ColumnElement[bool]:
    number, _name = find(connection, 'cluster', cluster)
    if level == 'release':
        c = tables.clusters.c
        used = sa.select(c.release_id).where(c.id == number)
    else:
        link = tables.cluster_plugins.c
        used = sa.select(link.plugin_id).where(link.cluster_id == number)
    return TABLES[level].c.id.in_(used)


def _read(
    connection: sa.Connection,
    level: str,
    which: sa.ColumnElement[bool],
    limit: int | None,
) -> list[records.Owner]:
    t = TABLES[level]
    rows = connection.execute(
        sa.select(t).where(which, is_live(level)).order_by(t.c.id).limit(limit)
    ).all()
    users = _users(connection, level)
    return [
        records.Owner(
            level=level,
            id=row.id,
            name=row.name,
            description=row.description,
            roles=json.loads(row.roles or '{}'),
            graph_types=tuple(
                stored_graphs.links(
                    connection, stored_graphs.Place(level, row.id)
                )
            ),
            clusters=tuple(users.get(row.id, ())),
        )
        for row in rows
    ]


def _users(connection: sa.Connection, level: str) -> dict[int, list[str]]:
    """Names of the clusters that use each owner of a level."""
    c, link = tables.clusters.c, tables.cluster_plugins.c
    if level == 'release':
        used = sa.select(c.release_id, c.name)
    else:
        used = sa.select(link.plugin_id, c.name).join(
            tables.cluster_plugins, link.cluster_id == c.id
        )
    found: dict[int, list[str]] = {}
    for owner, name in connection.execute(
        used.where(c.deleted_at.is_(None)).order_by(c.name)
    ):
        found.setdefault(owner, []).append(name)
    return found


def create(
    db: Database, level: str, name: str, values: Mapping[str, Any]
) -> records.Owner:
    """A new release or plugin; `values` are description and roles.

    Raises NameInUse, DatabaseUnavailable.
    """
    now = clock.now()
    row = {'name': name, 'created_at': now, 'updated_at': now}
    try:
        with db.writer() as connection:
            made = connection.execute(
                TABLES[level].insert(), {**row, **columns(values)}
            )
            number = int((made.inserted_primary_key or (0,))[0])
            audit.note(connection, 'created', audit.Subject(level, name))
    except exceptions.DatabaseUnavailable as error:
        raise _named(error, level, name) from error
    return get(db, level, number)


def update(
    db: Database, level: str, name_or_id: str | int, values: Mapping[str, Any]
) -> records.Owner:
    """Change name, description or roles of a release or plugin.

    Raises NotFound, NameInUse, DatabaseUnavailable.
    """
    t = TABLES[level]
    try:
        with db.writer() as connection:
            number, name = find(connection, level, name_or_id, lock=True)
            connection.execute(
                t.update()
                .where(t.c.id == number)
                .values(updated_at=clock.now(), **columns(values))
            )
            subject, told = audit.Subject(level, name), sorted(values)
            audit.note(connection, 'changed', subject, audit.named(told))
    except exceptions.DatabaseUnavailable as error:
        raise _named(error, level, str(values.get('name'))) from error
    return get(db, level, number)


def _named(
    error: exceptions.DatabaseUnavailable, level: str, name: str
) -> exceptions.TrailmarkError:
    if is_duplicate(error):
        return exceptions.NameInUse(kind=level, name=name)
    return error


def columns(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as their columns hold them."""
    return {
        key: json.dumps(value) if key in ('roles', 'graph_types') else value
        for key, value in values.items()
    }


def delete(db: Database, level: str, name_or_id: str | int) -> None:
    """Delete a release or plugin with its graphs and their revisions.

    Raises NotFound, OwnerInUse (a cluster uses it), DatabaseUnavailable.
    """
    with db.writer() as connection:
        number, name = find(connection, level, name_or_id, lock=True)
        with projects.lifted(connection):
            count = len(_users(connection, level).get(number, ()))
        if count:
            seen = _users(connection, level).get(number, [])
            hidden = [f'{count - len(seen)} of other projects']
            users = [*seen, *hidden * (count > len(seen))]
            raise exceptions.OwnerInUse(
                kind=level, name=name, clusters=', '.join(users)
            )
        place = stored_graphs.Place(level, number)
        for _ in stored_graphs.store(connection, place, {}):
            pass
        revisions.forget(connection, level, number)
        if level == 'release':
            # Its row may outlive it.
            t = tables.sequences
            connection.execute(t.delete().where(t.c.release_id == number))
        bury(connection, level, number, name)
        audit.note(connection, 'deleted', audit.Subject(level, name))


def bury(
    connection: sa.Connection, level: str, number: int, name: str
) -> None:
    """Delete an owner's row, or free its name where rows point to it."""
    t = TABLES[level]
    if 'deleted_at' not in t.c:
        connection.execute(t.delete().where(t.c.id == number))
        return
    mark = f' (deleted {number})'
    connection.execute(
        t.update()
        .where(t.c.id == number)
        .values(name=name[: 255 - len(mark)] + mark, deleted_at=clock.now())
    )
