"""Which runs are listed."""

import dataclasses
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from trailmark.db import naming, tables

_R, _N = tables.runs.c, tables.run_nodes.c


@dataclasses.dataclass(frozen=True, slots=True)
class Filter:
    """Conditions on runs; empty ones are none.

    `cluster` is an id, `nodes` are names (texts) or ids (numbers), moments
    are microseconds: runs that were asked for at `since` or later and before
    `until`.
    """

    cluster: int | None = None
    states: Sequence[str] = ()
    types: Sequence[str] = ()
    nodes: Sequence[str | int] = ()
    since: int | None = None
    until: int | None = None
    #: Also those that were deleted from lists.
    hidden: bool = False

    def conditions(self) -> Iterator[sa.ColumnElement[bool]]:
        """What runs must hold, but for their nodes."""
        if not self.hidden:
            yield _R.hidden_at.is_(None)
        if self.cluster is not None:
            yield _R.cluster_id == self.cluster
        if self.states:
            yield _R.state.in_(self.states)
        if self.types:
            yield has_types(self.types)
        if self.since is not None:
            yield _R.created_at >= self.since
        if self.until is not None:
            yield _R.created_at < self.until


#: Every run that was not deleted from lists.
EVERY = Filter()


def has_types(types: Sequence[str]) -> sa.ColumnElement[bool]:
    """Runs with a graph of one of these types."""
    g = tables.run_graphs.c
    return _R.id.in_(sa.select(g.run_id).where(g.type.in_(types)))


def newest(
    conditions: Iterable[sa.ColumnElement[bool]],
    nodes: Sequence[str | int],
    limit: int | None,
) -> sa.Select[Any]:
    """Ids of the newest runs with such rows, and with one of the nodes.

    Without nodes, with any.
    """
    which = tuple(conditions)
    if not nodes:
        found = sa.select(_R.id).where(*which)
        return found.order_by(_R.id.desc()).limit(limit)
    # Names have an index and ids another one, each in the runs' order.
    branches = [
        _of_nodes(column, values, which, limit)
        for column, values in (
            (_N.name, naming.texts_of(nodes)),
            (_N.node_id, naming.ids_of(nodes)),
        )
        if values
    ]
    several = len(branches) > 1
    run = (sa.union(*branches) if several else branches[0]).subquery().c.run_id
    return sa.select(run).order_by(run.desc()).limit(limit)


def _of_nodes(
    column: sa.ColumnElement[Any],
    values: Sequence[Any],
    which: Iterable[sa.ColumnElement[bool]],
    limit: int | None,
) -> sa.Select[Any]:
    found = (
        sa.select(_N.run_id)
        .join(tables.runs, _R.id == _N.run_id)
        .where(column.in_(values), *which)
        .order_by(_N.run_id.desc())
        .limit(limit)
    )
    if len(values) > 1:
        found = found.distinct()
    # SQLite takes no limit in a part of a union that is not wrapped.
    return sa.select(found.subquery().c.run_id)
