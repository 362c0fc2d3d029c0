"""Failures: what of a run ended in error, with the end of what it printed."""

from collections.abc import Iterator, Mapping
from typing import Any

from trailmark.api import calls
from trailmark.common import clock, states
from trailmark.db import records, runs, tasks_history

#: Lines of output, and characters of a line, that are shown of each.
_LINES, _LONGEST_LINE = 12, 400


def of_run(call: calls.Call, run: int) -> calls.Answer:
    """A page of a run's executions in error; `next` is the marker."""
    runs.check(call.db, run)
    limit = call.limit()
    found = tasks_history.page(
        call.db,
        run=run,
        statuses=[states.ExecutionState.ERROR],
        after=call.number('marker'),
        limit=limit,
        summary=True,
    )
    following = found[-1].id if len(found) == limit else None
    shapes = [_shape(each) for each in found]
    return calls.Answer({'failures': shapes, 'next': following})


def _shape(row: records.HistoryRow) -> dict[str, Any]:
    said = row.summary or {}
    part, source = next(_outputs(said), (None, {}))
    return {
        'task': row.task,
        'node': row.node,
        'graph_type': row.graph_type,
        'attempt': row.attempt,
        'time_end': clock.iso(row.ended_at),
        'message': row.message,
        'exit_code': source.get('exit_code', said.get('exit_code')),
        'output': None if part is None else _tail(part, source[part]),
    }


def _outputs(
    said: Mapping[str, Any],
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Where there is output, what tells most of the failure first."""
    tests = (said.get('tests') or {}).values()
    failed = [test for test in tests if test.get('exit_code')]
    for source in (*failed, said):
        for part in ('stderr', 'stdout'):
            if str(source.get(part) or '').strip():
                yield part, source


def _tail(part: str, text: str) -> dict[str, Any]:
    """The last lines of a text; `cut` is whether there were others."""
    lines = text.rstrip().split('\n')
    shown = [line[:_LONGEST_LINE] for line in lines[-_LINES:]]
    return {
        'from': part,
        'lines': shown,
        'cut': shown != lines,
    }
