"""Rows of many runs, the newest run first, some runs at a time."""

import math
from collections.abc import Callable, Sequence
from typing import TypeVar

import sqlalchemy as sa

from trailmark.common import exceptions
from trailmark.db import history_filters

_Row = TypeVar('_Row')
#: How many runs a statement looks through at most.
_RUNS = 200


def read(
    connection: sa.Connection,
    which: history_filters.Filter,
    newest: int | None,
    limit: int | None,
    rows_of: Callable[[Sequence[int], int | None], Sequence[_Row]],
) -> list[_Row]:
    """The first rows of the runs that a filter chooses.

    `newest` is the run that a page goes on with; `rows_of` tells rows of
    some runs, no more than it is told. Raises NotFound for an unknown run.
    """
    found: list[_Row] = []
    size = 1 if newest is not None else which.size
    runs = _runs(connection, which, newest, size)
    if which.run is not None and not runs and newest in (None, which.run):
        raise exceptions.NotFound(kind='run', name=which.run)
    while runs:
        some, runs = runs[:size], runs[size:]
        left = None if limit is None else limit - len(found)
        rows = rows_of(some, left)
        found += rows
        if which.run is not None or len(rows) == left:
            return found
        size = _next(size, len(rows), left)
        if not runs:
            runs = _runs(connection, which, some[-1] - 1, _RUNS)
    return found


def _runs(
    connection: sa.Connection,
    which: history_filters.Filter,
    newest: int | None,
    limit: int,
) -> Sequence[int]:
    return connection.execute(which.runs(newest, limit)).scalars().all()


def _next(size: int, rows: int, left: int | None) -> int:
    """How many more runs to look through, as rows lay in the last ones."""
    most = min(4 * size, _RUNS)
    if not rows or left is None:
        return most
    return min(most, math.ceil((left - rows) * size / rows * 1.25))
