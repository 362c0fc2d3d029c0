"""The audit: who asked for what, of what the caller may see."""

from typing import Any

from trailmark.api import calls
from trailmark.common import clock
from trailmark.db import audit, clusters, records


def index(call: calls.Call) -> calls.Answer:
    """A page of the audit, the newest first; `next` is the marker."""
    limit, named = call.limit(), call.text('cluster')
    chosen = audit.Filter(
        run=call.number('run'),
        cluster=None if named is None else clusters.number(call.db, named),
        user=call.text('user'),
        since=call.moment('since'),
        until=call.moment('until'),
    )
    found = audit.page(call.db, chosen, call.number('marker'), limit)
    following = found[-1].id if len(found) == limit else None
    shapes = [shape(each) for each in found]
    return calls.Answer({'audit': shapes, 'next': following})


def shape(row: records.AuditRow) -> dict[str, Any]:
    """A row of the audit as JSON data."""
    return {
        'id': row.id,
        'time': clock.iso(row.at),
        'user': row.actor,
        'project': row.project,
        'event': row.event,
        'kind': row.kind,
        'name': row.name,
        'run': row.run,
        'cluster': row.cluster,
        'message': row.message,
        'counts': row.counts,
    }
