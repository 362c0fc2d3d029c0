"""What runs of an attempt, whoever began it, and how that is ended."""

import dataclasses
import itertools
import os
import pathlib
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any

from trailmark.common import process_identity, secrets
from trailmark.drivers import base, folders, groups, records

_TICKS = os.sysconf('SC_CLK_TCK')
#: Seconds by which the start of a process may seem later than it is.
_SLACK = 0.02


def commands(scratch: pathlib.Path) -> Iterator[records.Record]:
    """The records of the commands that an attempt has begun, in order."""
    for number in itertools.count():
        found = records.read(folders.command(scratch, number))
        if found is None or found.supervisor == records.NEVER:
            return
        yield found


def forbid(scratch: pathlib.Path) -> None:
    """Have no further command of an attempt begin, whoever asks for it.

    Guard: start-gate.
    """
    for number in itertools.count():
        path = folders.command(scratch, number)
        found = records.read(path)
        if found is not None and found.supervisor == records.NEVER:
            return
        if found is None and records.forbid(path):
            return


def gone_on_with(job: base.Job) -> base.Job:
    """A job that another process had begun: its time goes on, and it is as
    far as that process left it."""
    first = next(commands(job.scratch), None)
    passed = 0.0
    if first is not None and first.boot_id == process_identity.boot_id():
        passed = records.now() - first.began
    return dataclasses.replace(
        job,
        began=job.began - passed,
        checkpoint=folders.last_checkpoint(job.scratch, job.checkpoint),
    )


def family(scratch: pathlib.Path, attempt_id: str) -> groups.Family:
    """The processes of an attempt.

    Ids are the same in every database: the place says which one it is.
    """
    marks = (
        f'{folders.MARKER}={attempt_id}',
        folders.checkpoint_entry(scratch),
    )
    first = next(commands(scratch), None)
    since = 0
    if first is not None and first.boot_id == process_identity.boot_id():
        since = int((first.began - _SLACK) * _TICKS)
    return groups.Family(marks, lambda: set(_supervisors(scratch)), since)


def _supervisors(scratch: pathlib.Path) -> Iterator[int]:
    for number, each in enumerate(commands(scratch)):
        if records.is_supervised(folders.command(scratch, number)):
            yield each.supervisor


def end(
    scratch: pathlib.Path,
    attempt_id: str,
    meanwhile: Callable[[], None] = lambda: None,
) -> list[groups.Member]:
    """End all processes of an attempt; those that can't be ended."""
    return groups.end(family(scratch, attempt_id), meanwhile)


def told(
    living: Collection[groups.Member], hidden: Sequence[str]
) -> list[dict[str, Any]]:
    """Processes that can't be ended, as a summary tells of them."""
    return [
        {
            'pid': each.pid,
            'command': secrets.mask_text(groups.command(each.pid), hidden),
        }
        for each in living
    ]
