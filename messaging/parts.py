"""Reports in parts: what they say of each run."""

import dataclasses
import re
from collections.abc import Callable, Hashable, Mapping
from typing import TypeVar

from trailmark.common import exceptions
from trailmark.messaging import contracts

_Place = TypeVar('_Place', bound=Hashable)
_ID = re.compile(r'[0-9]{1,18}(\.[0-9]{1,9}){4}')


def run_of(attempt_id: str) -> int:
    """The run that an attempt belongs to. Raises MessageRefused."""
    return _numbers(attempt_id)[0]


def key_of(attempt_id: str) -> tuple[tuple[int, int, int], int]:
    """Graph, node and task of an attempt, and its number among theirs."""
    _run, graph, node, task, attempt = _numbers(attempt_id)
    return (graph, node, task), attempt


def _numbers(attempt_id: str) -> list[int]:
    if not _ID.fullmatch(attempt_id):
        raise exceptions.MessageRefused(
            reason=f'{attempt_id[:80]!r} is no attempt'
        )
    return [int(part) for part in attempt_id.split('.')]


def runs(report: contracts.Report) -> set[int]:
    """The runs that a report speaks of. Raises MessageRefused."""
    names = [*report.held, *report.checkpoints, *report.outputs]
    names += [outcome.attempt_id for outcome in report.outcomes]
    return {run_of(name) for name in names}


def by_run(report: contracts.Report) -> dict[int, contracts.Report]:
    """The report in parts, one for each run that it speaks of."""
    return by(lambda run: run, report)


def by(
    place_of: Callable[[int], _Place], report: contracts.Report
) -> dict[_Place, contracts.Report]:
    """The report in parts, one for each place that its runs have."""
    of_run = {run: place_of(run) for run in runs(report)}
    places = set(of_run.values())
    if len(places) == 1:
        return {places.pop(): report}
    return {place: _part(report, of_run, place) for place in places}


def _part(
    report: contracts.Report, of_run: Mapping[int, _Place], place: _Place
) -> contracts.Report:
    def is_there(name: str) -> bool:
        return of_run[run_of(name)] == place

    return dataclasses.replace(
        report,
        held=tuple(name for name in report.held if is_there(name)),
        outcomes=tuple(
            outcome
            for outcome in report.outcomes
            if is_there(outcome.attempt_id)
        ),
        checkpoints={
            name: text
            for name, text in report.checkpoints.items()
            if is_there(name)
        },
        outputs={
            name: output
            for name, output in report.outputs.items()
            if is_there(name)
        },
    )
