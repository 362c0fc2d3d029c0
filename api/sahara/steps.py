"""Steps as JSON data, with or without their events."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from trailmark.api import calls
from trailmark.api.sahara import events, sentences, versions
from trailmark.common import clock
from trailmark.db import step_records


def shapes(
    call: calls.Call,
    owner: Mapping[str, Any],
    found: Sequence[step_records.Step],
    with_events: bool,
) -> list[dict[str, Any]]:
    """Steps in their order; `owner` says whose they are."""
    shown = [shape(owner, step) for step in found]
    if with_events:
        of_step: dict[str, list[dict[str, Any]]]
        of_step = {step['id']: [] for step in shown}
        for event in events.of(call, found):
            of_step[event['step_id']].append(event)
        for step in shown:
            step['events'] = of_step[step['id']]
    return shown


def shape(owner: Mapping[str, Any], step: step_records.Step) -> dict[str, Any]:
    """One step."""
    # What was done at once began when it ended.
    is_over = step.is_over
    ended = step.completed_at or step.created_at
    began = step.started_at or (ended if is_over else None)
    return {
        'id': str(step.id),
        'cluster_id': str(step.cluster_id),
        **owner,
        'step_name': step.name,
        'step_type': step.type,
        'completed': step.completed,
        'total': step.total,
        'successful': step.successful,
        'created_at': versions.text(step.created_at),
        'started_at': clock.epoch_seconds(began),
        'completed_at': clock.epoch_seconds(ended) if is_over else None,
        'updated_at': versions.text(step.updated_at),
        'info': sentences.of(step),
    }


def current(found: Iterable[step_records.Step]) -> str | None:
    """What the first step says that was begun and is not over."""
    for step in found:
        if step.started_at is not None and not step.is_over:
            return sentences.of(step)
    return None
