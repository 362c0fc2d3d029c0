"""Events of actions: attempts of tasks on the node."""

import hashlib
from typing import Any

from trailmark.api.nova import faults, microversions
from trailmark.common import clock
from trailmark.common.states import ExecutionState
from trailmark.db import instance_records


def shape(
    attempt: instance_records.InstanceAttempt,
    project: str | None,
    version: int,
    full: bool,
) -> dict[str, Any]:
    """An event as JSON data; `full` is for those who may see everything."""
    result = _result(attempt)
    failed = result == 'Error'
    shown: dict[str, Any] = {
        'event': attempt.task,
        'start_time': clock.iso(attempt.started_at),
        'finish_time': clock.iso(attempt.ended_at),
        'result': result,
    }
    if full:
        shown['traceback'] = _traceback(attempt) if failed else None
    if version >= microversions.HOSTS:
        shown['hostId'] = host_id(project, attempt.host)
        if full:
            shown['host'] = attempt.host
    if version >= microversions.DETAILS and full:
        shown['details'] = attempt.message if failed else None
    return shown


def host_id(project: str | None, host: str | None) -> str:
    """A host that others may tell from another, but not name. Nova: 2.62."""
    if not host:
        return ''
    return hashlib.sha224(f'{project or ""}{host}'.encode()).hexdigest()


def _result(attempt: instance_records.InstanceAttempt) -> str | None:
    if attempt.ended_at is None:
        return None
    ready = attempt.state == ExecutionState.READY
    return 'Success' if ready else 'Error'


def _traceback(attempt: instance_records.InstanceAttempt) -> str:
    kind = attempt.kind or str(attempt.state).capitalize()
    return faults.traceback(kind, attempt.message)
