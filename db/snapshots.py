"""Merged graphs as runs saw them, stored once per content."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from trailmark.common import exceptions
from trailmark.db.connection import Database

# What is there already is locked: a purge may not take it meanwhile.
_IGNORING = {
    'sqlite': 'INSERT INTO {} ON CONFLICT DO NOTHING',
    'postgresql': (
        'INSERT INTO {} ON CONFLICT (digest)'
        ' DO UPDATE SET digest = excluded.digest'
    ),
    'mysql': 'INSERT IGNORE INTO {}',
}
_VALUES = 'graph_snapshots (digest, body) VALUES (:digest, :body)'


def digest_of(body: Mapping[str, Any]) -> tuple[str, str]:
    """SHA-256 of the content, and the text that is stored."""
    text = json.dumps(body, separators=(',', ':'))
    return hashlib.sha256(text.encode()).hexdigest(), text


def keep(
    dialect: str, connection: sa.Connection, body: Mapping[str, Any]
) -> str:
    """Store the content unless it is there; return its digest."""
    digest, text = digest_of(body)
    connection.execute(
        sa.text(_IGNORING[dialect].format(_VALUES)),
        {'digest': digest, 'body': text},
    )
    return digest


def get(db: Database, digest: str) -> dict[str, Any]:
    """The content. Raises NotFound, DatabaseUnavailable."""
    with db.reader() as connection:
        body = connection.execute(
            sa.text('SELECT body FROM graph_snapshots WHERE digest = :digest'),
            {'digest': digest},
        ).scalar()
    if body is None:
        raise exceptions.NotFound(kind='snapshot', name=digest)
    found: dict[str, Any] = json.loads(body)
    return found
