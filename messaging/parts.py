"""Reports in parts: what they say of each run."""

import dataclasses
import re
from collections.abc import Sequence

from trailmark.common import exceptions
from trailmark.messaging import contracts

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


def by_run(report: contracts.Report) -> dict[int, contracts.Report]:
    """The report in parts, one for each run that it speaks of."""
    names = [*report.held, *report.checkpoints]
    names += [outcome.attempt_id for outcome in report.outcomes]
    found = {run_of(name) for name in names}
    if len(found) == 1:
        return {found.pop(): report}
    return {run: _part(report, run) for run in found}


def _part(report: contracts.Report, run: int) -> contracts.Report:
    def of_run(names: Sequence[str]) -> tuple[str, ...]:
        return tuple(name for name in names if run_of(name) == run)

    return dataclasses.replace(
        report,
        held=of_run(report.held),
        outcomes=tuple(
            outcome
            for outcome in report.outcomes
            if run_of(outcome.attempt_id) == run
        ),
        checkpoints={
            name: report.checkpoints[name]
            for name in of_run(tuple(report.checkpoints))
        },
    )
