"""Where the time of a run went, in lines for people."""

from collections.abc import Iterator
from typing import Any

import cliff.columns

from trailmark.cli import remote

#: Steps of the critical path that are shown: those that took longest.
_MOST_STEPS = 10


class Times(cliff.columns.FormattableColumn):
    """What the API says of the times of a run, or nothing."""

    def human_readable(self) -> str:
        """A headline and a few lines for each kind of loss."""
        return '\n'.join(lines(self._value)) if self._value else ''


def lines(times: remote.Document) -> Iterator[str]:
    """The lines of an account."""
    paused = times['paused']
    stood = ''
    if paused:
        stood = f', and nobody drove it for {lasting(paused)} more'
    yield f'elapsed: {lasting(times["elapsed"])}{stood}'
    yield from _longest(times['longest_tasks'])
    yield from _waiting(times['waiting'])
    yield from _retries(times['retries'])
    yield from _path(times['critical_path'])


def lasting(seconds: float) -> str:
    """A duration in the two units that say most."""
    if seconds < 60:
        return f'{seconds:.{2 if seconds < 10 else 1}f} s'
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f'{minutes} min {rest:02} s'
    hours, minutes = divmod(minutes, 60)
    return f'{hours} h {minutes:02} min'


def _longest(tasks: list[remote.Document]) -> Iterator[str]:
    if tasks:
        yield 'longest tasks:'
    for task in tasks:
        longest = f'{lasting(task["longest"])} {task["longest_execution"]}'
        more = ''
        if task['nodes'] > 1:
            more = f', {lasting(task["total"])} on {task["nodes"]} nodes'
        yield f'  {longest}{more}'


def _waiting(waiting: remote.Document) -> Iterator[str]:
    if waiting['longest'] < 0.01:
        return
    behind = ''
    if waiting['behind']:
        behind = f', while its node ran {waiting["behind"]}'
    yield f'waited for slots or nodes: {lasting(waiting["total"])} in all'
    yield f'  {lasting(waiting["longest"])} {waiting["execution"]}{behind}'


def _retries(retries: remote.Document) -> Iterator[str]:
    if not retries['attempts']:
        return
    yield (
        f'attempts that failed first: {retries["attempts"]} of '
        f'{retries["executions"]} executions, {lasting(retries["total"])}'
    )
    yield f'  {lasting(retries["longest"])} {retries["execution"]}'


def _path(path: remote.Document) -> Iterator[str]:
    steps: list[remote.Document] = path['steps']
    if not steps:
        return
    plural = '' if len(steps) == 1 else 's'
    yield (
        f'critical path: {len(steps)} execution{plural}, '
        f'{lasting(path["running"])} running and '
        f'{lasting(path["gaps"])} between them'
    )
    kept = sorted(steps, key=_weight, reverse=True)[:_MOST_STEPS]
    left: list[remote.Document] = []
    for step in steps:
        if any(step is each for each in kept):
            yield from _left_out(left)
            left = []
            yield f'  {_step(step)}'
        else:
            left.append(step)
    yield from _left_out(left)


def _weight(step: remote.Document) -> float:
    weight: float = step['seconds'] + step['gap']
    return weight


def _left_out(steps: list[remote.Document]) -> Iterator[str]:
    if steps:
        spent = lasting(sum(map(_weight, steps)))
        yield f'  ... {len(steps)} more, {spent}'


def _step(step: dict[str, Any]) -> str:
    gap = step['gap']
    after = {'node': ', as its node was busy'}.get(step['after'], '')
    waited = (
        f', {lasting(gap)} after what it waited for' if gap >= 0.01 else ''
    )
    return f'{lasting(step["seconds"])} {step["execution"]}{waited}{after}'
