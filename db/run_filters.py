"""Which runs are listed."""

import dataclasses
import json
from collections.abc import Iterator, Sequence

import sqlalchemy as sa

from trailmark.db import naming, tables

_R = tables.runs.c


@dataclasses.dataclass(frozen=True, slots=True)
class Filter:
    """Conditions on runs; empty ones are none.

    `cluster` is an id, `nodes` are names or ids, moments are microseconds:
    runs that were asked for at `since` or later and before `until`.
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
        """What a statement over runs must hold."""
        if not self.hidden:
            yield _R.hidden_at.is_(None)
        if self.cluster is not None:
            yield _R.cluster_id == self.cluster
        if self.states:
            yield _R.state.in_(self.states)
        if self.types:
            # They are kept as a JSON list of names.
            yield sa.or_(
                *(
                    _R.graph_types.contains(json.dumps(name), autoescape=True)
                    for name in self.types
                )
            )
        if self.nodes:
            yield _R.id.in_(
                sa.select(tables.run_nodes.c.run_id).where(
                    naming.node_condition(self.nodes)
                )
            )
        if self.since is not None:
            yield _R.created_at >= self.since
        if self.until is not None:
            yield _R.created_at < self.until


#: Every run that was not deleted from lists.
EVERY = Filter()
