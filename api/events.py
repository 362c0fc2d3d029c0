"""Events of a run as they happen: server-sent, resumable."""

import json
import time
from collections.abc import Collection, Generator, Iterator, Mapping
from typing import Any

from trailmark.api import calls, runs, transitions
from trailmark.api.openapi import events
from trailmark.common import states
from trailmark.db import runs as db_runs
from trailmark.db import transitions as db_transitions

_PAUSE = 0.5
#: Seconds of silence after which a remark shows whether somebody listens.
_SILENCE = 15.0
_PAGE = 1000


def of_run(call: calls.Call, run: int) -> calls.Answer:
    """Transitions after the one that Last-Event-ID names, and the run itself
    whenever it has changed, until it has ended; `kinds` leaves the others out.

    Who comes back after the end is answered 204, and comes no more.
    """
    said = call.checked.headers['Last-Event-ID'] or call.number('after')
    after = said or 0
    kinds = call.texts('kinds') or events.KINDS
    found = db_runs.get(call.db, run)
    is_over = said is not None and not _is_active(found.state)
    if is_over and not db_transitions.page(call.db, run, after, 1):
        return calls.Answer(status=204)
    stream = call.context.going_on.open(_told(call, run, after, kinds))
    return calls.Answer(stream=stream)


def _told(
    call: calls.Call, run: int, after: int, kinds: Collection[str]
) -> Generator[bytes]:
    before: Mapping[str, Any] = {}
    heard_at = time.monotonic()
    while True:
        # First the run, then its moves: an end is told after the last one.
        found = db_runs.get(call.db, run)
        if 'transition' in kinds:
            for each in _moves(call, run, after):
                after, heard_at = each['id'], time.monotonic()
                yield _event('transition', after, each)
        now = runs.shape(call.db, found)
        if now != before and 'run' in kinds:
            before, heard_at = now, time.monotonic()
            yield _event('run', after, now)
        if not _is_active(found.state):
            return
        if time.monotonic() - heard_at > _SILENCE:
            heard_at = time.monotonic()
            yield b':\n\n'
        if not call.context.going_on.pause(_PAUSE):
            return


def _moves(
    call: calls.Call, run: int, after: int
) -> Iterator[Mapping[str, Any]]:
    while True:
        found = db_transitions.page(call.db, run, after, _PAGE)
        yield from map(transitions.shape, found)
        if len(found) < _PAGE:
            return
        after = found[-1].id


def _event(kind: str, number: int, data: Mapping[str, Any]) -> bytes:
    said = json.dumps(data, ensure_ascii=False, separators=(',', ':'))
    return f'id: {number}\nevent: {kind}\ndata: {said}\n\n'.encode()


def _is_active(state: states.RunState) -> bool:
    return state in states.ACTIVE_RUN_STATES
