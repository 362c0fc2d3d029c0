"""Summaries of Puppet's runs as seed 000 has them."""

from collections.abc import Mapping
from typing import Any

from trailmark.common import clock
from trailmark.common.states import ExecutionState
from trailmark.db import records

_OF_PUPPET = ('time', 'resources', 'changes', 'events', 'version')
#: What an agent of Puppet says of itself once it has ended.
_STOPPED: Mapping[str, Any] = {
    'status': 'stopped',
    'running': 0,
    'enabled': 1,
    'idling': 0,
    'stopped': 1,
    'runtime': 0,
    'output': 'Currently stopped; last completed run 0 seconds ago',
}


def of(row: records.HistoryRow) -> dict[str, Any]:
    """The summary of a row: of Puppet in the seed's shape, else as it is.

    What Puppet's agent has no word for stands in `data` beside it: the
    outcome, the resources that were changed, what was printed.
    """
    left = dict(row.summary or {})
    if left.pop('driver', None) != 'puppet':
        return dict(row.summary or {})
    good = row.state == ExecutionState.READY
    return {
        'sender': str(row.node if row.node_id is None else row.node_id),
        'statuscode': 0 if good else 1,
        'statusmsg': 'OK' if good else row.message or str(row.state),
        'data': {
            **{name: {} for name in _OF_PUPPET},
            'outcome': left.pop('status', None),
            **left,
            **_STOPPED,
            'lastrun': _last_run(row, left),
        },
    }


def _last_run(
    row: records.HistoryRow, left: Mapping[str, Any]
) -> int | float | None:
    """Seconds since the epoch at which Puppet ended."""
    found: int | float | None = (left.get('time') or {}).get('last_run')
    return found or clock.epoch_seconds(row.ended_at)
