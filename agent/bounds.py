"""How large what is said of one attempt may be, and how it is cut."""

import dataclasses
import json
import logging
from typing import Any

from trailmark.drivers import folders
from trailmark.messaging import contracts

LOG = logging.getLogger(__name__)
#: Bytes of JSON that a summary may have.
SUMMARY = 64 * 1024
#: Characters of a message.
MESSAGE = 4096
#: Characters of a traceback, of which the end is kept.
TRACEBACK = 16 * 1024
#: What the rest of an outcome takes at most.
_FRAME = 512


def json_size(data: Any) -> int:
    """Bytes of data as JSON. Raises TypeError, ValueError for other data."""
    return len(json.dumps(data))


def size_of(outcome: contracts.Outcome) -> int:
    """About the bytes that an outcome takes in a message."""
    said = [
        *(outcome.message, outcome.checkpoint),
        *(outcome.summary, outcome.traceback),
    ]
    return _FRAME + sum(json_size(each) for each in said if each)


def bounded(outcome: contracts.Outcome) -> contracts.Outcome:
    """The outcome, its summary and its message cut where they are too long.

    A checkpoint is never cut: one that is too long is left out. Raises
    TypeError, ValueError for a summary that is no JSON data.
    """
    changed: dict[str, Any] = {}
    text = json.dumps(outcome.summary)
    if len(text) > SUMMARY:
        changed['summary'] = _cut(text)
    if outcome.message is not None and len(outcome.message) > MESSAGE:
        cut = len(outcome.message) - MESSAGE
        kept = outcome.message[:MESSAGE]
        changed['message'] = f'{kept} [... {cut} characters cut]'
    if outcome.traceback is not None and len(outcome.traceback) > TRACEBACK:
        changed['traceback'] = outcome.traceback[-TRACEBACK:]
    if outcome.checkpoint is not None and _is_long(outcome.checkpoint):
        changed['checkpoint'] = None
    if not changed:
        return outcome
    LOG.warning(
        'Attempt %s: too long, so cut: %s',
        outcome.attempt_id,
        ', '.join(sorted(changed)),
    )
    return dataclasses.replace(outcome, **changed)


def _cut(text: str) -> dict[str, Any]:
    # As a text in JSON it takes up to twice its length.
    kept = text[: (SUMMARY - _FRAME) // 2]
    return {'cut': f'{len(text) - len(kept)} bytes cut', 'beginning': kept}


def _is_long(checkpoint: str) -> bool:
    encoded = checkpoint.encode(errors='surrogatepass')
    return len(encoded) > folders.CHECKPOINT_LIMIT
