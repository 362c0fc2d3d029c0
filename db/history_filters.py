"""Which executions are read: of which runs, and which rows of those."""

import dataclasses
import functools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from trailmark.common.states import Asked
from trailmark.db import naming, run_filters, tables

_R = tables.runs.c
_NOW = 'tasks_history'
_SAME = ' AND '.join(
    f'c.{name} = h.{name}'
    for name in ('run_id', 'graph_no', 'node_no', 'task_no')
)
_LISTS = ('runs', 'nodes', 'node_ids', 'tasks', 'types', 'states')


@dataclasses.dataclass(frozen=True, slots=True)
class Filter:
    """Conditions on executions; empty ones are none.

    `run` and `cluster` are ids; `nodes` are names (texts) or ids (numbers);
    `tasks` may be `type:name`; `types` are those of graphs.
    """

    run: int | None = None
    cluster: int | None = None
    nodes: Sequence[str | int] = ()
    statuses: Sequence[str] = ()
    tasks: Sequence[str] = ()
    types: Sequence[str] = ()

    @property
    def size(self) -> int:
        """How many runs it takes, for a start, to fill a page."""
        if self.run is not None:
            return 1
        few, fewer = bool(self.nodes), bool(self.tasks or self.statuses)
        return 64 if few and fewer else 4 if few or fewer else 1

    def runs(self, newest: int | None, limit: int) -> sa.Select[Any]:
        """Ids of runs that may have such rows, the newest first.

        `newest` is the greatest id that may be among them.
        """
        conditions = [_R.asked != Asked.PURGE]
        if newest is not None:
            conditions.append(_R.id <= newest)
        if self.cluster is not None:
            conditions.append(_R.cluster_id == self.cluster)
        if self.run is not None:
            conditions.append(_R.id == self.run)
            return run_filters.newest(conditions, (), limit)
        conditions += self._of_several_runs()
        return run_filters.newest(conditions, self.nodes, limit)

    def _of_several_runs(self) -> Iterator[sa.ColumnElement[bool]]:
        if self.types:
            yield run_filters.has_types(self.types)
        if self.tasks:
            t = tables.run_tasks.c
            names = naming.names_of(self.tasks)
            yield _R.id.in_(sa.select(t.run_id).where(t.name.in_(names)))
        if self.statuses:
            # What has ended was counted: most need not be looked into.
            counted = sa.or_(
                _R.counts.is_(None),
                *(_R.counts.contains(f'"{one}"') for one in self.statuses),
            )
            # PostgreSQL takes a pattern for rare, and reads all runs first.
            yield sa.case((counted, 0), else_=1) != 1

    def rows(self, table: str) -> tuple[str, str]:
        """Tables and conditions of rows of a table, named h, of runs.

        Statuses are those that executions have now.
        """
        return _rows(
            table,
            bool(naming.texts_of(self.nodes)),
            bool(naming.ids_of(self.nodes)),
            bool(self.tasks),
            len(self._typed()),
            bool(self.types),
            bool(self.statuses),
        )

    def values(self, runs: Sequence[int]) -> Mapping[str, Any]:
        """The parameters of `rows()`, for these runs."""
        return {
            'runs': runs,
            'nodes': naming.texts_of(self.nodes),
            'node_ids': naming.ids_of(self.nodes),
            'tasks': list(self.tasks),
            'types': list(self.types),
            'states': [str(status) for status in self.statuses],
            **{
                f'{word}{number}': value
                for number, pair in enumerate(self._typed())
                for word, value in zip(('type', 'task'), pair, strict=True)
            },
        }

    def _typed(self) -> list[tuple[str, str]]:
        """Types and names that tasks may stand for."""
        pairs = (task.partition(':') for task in self.tasks)
        return [(kind, name) for kind, colon, name in pairs if colon]


@functools.lru_cache
def _rows(
    table: str,
    nodes: bool,
    ids: bool,
    tasks: bool,
    typed: int,
    types: bool,
    states: bool,
) -> tuple[str, str]:
    sources, conditions = [f'{table} h'], ['h.run_id IN :runs']
    if nodes or ids or tasks or types:
        # From few rows that lead to the keys of those that are read.
        sources.insert(0, 'run_graphs g')
        conditions = ['g.run_id IN :runs']
        conditions += ['h.run_id = g.run_id', 'h.graph_no = g.graph_no']
    if nodes or ids or tasks:
        # Each node that has executions has a row, what has no node too.
        sources.insert(1, 'run_nodes n')
        conditions += ['n.run_id IN :runs', 'n.run_id = g.run_id']
        conditions.append('h.node_no = n.node_no')
    if nodes or ids:
        names = ['n.name IN :nodes'] * nodes
        conditions.append(
            f'({" OR ".join([*names, *["n.node_id IN :node_ids"] * ids])})'
        )
    if tasks:
        sources.insert(-1, 'run_tasks t')
        pairs = ''.join(
            f' OR (g.type = :type{number} AND t.name = :task{number})'
            for number in range(typed)
        )
        conditions += ['t.run_id IN :runs', 't.run_id = g.run_id']
        conditions += ['t.graph_no = g.graph_no', 'h.task_no = t.task_no']
        conditions.append(f'(t.name IN :tasks{pairs})')
    if types:
        conditions.append('g.type IN :types')
    if states:
        conditions.append('h.state IN :states')
    if states and table != _NOW:
        sources.append(f'{_NOW} c')
        conditions[-1] = f'{_SAME} AND c.state IN :states'
    # SQLite reads them in this order; the others know better.
    return ' CROSS JOIN '.join(sources), ' AND '.join(conditions)


def names_of(several: bool) -> str:
    """Joins of rows `p` to types of graphs `g`, tasks `t` and nodes `n`.

    One run leads to the names; of several that is slow to plan.
    """
    tasks, nodes = (
        '' if several else f' AND {alias}.run_id IN :runs' for alias in 'tn'
    )
    return (
        'JOIN run_graphs g ON g.run_id = p.run_id'
        ' AND g.graph_no = p.graph_no AND g.run_id IN :runs'
        ' JOIN run_tasks t ON t.run_id = p.run_id'
        f' AND t.task_no = p.task_no{tasks}'
        ' LEFT JOIN run_nodes n ON n.run_id = p.run_id'
        f' AND n.node_no = p.node_no{nodes}'
    )


@functools.lru_cache
def statement(text: str) -> sa.TextClause:
    """A statement with `rows()` in it."""
    lists = [name for name in _LISTS if f' IN :{name}' in text]
    return sa.text(text).bindparams(
        *(sa.bindparam(name, expanding=True) for name in lists)
    )
