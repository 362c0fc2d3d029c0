"""What failed, told to those who may know all of it and to others."""

from typing import Any

from trailmark.api import calls
from trailmark.common import clock
from trailmark.db import instance_records

#: The rule of tracebacks, hosts, and texts that are not ours.
RULE = 'instance_actions:events'
#: As in Nova: no failure of a task is the fault of who asked for it.
CODE = 500
#: Kinds of faults whose messages are Trailmark's own.
_OWN = frozenset({'Cancelled', 'Interrupted', 'Unconfirmed', 'Unreachable'})
_LONGEST = 255


def message(kind: str, said: str | None, full: bool) -> str:
    """A short text; of what others said only its kind, unless in full."""
    if said and (full or kind in _OWN):
        return said[:_LONGEST]
    return kind


def fault(failure: instance_records.Failure, full: bool) -> dict[str, Any]:
    """The last failure of a server as Nova's fault."""
    shown: dict[str, Any] = {
        'code': CODE,
        'created': f'{(clock.iso(failure.at) or "")[:19]}Z',
        'message': message(failure.kind, failure.message, full),
    }
    if full:
        shown['details'] = traceback(failure.kind, failure.message)
    return shown


def error(failure: instance_records.Failure, full: bool) -> dict[str, Any]:
    """The last failure of a task; logs know it by its id."""
    shown = {
        'error_id': failure.id,
        'item': failure.task,
        'code': CODE,
        'message': message(failure.kind, failure.message, full),
        'created_at': clock.iso(failure.at),
    }
    if full:
        shown['traceback'] = traceback(failure.kind, failure.message)
    return shown


def traceback(kind: str, said: str | None) -> str:
    """All that is known of a failure."""
    return f'{kind}: {said}' if said else kind


def is_full(call: calls.Call) -> bool:
    """Whether who asks may know all of it."""
    return call.may(RULE)
