"""The history of a transaction: its executions with their definitions."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import yaml
from werkzeug import exceptions as http

from trailmark.api import (
    calls,
    lists,
    named_nodes,
    puppet_summaries,
    run_secrets,
    tasks_history,
)
from trailmark.common import clock, secrets
from trailmark.db import records, runs, snapshots
from trailmark.db import tasks_history as db_history
from trailmark.flows import snapshot

_JSON, _CSV = 'application/json', 'text/csv'
_YAML = ('application/x-yaml', 'application/yaml', 'text/yaml')
_COLUMNS = (
    *('task_name', 'node_id', 'status', 'type', 'time_start', 'time_end'),
)
#: The node of a task that was executed on none.
_NOWHERE = '-'

#: Rows that are read with their definitions before they are sent.
_AT_A_TIME = 1000

Writer = Callable[[Iterable[lists.Entries]], Iterator[bytes]]
Tasks = Mapping[tuple[str, str], Mapping[str, Any]]


def show(call: calls.Call, transaction: int) -> calls.Answer:
    """Every execution of a run, as JSON, YAML or CSV.

    Tasks that are executed nowhere are there too, skipped on node `-`.
    """
    media = _media(call)
    run = runs.get(call.db, transaction)
    found = lists.begun(_pages(call, run))
    return calls.Answer(parts=_WRITERS[media](found), media=media)


def _pages(call: calls.Call, run: records.Run) -> Iterator[lists.Entries]:
    statuses = call.texts('statuses') or ()
    names, nodes = call.texts('tasks_names'), named_nodes.by_id(call, 'nodes')
    summary = call.flag('include_summary')
    known, hidden = _defined(call, run)
    marker, is_last = None, False
    while not is_last:
        rows = db_history.page(
            call.db,
            run=run.id,
            nodes=nodes,
            statuses=statuses,
            tasks=names or (),
            after=marker,
            limit=_AT_A_TIME,
            summary=summary,
        )
        yield [_shape(row, known, hidden, summary) for row in rows]
        is_last = len(rows) < _AT_A_TIME
        marker = None if is_last else rows[-1].id
    if not nodes and (not statuses or 'skipped' in statuses):
        executed = db_history.executed_tasks(call.db, run.id)
        yield [*_absent(known, executed, names, summary)]


def _media(call: calls.Call) -> str:
    if not call.request.accept_mimetypes:
        return _JSON
    media = call.request.accept_mimetypes.best_match((_JSON, _CSV, *_YAML))
    if media is None:
        raise http.UnsupportedMediaType(
            f'there are {_JSON}, {_CSV} and {_YAML[0]}'
        )
    return media


def _defined(
    call: calls.Call, run: records.Run
) -> tuple[Tasks, frozenset[str]]:
    """Tasks of a run by graph type and name, and values to hide."""
    taken = snapshot.from_json(snapshots.get(call.db, run.snapshot_digest))
    found = [
        (graph.type, task) for graph in taken.graphs for task in graph.tasks
    ]
    hidden = run_secrets.of_run(call, run)
    return {
        (kind, task.id): secrets.mask_data(task.body, hidden, numbers=True)
        for kind, task in found
    }, hidden


def _absent(
    known: Tasks,
    executed: set[tuple[str, str]],
    names: Sequence[str] | None,
    summary: bool,
) -> Iterator[dict[str, Any]]:
    for (kind, name), body in known.items():
        if (kind, name) in executed or (names and name not in names):
            continue
        yield {
            **_record(name, _NOWHERE, 'skipped', None, None),
            **({'summary': {}} if summary else {}),
            'graph_type': kind,
            **_rest(body),
        }


def _shape(
    row: records.HistoryRow,
    known: Tasks,
    hidden: frozenset[str],
    summary: bool,
) -> dict[str, Any]:
    told: dict[str, Any] = {}
    if row.message:
        told['message'] = row.message
    if summary:
        told['summary'] = puppet_summaries.of(row)
    return {
        **_record(
            row.task,
            tasks_history.node_of(row),
            str(row.state),
            row.started_at,
            row.ended_at,
        ),
        **secrets.mask_data(told, hidden),
        'graph_type': row.graph_type,
        **_rest(known.get((row.graph_type, row.task), {})),
    }


def _record(
    task: str,
    node: int | str | None,
    status: str,
    start: int | None,
    end: int | None,
) -> dict[str, Any]:
    return {
        'task_name': task,
        'node_id': node,
        'status': status,
        'time_start': clock.iso(start),
        'time_end': clock.iso(end),
    }


def _rest(body: Mapping[str, Any]) -> dict[str, Any]:
    """What a definition says; it may not speak for the record."""
    own = {*_record('', None, '', None, None), 'summary', 'message'}
    return {key: value for key, value in body.items() if key not in own}


def _yaml(found: Iterable[lists.Entries]) -> Iterator[bytes]:
    is_empty = True
    for entries in found:
        if entries:
            is_empty = False
            yield yaml.safe_dump(
                list(entries),
                sort_keys=False,
                allow_unicode=True,
                encoding='utf-8',
            )
    if is_empty:
        yield b'[]\n'


def _csv(found: Iterable[lists.Entries]) -> Iterator[bytes]:
    text = io.StringIO()
    writer = csv.DictWriter(text, _COLUMNS, extrasaction='ignore')
    writer.writeheader()
    for entries in found:
        writer.writerows(entries)
        yield text.getvalue().encode()
        text.seek(0)
        text.truncate()
    yield text.getvalue().encode()


_WRITERS: Mapping[str, Writer] = {
    _JSON: lists.array,
    _CSV: _csv,
    **dict.fromkeys(_YAML, _yaml),
}
