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
    rows = connection.execute(
        sa.select(t.task_no, t.graph_no, t.name).where(
            t.run_id == run, t.name.in_(names_of(names))
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


def names_of(tasks: Sequence[str]) -> list[str]:
    """Names that tasks may have, each by itself or as `type:name`."""
    bare = {task.partition(':')[2] for task in tasks}
    return sorted({*tasks, *bare} - {''})


def ids_of(nodes: Sequence[str | int]) -> list[int]:
    """Ids among the names (texts) and ids (numbers) of nodes."""
    return [node for node in nodes if isinstance(node, int)]


def texts_of(nodes: Sequence[str | int]) -> list[str]:
    """Names among them."""
    return [node for node in nodes if isinstance(node, str)]
