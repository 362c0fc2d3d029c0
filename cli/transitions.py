"""`trailmark run transitions`."""

import functools
from collections.abc import Iterator

from trailmark.cli import columns, pages, remote

COLUMNS = (
    'id',
    'deployment_task_id',
    'graph_type',
    'task',
    'node',
    'old',
    'new',
    'attempt',
    'time',
    'message',
)
_CELLS = {
    'node': columns.Text,
    'time': columns.Moment,
    'message': columns.Text,
}


class List(pages.OfRun):
    """List every change of state in a run, the oldest first."""

    names = COLUMNS
    cells = staticmethod(functools.partial(columns.cells, _CELLS))
    noun = 'transitions'

    def rows(self, run: int) -> Iterator[remote.Document]:
        """Page by page, each after the last id of the one before."""
        return self.remote.transitions(run)
