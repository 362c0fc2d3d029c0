"""`trailmark run checkpoints`."""

import functools

from trailmark.cli import columns, pages

_COLUMNS = ('task', 'node', 'graph_type', 'attempt', 'checkpoint', 'time')
_CELLS = {
    'node': columns.Text,
    'checkpoint': columns.Text,
    'time': columns.Moment,
}


class List(pages.OfRun):
    """List what attempts of a run left for the next ones, the oldest first."""

    names = _COLUMNS
    cells = staticmethod(functools.partial(columns.cells, _CELLS))
    noun = 'checkpoints'
