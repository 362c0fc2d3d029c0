"""Reports in parts: what they say of each run."""

import dataclasses
from collections.abc import Sequence

from trailmark.messaging import contracts


def run_of(attempt_id: str) -> int:
    """The run that an attempt belongs to."""
    return int(attempt_id.partition('.')[0])


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
