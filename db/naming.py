"""From names of tasks and nodes to their numbers in a run."""

import json
from collections.abc import Sequence

import sqlalchemy as sa

from trailmark.db import tables


def graph_types(connection: sa.Connection, run: int) -> list[str]:
    """Types of the run's graphs in order; empty when there is no such run."""
    text = connection.execute(
        sa.select(tables.runs.c.graph_types).where(tables.runs.c.id == run)
    ).scalar()
    return list(json.loads(text)) if text is not None else []


def task_numbers(
    connection: sa.Connection, run: int, names: Sequence[str]
) -> list[int]:
    """Numbers of the tasks called so; `type:name` means one graph's."""
    t = tables.run_tasks.c
    wanted = set(names)
    for name in names:
        wanted.add(name.partition(':')[2])
    rows = connection.execute(
        sa.select(t.task_no, t.graph_no, t.name).where(
            t.run_id == run, t.name.in_(wanted)
        )
    ).all()
    if not rows:
        return []
    kinds = graph_types(connection, run)
    return [
        number
        for number, graph, name in rows
        if name in names or f'{kinds[graph]}:{name}' in names
    ]


def node_condition(
    nodes: Sequence[str | int],
) -> sa.ColumnElement[bool]:
    """Rows of run_nodes by names, or by ids written as numbers."""
    n = tables.run_nodes.c
    names = [node for node in nodes if isinstance(node, str)]
    ids = [int(node) for node in nodes if str(node).isdecimal()]
    return sa.or_(n.name.in_(names), n.node_id.in_(ids))


def node_numbers(
    connection: sa.Connection, run: int, nodes: Sequence[str | int]
) -> list[int]:
    """Numbers of nodes in the run, by names or ids."""
    n = tables.run_nodes.c
    return list(
        connection.execute(
            sa.select(n.node_no).where(n.run_id == run, node_condition(nodes))
        ).scalars()
    )
