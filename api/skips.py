"""Which executions a resume is to skip."""

from collections.abc import Sequence

from trailmark.common import exceptions, problems
from trailmark.db import connection, tasks_history

Skip = tuple[str, str | None]


def parse(
    db: connection.Database, run: int, names: Sequence[str]
) -> tuple[Skip, ...]:
    """Task and node of each TASK[@NODE]; without a node, all its nodes.

    Raises InvalidInput that lists every name which the run doesn't have.
    """
    found: list[Skip] = []
    unknown: list[problems.Problem] = []
    for name in names:
        known = _known(db, run, name)
        if known is None:
            said = f'run {run} has no task execution {name}'
            unknown.append(problems.Problem(message=said, field='skip'))
        else:
            found.append(known)
    if unknown:
        raise exceptions.InvalidInput(unknown)
    return tuple(found)


def split(name: str) -> tuple[Skip, ...]:
    """The ways to read TASK[@NODE]: a task's name may hold an @ itself."""
    whole: Skip = (name, None)
    task, at, node = name.rpartition('@')
    return ((task, node), whole) if at and task and node else (whole,)


def _known(db: connection.Database, run: int, name: str) -> Skip | None:
    for task, node in split(name):
        rows = tasks_history.page(
            db,
            run=run,
            tasks=(task,),
            nodes=() if node is None else (node,),
            limit=1,
        )
        if rows:
            return task, node
    return None
