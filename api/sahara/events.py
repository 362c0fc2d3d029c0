"""Events of steps as JSON data: what happened on which node."""

from collections.abc import Iterable, Iterator
from typing import Any

from trailmark.api import calls
from trailmark.api.sahara import versions
from trailmark.common.states import ExecutionState
from trailmark.db import step_events, step_records

#: About how many are told where there are more.
LARGEST = 1000


def of(
    call: calls.Call, found: Iterable[step_records.Step]
) -> list[dict[str, Any]]:
    """Events of the steps that have not ended well, the oldest first."""
    told = [step for step in found if _has_events(step)]
    full = call.may(versions.FULL)
    shown = [
        _shape(each, full)
        for each in step_events.of_steps(call.db, told, LARGEST)
    ]
    shown += _of_plugins(told)
    return sorted(shown, key=lambda event: str(event['created_at']))


def _has_events(step: step_records.Step) -> bool:
    """Whether it was begun, or was not to be, and has not ended well."""
    if step.successful is True:
        return False
    return step.started_at is not None or bool(step.failed or step.completed)


def _shape(event: step_records.Event, full: bool) -> dict[str, Any]:
    step = event.step
    good = event.state == ExecutionState.READY
    has_fault = event.kind is not None
    shown: dict[str, Any] = {
        'id': event.id,
        'cluster_id': str(step.cluster_id),
        'node_group_id': event.node_group,
        'instance_id': None if event.node_id is None else str(event.node_id),
        'instance_name': event.node,
        'provisioning_step_id': str(step.id),
        'step_id': str(step.id),
        'event_info': None if good else _info(event, full),
        'successful': good,
        'created_at': versions.text(event.at),
        'updated_at': None,
        'error_id': event.id if has_fault else None,
    }
    if full:
        shown['traceback'] = event.traceback
    return shown


def _info(event: step_records.Event, full: bool) -> str:
    """What went wrong, by which id logs know it, and for admins where."""
    if event.kind is None:
        return event.message or f'not done: {event.state}'
    said = [event.message or event.kind, f'Error ID: {event.id}']
    if full and event.traceback:
        said.append(event.traceback)
    return '\n'.join(said)


def _of_plugins(
    found: Iterable[step_records.Step],
) -> Iterator[dict[str, Any]]:
    for step in found:
        if step.error_id is not None:
            yield {
                'id': step.error_id,
                'cluster_id': str(step.cluster_id),
                'node_group_id': None,
                'instance_id': None,
                'instance_name': None,
                'provisioning_step_id': str(step.id),
                'step_id': str(step.id),
                'event_info': f'{step.message}\nError ID: {step.error_id}',
                'successful': False,
                'created_at': versions.text(step.updated_at),
                'updated_at': None,
                'error_id': step.error_id,
            }
