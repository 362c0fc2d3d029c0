"""Sequences of releases: made, read, changed, deleted."""

import dataclasses
import json
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from trailmark.common import clock, exceptions
from trailmark.db import audit, owners, records, tables
from trailmark.db.connection import Database, is_duplicate

_KIND = 'sequence'
_S = tables.sequences


@dataclasses.dataclass(frozen=True, slots=True)
class Filter:
    """Whose sequences, by name or id of the release or of a cluster of it."""

    release: str | int | None = None
    cluster: str | int | None = None
    name: str | None = None

    def conditions(
        self, connection: sa.Connection
    ) -> list[sa.ColumnElement[bool]]:
        """What a statement over sequences must hold. Raises NotFound."""
        found = []
        if self.release is not None:
            number, _ = owners.find(connection, 'release', self.release)
            found.append(_S.c.release_id == number)
        if self.cluster is not None:
            number, _ = owners.find(connection, 'cluster', self.cluster)
            c = tables.clusters.c
            of = sa.select(c.release_id).where(c.id == number)
            found.append(_S.c.release_id == of.scalar_subquery())
        if self.name is not None:
            found.append(_S.c.name == self.name)
        return found


def list_all(
    db: Database,
    chosen: Filter,
    limit: int | None = None,
    marker: int = 0,
) -> list[records.GraphSequence]:
    """Sequences by id; `marker` is an id that the first one is after.

    Raises NotFound (the owner), DatabaseUnavailable.
    """
    with db.reader() as connection:
        which = [_S.c.id > marker, *chosen.conditions(connection)]
        return _read(connection, sa.and_(*which), limit)


def get(db: Database, number: int) -> records.GraphSequence:
    """A sequence by its id. Raises NotFound, DatabaseUnavailable."""
    with db.reader() as connection:
        return _one(connection, number)


def create(
    db: Database,
    release: str | int,
    name: str,
    graphs: Sequence[Mapping[str, Any]],
) -> records.GraphSequence:
    """A new sequence of a release.

    Raises NotFound (the release), NameInUse, DatabaseUnavailable.
    """
    now = clock.now()
    try:
        with db.writer() as connection:
            owner, _ = owners.find(connection, 'release', release, lock=True)
            made = connection.execute(
                _S.insert(),
                {
                    'release_id': owner,
                    'name': name,
                    'graphs': json.dumps(graphs),
                    'created_at': now,
                    'updated_at': now,
                },
            )
            number = int((made.inserted_primary_key or (0,))[0])
            audit.note(connection, 'created', audit.Subject(_KIND, name))
            return _one(connection, number)
    except exceptions.DatabaseUnavailable as error:
        raise _named(error, name) from error


def update(
    db: Database, number: int, values: Mapping[str, Any]
) -> records.GraphSequence:
    """Change name or graphs of a sequence.

    Raises NotFound, NameInUse, DatabaseUnavailable.
    """
    given = {
        key: json.dumps(value) if key == 'graphs' else value
        for key, value in values.items()
    }
    try:
        with db.writer() as connection:
            connection.execute(
                _S.update()
                .where(_S.c.id == number)
                .values(updated_at=clock.now(), **given)
            )
            found = _one(connection, number)
            subject, told = audit.Subject(_KIND, found.name), sorted(given)
            audit.note(connection, 'changed', subject, audit.named(told))
            return found
    except exceptions.DatabaseUnavailable as error:
        raise _named(error, str(values.get('name'))) from error


def delete(db: Database, number: int) -> None:
    """Delete a sequence; runs of it stay. Raises NotFound."""
    with db.writer() as connection:
        found = _one(connection, number)
        connection.execute(_S.delete().where(_S.c.id == number))
        audit.note(connection, 'deleted', audit.Subject(_KIND, found.name))


def _one(connection: sa.Connection, number: int) -> records.GraphSequence:
    found = _read(connection, _S.c.id == number, 1)
    if not found:
        raise exceptions.NotFound(kind=_KIND, name=number)
    return found[0]


def _read(
    connection: sa.Connection,
    which: sa.ColumnElement[bool],
    limit: int | None,
) -> list[records.GraphSequence]:
    release = tables.releases.c
    columns = (_S.c.id, _S.c.release_id, release.name, _S.c.name, _S.c.graphs)
    rows = connection.execute(
        sa.select(*columns)
        .join_from(_S, tables.releases, release.id == _S.c.release_id)
        .where(which)
        .order_by(_S.c.id)
        .limit(limit)
    )
    return [
        records.GraphSequence(
            *(number, release_id, owner, name, tuple(json.loads(graphs)))
        )
        for number, release_id, owner, name, graphs in rows
    ]


def _named(
    error: exceptions.DatabaseUnavailable, name: str
) -> exceptions.TrailmarkError:
    if is_duplicate(error):
        return exceptions.NameInUse(kind=_KIND, name=name)
    return error
