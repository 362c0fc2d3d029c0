"""Agents of nodes, as engines have heard of them."""

import dataclasses
import json
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from trailmark.db import clocks, records, tables
from trailmark.db.connection import Database

_TABLE = tables.agents


def beat(db: Database, agents: Sequence[records.Agent]) -> None:
    """Write down that agents are alive now. Raises DatabaseUnavailable."""
    if agents:
        with db.writer() as connection:
            rows = [_values(agent) for agent in agents]
            clocks.beat(db.dialect, connection, _TABLE, rows)


def forget(db: Database, seconds: float) -> None:
    """Remove agents that were not heard of for so long."""
    with db.writer() as connection:
        ago = clocks.ago(db.dialect, _TABLE.c.seen_at)
        connection.execute(
            _TABLE.delete().where(ago > int(seconds * 1_000_000))
        )


def list_all(db: Database) -> list[records.Agent]:
    """Every agent that was heard of, by node and name."""
    t = _TABLE.c
    with db.reader() as connection:
        rows = connection.execute(
            sa.select(_TABLE, clocks.ago(db.dialect, t.seen_at)).order_by(
                t.node, t.name
            )
        )
        return [_agent(row._mapping) for row in rows]


def _agent(row: Any) -> records.Agent:
    drivers = tuple(json.loads(row['drivers']))
    return records.Agent(**{**row, 'drivers': drivers})


def _values(agent: records.Agent) -> dict[str, Any]:
    values = dataclasses.asdict(agent)
    del values['seen_at'], values['seen_ago']
    return {**values, 'drivers': json.dumps(agent.drivers)}
