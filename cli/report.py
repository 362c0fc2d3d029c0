"""What is said of a run when it begins and when it has ended."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from trailmark.cli import columns, output, plain, remote
from trailmark.common import states

_MOST_FAILURES = 20
_TAIL_LINES = 10
_ENDED = {'error': 'ended in error'}


def headline(
    run: remote.Document, nodes: Sequence[remote.Document], here: bool
) -> str:
    """The line that names a run that begins, maybe on this machine alone."""
    names = [node['node'] for node in nodes if node['node'] is not None]
    kinds = {True: ' (dry run: nothing is run)', False: ''}
    noop = ' (noop: nothing is changed)' if run.get('noop') else ''
    types = ', '.join(run['graph_types'])
    plural = '' if len(names) == 1 else 's'
    return (
        f'Run {run["id"]} of cluster {run["cluster"]}: {types}, '
        f'{len(names)} node{plural}{", all of them this machine" * here}'
        f'{noop}{kinds[bool(run.get("dry_run"))]}'
    )


def ending(api: remote.Remote, run: remote.Document) -> Iterator[str]:
    """Lines about a run that has ended."""
    yield ''
    yield from _table(run['counts'])
    if run['counts'].get(states.ExecutionState.ERROR):
        yield from _failures(api, run)
    yield ''
    message = f': {run["message"]}' if run.get('message') else ''
    ended = _ENDED.get(run['status'], 'is {status}').format_map(run)
    yield f'Run {run["id"]} {ended}{output.printable(message)}'


def detached(run: int) -> str:
    """How a run that goes on elsewhere is watched and stopped."""
    return (
        f'Run {run} goes on. Watch it with: trailmark run watch {run}; '
        f'stop it with: trailmark run stop {run}'
    )


def resuming(run: int) -> str:
    """The command that goes on with a run."""
    return f'trailmark run resume {run}'


def _table(counts: Mapping[str, int]) -> Iterator[str]:
    found = [
        (state.value, counts[state])
        for state in states.ExecutionState
        if counts.get(state)
    ]
    total = counts.get('total', sum(number for _, number in found))
    rows = [*found, ('total', total)]
    width = max(len(name) for name, _ in rows)
    for name, number in rows:
        yield f'  {name:{width}}  {number:>7}'


def _failures(api: remote.Remote, run: remote.Document) -> Iterator[str]:
    apart = True
    for row in api.failed(run['id'], _MOST_FAILURES):
        lines = [*_failure(row)]
        if apart or len(lines) > 1:
            yield ''
        apart = len(lines) > 1
        yield from lines
    more = run['counts'][states.ExecutionState.ERROR] - _MOST_FAILURES
    if more > 0:
        yield ''
        yield (
            f'and {more} more: trailmark tasks-history {run["id"]} '
            '--statuses error'
        )


def _failure(row: remote.Document) -> Iterator[str]:
    summary: Mapping[str, Any] = row.get('summary') or {}
    said = f'{plain.title(row)} failed: attempt {row["attempt"]}'
    if summary.get('exit_code') is not None:
        said += f', exit code {summary["exit_code"]}'
    if row.get('time_end') is not None:
        said += f', {columns.local_time(row["time_end"])}'
    yield said
    message = row.get('message') or ''
    if message and not message.startswith(
        f'exit code {summary.get("exit_code")}'
    ):
        yield f'  {output.printable(message)}'
    yield from _tail(summary)
    for name, test in (summary.get('tests') or {}).items():
        if test.get('exit_code'):
            yield f'  {name}: exit code {test["exit_code"]}'
            yield from _tail(test)


def _tail(said: Mapping[str, Any]) -> Iterator[str]:
    text = (said.get('stderr') or '').rstrip('\n')
    for line in text.split('\n')[-_TAIL_LINES:] if text else ():
        yield f'  | {output.printable(line)}'
