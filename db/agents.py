"""Agents of nodes, as engines have heard of them."""

import dataclasses
import json
from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa

from trailmark.common import exceptions, liveness
from trailmark.db import clocks, projects, service_records, tables
from trailmark.db.connection import Database

_TABLE = tables.agents


def beat(db: Database, agents: Sequence[service_records.Agent]) -> None:
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


def list_all(db: Database) -> list[service_records.Agent]:
    """Every agent that was heard of, by node and name."""
    t = _TABLE.c
    with db.reader() as connection:
        rows = connection.execute(
            sa.select(_TABLE, clocks.ago(db.dialect, t.seen_at)).order_by(
                t.node, t.name
            )
        )
        return [_agent(row._mapping) for row in rows]


def refuse_served(
    connection: sa.Connection, cluster_id: int, names: Collection[str]
) -> None:
    """A served name is one machine: refuse it to a second cluster.

    Raises NodeServed.
    """
    t, n, c = _TABLE.c, tables.nodes.c, tables.clusters.c
    ago = clocks.ago(connection.dialect.name, t.seen_at)
    with projects.lifted(connection):
        rows = connection.execute(
            sa.select(n.name, n.cluster_id)
            .join(tables.clusters, c.id == n.cluster_id)
            .join(_TABLE, t.node == n.name)
            .where(
                *(n.cluster_id != cluster_id, n.name != 'master'),
                *(t.closing.is_(False), t.refused.is_(None)),
                sa.func.abs(ago.element) < liveness.LIVE_MICROS,
            )
        ).all()
    for row in rows:
        if row.name in names:
            cluster = projects.called(connection, row.cluster_id)
            raise exceptions.NodeServed(node=row.name, cluster=cluster)


def _agent(row: Any) -> service_records.Agent:
    drivers = tuple(json.loads(row['drivers']))
    return service_records.Agent(**{**row, 'drivers': drivers})


def _values(agent: service_records.Agent) -> dict[str, Any]:
    values = dataclasses.asdict(agent)
    del values['seen_at'], values['seen_ago']
    return {**values, 'drivers': json.dumps(agent.drivers)}
