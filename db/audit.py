"""The audit: who asked for what and when, whatever became of it later.

A row is written in the transaction of what it tells. Rows without an actor
tell what became of a run, and are deleted with its history; others stay.
"""

import dataclasses
import json
from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa

from trailmark.common import clock
from trailmark.db import bulk, projects, records, tables
from trailmark.db.connection import Database

#: Characters of a message that lists changes.
_LONGEST = 2000
_A = tables.audit.c


@dataclasses.dataclass(frozen=True, slots=True)
class Subject:
    """What a row is about: `name` within its cluster, where it has one."""

    kind: str
    name: str | None = None
    cluster: int | None = None
    run: int | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Filter:
    """Which rows are wanted: those that fit all of these."""

    run: int | None = None
    cluster: int | None = None
    user: str | None = None
    since: int | None = None
    until: int | None = None

    def conditions(self) -> Iterable[sa.ColumnElement[bool]]:
        """What a statement over the audit must hold."""
        yield _A.actor.is_not(None)
        for column, value in (
            (_A.run_id, self.run),
            (_A.cluster_id, self.cluster),
            (_A.actor, self.user),
        ):
            if value is not None:
                yield column == value
        if self.since is not None:
            yield _A.at >= self.since
        if self.until is not None:
            yield _A.at < self.until


def note(
    connection: sa.Connection,
    event: str,
    subject: Subject,
    message: str | None = None,
    counts: Mapping[str, int] | None = None,
) -> int:
    """Add a row of who the connection serves; the row's id.

    A connection that serves nobody adds none: 0.
    """
    scope = projects.of(connection)
    if scope.user is None:
        return 0
    made = connection.execute(
        tables.audit.insert(),
        row(event, subject, scope.user, scope.project, message)
        | {'counts': None if counts is None else json.dumps(counts)},
    )
    return int((made.inserted_primary_key or (0,))[0])


def named(changes: Iterable[str]) -> str:
    """What changed, as a message of bounded length."""
    told = '; '.join(changes)
    return told if len(told) <= _LONGEST else f'{told[:_LONGEST]} ...'


def row(
    event: str,
    subject: Subject,
    actor: str | None,
    project: str | None,
    message: str | None = None,
) -> dict[str, Any]:
    """The columns of a row."""
    return {
        'at': clock.now(),
        'actor': actor,
        'project_id': project,
        'event': event,
        'kind': subject.kind,
        'name': subject.name and subject.name[:255],
        'run_id': subject.run,
        'cluster_id': subject.cluster,
        'message': bulk.clean(message),
    }


def set_counts(
    connection: sa.Connection, number: int, counts: Mapping[str, int]
) -> None:
    """Change what a row says was deleted."""
    connection.execute(
        tables.audit.update()
        .where(_A.id == number)
        .values(counts=json.dumps(counts))
    )


def note_secrets(db: Database, subject: Subject) -> None:
    """Write down that secrets are handed out, before they are.

    Raises DatabaseUnavailable: nothing may be handed out then.
    """
    with db.writer() as connection:
        note(connection, 'secrets', subject)


def page(
    db: Database, chosen: Filter, marker: int | None, limit: int
) -> list[records.AuditRow]:
    """Rows with an actor, the newest first; `marker` is an id.

    Raises DatabaseUnavailable.
    """
    c = tables.clusters.c
    which = [*chosen.conditions()]
    if marker is not None:
        which.append(_A.id < marker)
    wanted = (
        sa.select(tables.audit, c.name.label('cluster'))
        .join_from(
            tables.audit,
            tables.clusters,
            c.id == _A.cluster_id,
            isouter=True,
        )
        .where(*which)
        .order_by(_A.id.desc())
        .limit(limit)
    )
    with db.reader() as connection:
        return [_read(each) for each in connection.execute(wanted)]


def _read(row: sa.Row[Any]) -> records.AuditRow:
    return records.AuditRow(
        id=row.id,
        at=row.at,
        actor=row.actor,
        project=row.project_id,
        event=row.event,
        kind=row.kind,
        name=row.name,
        run=row.run_id,
        cluster=row.cluster,
        message=row.message,
        counts=None if row.counts is None else json.loads(row.counts),
    )
