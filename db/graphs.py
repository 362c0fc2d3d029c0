"""Graphs of releases, plugins and clusters: read, changed, removed."""

from collections.abc import Callable, Sequence

import sqlalchemy as sa

from trailmark.common import exceptions
from trailmark.db import (
    audit,
    merges,
    owners,
    records,
    revisions,
    stored_graphs,
    tables,
)
from trailmark.db.connection import Database

#: From the graph that is stored, or None, to the one that is to be.
Change = Callable[[records.GraphRecord | None], records.GraphRecord]
LEVELS = ('release', 'plugin', 'cluster')


def list_of(
    db: Database, level: str, owner: str | int
) -> list[records.GraphRecord]:
    """An owner's graphs by type. Raises NotFound."""
    with db.reader() as connection:
        number, name = owners.find(connection, level, owner)
        place = stored_graphs.Place(level, number)
        return stored_graphs.read_all(connection, place, name)


def get(
    db: Database, level: str, owner: str | int, kind: str
) -> records.GraphRecord:
    """An owner's graph of a type. Raises NotFound, GraphMissing."""
    for graph in list_of(db, level, owner):
        if graph.type == kind:
            return graph
    raise exceptions.GraphMissing(type=kind)


def find(db: Database, graph: int) -> records.GraphRecord:
    """The graph of an owner with this id. Raises NotFound."""
    with db.reader() as connection:
        for level, number, name, kind, found in _all(connection):
            if found == graph:
                place = stored_graphs.Place(level, number)
                return stored_graphs.read(connection, graph, place, name, kind)
    raise exceptions.NotFound(kind='graph', name=graph)


def list_all(
    db: Database,
    of: Sequence[tuple[str, int]] | None = None,
    types: Sequence[str] | None = None,
    limit: int | None = None,
    marker: int = 0,
) -> list[records.GraphRecord]:
    """Graphs of owners by id; `of` are levels with owners' ids, None all."""
    with db.reader() as connection:
        chosen = sorted(
            (graph, level, number, name, kind)
            for level, number, name, kind, graph in _all(connection)
            if graph > marker
            and (of is None or (level, number) in of)
            and (types is None or kind in types)
        )
        return [
            stored_graphs.read(
                connection,
                graph,
                stored_graphs.Place(level, number),
                name,
                kind,
            )
            for graph, level, number, name, kind in chosen[:limit]
        ]


def _all(
    connection: sa.Connection,
) -> list[tuple[str, int, str, str, int]]:
    """Level, owner's id and name, type and id of every owner's graph."""
    found = []
    for level in LEVELS:
        link = tables.metadata.tables[f'{level}_deployment_graphs'].c
        owner = owners.TABLES[level]
        rows = connection.execute(
            sa.select(
                owner.c.id, owner.c.name, link.type, link.deployment_graph_id
            ).join_from(owner, link.type.table)
        )
        found += [(level, *row) for row in rows]
    return found


def put(
    db: Database,
    level: str,
    owner: str | int,
    kind: str,
    change: Change,
    rules: merges.Rules,
    actor: str | None,
) -> tuple[records.GraphRecord, list[str]]:
    """Add or change an owner's graph; the graph, and what changed.

    Raises NotFound, InvalidInput (nothing is stored then), and what
    `change` raises; DatabaseUnavailable.
    """
    with db.writer() as connection:
        number, name = owners.find(connection, level, owner, lock=True)
        place = stored_graphs.Place(level, number, actor)
        known = stored_graphs.links(connection, place).get(kind)
        old = (
            None
            if known is None
            else stored_graphs.read(connection, known, place, name, kind)
        )
        told = stored_graphs.put(connection, place, change(old))
        if told:
            merges.settle(connection, merges.users(connection, place), rules)
            subject = subject_of(place, name, kind)
            audit.note(connection, 'uploaded', subject, audit.named(told))
        graph = stored_graphs.links(connection, place)[kind]
        return stored_graphs.read(connection, graph, place, name, kind), told


def remove(
    db: Database,
    level: str,
    owner: str | int,
    kind: str,
    rules: merges.Rules,
    actor: str | None,
) -> None:
    """Remove an owner's graph; its revisions stay.

    Raises NotFound, GraphMissing, InvalidInput, DatabaseUnavailable.
    """
    with db.writer() as connection:
        number, name = owners.find(connection, level, owner, lock=True)
        place = stored_graphs.Place(level, number, actor)
        if not stored_graphs.remove(connection, place, kind):
            raise exceptions.GraphMissing(type=kind)
        merges.settle(connection, merges.users(connection, place), rules)
        audit.note(connection, 'deleted', subject_of(place, name, kind))


def subject_of(
    place: stored_graphs.Place, owner: str, kind: str
) -> audit.Subject:
    """A graph, as the audit names it."""
    cluster = place.owner_id if place.level == 'cluster' else None
    name = f'{kind} of {place.level} {owner}'
    return audit.Subject('graph', name, cluster)


def revisions_of(
    db: Database,
    level: str,
    owner: str | int,
    kind: str,
    before: int | None = None,
    limit: int | None = None,
) -> list[records.GraphRevision]:
    """Revisions of an owner's graph, the newest first; none: it never was.

    Those before a revision, and so many, if that is said. Raises NotFound.
    """
    with db.reader() as connection:
        number, name = owners.find(connection, level, owner)
        return revisions.read_all(
            connection, level, number, name, kind, before, limit
        )


def revision(
    db: Database, level: str, owner: str | int, kind: str, number: int
) -> records.GraphRevision:
    """One revision of an owner's graph. Raises NotFound."""
    with db.reader() as connection:
        owner_id, name = owners.find(connection, level, owner)
        return revisions.read(connection, level, owner_id, name, kind, number)
