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
    while True:
        chosen = which.runs(newest, size)
        runs = connection.execute(chosen).scalars().all()
        if which.run is not None and not runs and newest in (None, which.run):
            raise exceptions.NotFound(kind='run', name=which.run)
        if not runs:
            return found
        left = None if limit is None else limit - len(found)
        rows = rows_of(runs, left)
        found += rows
        if which.run is not None or len(runs) < size or len(rows) == left:
            return found
        newest = runs[-1] - 1
        size = max(which.size, _next(size, len(rows), left))


def _next(size: int, rows: int, left: int | None) -> int:
    """How many more runs to look through, as rows lay in the last ones."""
    most = min(4 * size, _RUNS)
    if not rows or left is None:
        return most
    return min(most, math.ceil((left - rows) * size / rows * 1.25))
