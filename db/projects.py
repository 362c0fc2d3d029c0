"""Whose clusters a transaction sees: those of one project, or all.

Every statement of such a transaction is narrowed before it is executed, so
that nobody who writes one has to think of projects.
"""

import contextlib
import dataclasses
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql import visitors

from trailmark.common import exceptions
from trailmark.db import tables

_OPTION = 'trailmark_projects'
#: Served for every project.
_MASTER = 'master'
#: What a purge is about: of every cluster, unless it is of one.
_HISTORY = 'history'


#: Names of tables whose rows are of a cluster.
_OWNED = frozenset(
    name
    for name, table in tables.metadata.tables.items()
    if table is tables.clusters or {'cluster_id', 'run_id'} & {*table.c.keys()}
)


@dataclasses.dataclass(frozen=True, slots=True)
class Scope:
    """A project, None for none, and whether every other is seen too.

    `user` is who changes what is changed.
    """

    project: str | None = None
    sees_all: bool = True
    user: str | None = None


def limit(engine: sa.Engine) -> None:
    """Have statements of an engine obey the scope of their connection."""
    sa.event.listen(engine, 'before_execute', _before_execute, retval=True)


def enter(connection: sa.Connection, scope: Scope | None) -> None:
    """Give a connection a scope; None takes it away."""
    connection.execution_options(**{_OPTION: scope})


def of(connection: sa.Connection) -> Scope:
    """The scope of a connection; nobody's where none was entered."""
    found: Scope | None = connection.get_execution_options().get(_OPTION)
    return found or Scope()


@contextlib.contextmanager
def lifted(connection: sa.Connection) -> Iterator[None]:
    """See everything, for what a change means to clusters of others."""
    scope = connection.get_execution_options().get(_OPTION)
    enter(connection, None)
    try:
        yield
    finally:
        enter(connection, scope)


def called(connection: sa.Connection, cluster_id: int) -> str:
    """A cluster in a sentence; nobody is told the name of one not seen."""
    c = tables.clusters.c
    name = connection.execute(
        sa.select(c.name).where(c.id == cluster_id)
    ).scalar()
    return f'cluster {name}' if name else 'a cluster of another project'


def _before_execute(
    connection: sa.Connection,
    statement: Any,
    many: Any,
    parameters: Any,
    options: Any,
) -> tuple[Any, Any, Any]:
    scope = connection.get_execution_options().get(_OPTION)
    if scope is not None:
        if isinstance(statement, sa.TextClause) and not scope.sees_all:
            _check(connection, statement.text, many or [parameters])
        statement = narrowed(statement, scope)
    return statement, many, parameters


def _check(
    connection: sa.Connection, text: str, sets: Sequence[Mapping[str, Any]]
) -> None:
    """A statement in text says which runs it is about: they must be seen.

    Raises NotFound; TypeError for one that does not say so.
    """
    if not _OWNED.intersection(re.findall(r'\w+', text)):
        return
    wanted: set[int] = set()
    for each in sets:
        if 'run' not in each and 'runs' not in each:
            raise TypeError(f'it names neither run nor runs: {text}')
        wanted.update(each.get('runs', ()))
        wanted.update((each['run'],) if 'run' in each else ())
    t = tables.runs.c
    found = connection.execute(sa.select(t.id).where(t.id.in_(wanted)))
    for run in wanted.difference(found.scalars()):
        raise exceptions.NotFound(kind='run', name=run)


def narrowed(statement: Any, scope: Scope) -> Any:
    """The statement as a scope allows it; clusters it makes are its own."""
    if isinstance(statement, sa.Insert) and statement.table is tables.clusters:
        statement = statement.values(project_id=scope.project)
    if scope.sees_all or not isinstance(statement, sa.sql.ClauseElement):
        return statement
    project = scope.project

    def select(found: Any) -> None:
        _add(found, _of_froms(found.get_final_froms(), project))

    def change(found: Any) -> None:
        _add(found, _of_froms([found.table], project))

    return visitors.cloned_traverse(
        statement, {}, {'select': select, 'update': change, 'delete': change}
    )


def _add(statement: Any, conditions: Iterator[Any]) -> None:
    # What is traversed is a copy: `where` would make another one.
    statement._where_criteria += tuple(conditions)


def _of_froms(
    froms: Sequence[Any], project: str | None
) -> Iterator[sa.ColumnElement[bool]]:
    for each in froms:
        for table, optional in _tables(each):
            condition = _condition(table, project)
            if condition is None:
                continue
            if optional:
                key = next(iter(table.primary_key))
                condition = sa.or_(condition, key.is_(None))
            yield condition


def _tables(found: Any, optional: bool = False) -> Iterator[tuple[Any, bool]]:
    """Tables of a FROM, and whether their rows may be missing there."""
    if isinstance(found, sa.Join):
        yield from _tables(found.left, optional or found.full)
        yield from _tables(found.right, optional or found.isouter)
    elif isinstance(getattr(found, 'element', found), sa.Table):
        yield found, optional


def _condition(
    found: Any, project: str | None
) -> sa.ColumnElement[bool] | None:
    """What rows of a table, or of its alias, a project sees; None: all."""
    table, c = getattr(found, 'element', found), found.c
    if table is tables.clusters:
        return _is(c.project_id, project)
    if table is tables.deployment_graph_revisions:
        seen = c.owner_id.in_(_clusters(project))
        return sa.or_(c.level.in_(('release', 'plugin')), seen)
    if table is tables.audit:
        seen = c.cluster_id.in_(_clusters(project))
        shared = sa.and_(c.cluster_id.is_(None), c.kind != _HISTORY)
        return sa.or_(seen, shared)
    if table is tables.agents:
        return sa.or_(c.node == _MASTER, c.node.in_(_nodes(project)))
    if 'cluster_id' in c:
        return sa.and_(c.cluster_id.in_(_clusters(project)))
    if 'run_id' in c:
        return sa.and_(c.run_id.in_(_runs(project)))
    return None


def _is(
    column: sa.ColumnElement[Any], project: str | None
) -> sa.ColumnElement[bool]:
    # None is no project, whose clusters nobody of a project sees.
    return column == project if project is not None else sa.false()


def _clusters(project: str | None) -> sa.Select[Any]:
    c = tables.clusters.alias().c
    return sa.select(c.id).where(_is(c.project_id, project))


def _runs(project: str | None) -> sa.Select[Any]:
    c = tables.runs.alias().c
    return sa.select(c.id).where(c.cluster_id.in_(_clusters(project)))


def _nodes(project: str | None) -> sa.Select[Any]:
    c = tables.nodes.alias().c
    return sa.select(c.name).where(c.cluster_id.in_(_clusters(project)))
