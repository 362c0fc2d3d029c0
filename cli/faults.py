"""`trailmark run faults`."""

import functools

from trailmark.cli import columns, pages

_COLUMNS = (
    'task',
    'node',
    'graph_type',
    'attempt',
    'fault',
    'message',
    'time',
)
_CELLS = {
    'node': columns.Text,
    'message': columns.Text,
    'time': columns.Moment,
}


class List(pages.OfRun):
    """List what attempts of a run failed of, the oldest first."""

    names = _COLUMNS
    cells = staticmethod(functools.partial(columns.cells, _CELLS))
    noun = 'faults'
