"""Revisions of graphs: every content that one had, when, and by whom."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from trailmark.common import clock, exceptions
from trailmark.db import records, tables

_T = tables.deployment_graph_revisions


def _which(level: str, owner_id: int) -> sa.ColumnElement[bool]:
    return sa.and_(_T.c.level == level, _T.c.owner_id == owner_id)


def note(
    connection: sa.Connection,
    level: str,
    owner_id: int,
    kind: str,
    graph: records.GraphRecord | None,
    changes: Sequence[str],
    actor: str | None,
) -> int:
    """Add the next revision; its number. Without a graph it was removed."""
    last: int | None = connection.execute(
        sa.select(sa.func.max(_T.c.revision)).where(
            _which(level, owner_id), _T.c.type == kind
        )
    ).scalar()
    number = (last or 0) + 1
    connection.execute(
        _T.insert(),
        {
            'level': level,
            'owner_id': owner_id,
            'type': kind,
            'revision': number,
            'at': clock.now(),
            'actor': actor,
            'body': None if graph is None else _text(graph),
            'changes': json.dumps(list(changes)),
        },
    )
    return number


def _text(graph: records.GraphRecord) -> str:
    tasks = [
        {'body': task.body, 'file': task.file, 'folder': task.folder}
        for task in graph.tasks
    ]
    return json.dumps({'metadata': graph.metadata, 'tasks': tasks})


def forget(connection: sa.Connection, level: str, owner_id: int) -> None:
    """Delete all revisions of an owner's graphs."""
    connection.execute(_T.delete().where(_which(level, owner_id)))


def read_all(
    connection: sa.Connection,
    level: str,
    owner_id: int,
    owner: str,
    kind: str,
    before: int | None,
    limit: int | None,
) -> list[records.GraphRevision]:
    """Revisions of a graph, the newest first, before one if that is said."""
    wanted = (
        sa.select(_T)
        .where(_which(level, owner_id), _T.c.type == kind)
        .order_by(_T.c.revision.desc())
        .limit(limit)
    )
    if before is not None:
        wanted = wanted.where(_T.c.revision < before)
    return [_revision(row, owner) for row in connection.execute(wanted)]


def read(
    connection: sa.Connection,
    level: str,
    owner_id: int,
    owner: str,
    kind: str,
    number: int,
) -> records.GraphRevision:
    """One revision of a graph. Raises NotFound."""
    row = connection.execute(
        sa.select(_T).where(
            _which(level, owner_id),
            _T.c.type == kind,
            _T.c.revision == number,
        )
    ).first()
    if row is None:
        name = f'{number} of graph {kind} of {level} {owner}'
        raise exceptions.NotFound(kind='revision', name=name)
    return _revision(row, owner)


def _revision(row: sa.Row[Any], owner: str) -> records.GraphRevision:
    return records.GraphRevision(
        level=row.level,
        owner=owner,
        type=row.type,
        revision=row.revision,
        at=row.at,
        actor=row.actor,
        changes=tuple(json.loads(row.changes)),
        graph=None if row.body is None else _graph(row, owner),
    )


def _graph(row: sa.Row[Any], owner: str) -> records.GraphRecord:
    content: Mapping[str, Any] = json.loads(row.body)
    return records.GraphRecord(
        level=row.level,
        owner=owner,
        type=row.type,
        metadata=content['metadata'],
        tasks=tuple(
            records.TaskRecord(
                task['body'], task.get('file'), task.get('folder')
            )
            for task in content['tasks']
        ),
        owner_id=row.owner_id,
        revision=row.revision,
        updated_at=row.at,
    )
