"""Processes of this machine: which belong to an attempt, how they end."""

import contextlib
import dataclasses
import logging
import os
import signal
import time
from collections.abc import Callable, Collection, Iterator

#: Seconds between SIGTERM and SIGKILL.
GRACE = 5.0
#: Seconds after SIGKILL in which what can be ended is gone.
LAST = 5.0
_STEP = 0.02
#: There is no such process, or none that may be looked at.
_NONE = FileNotFoundError, ProcessLookupError, PermissionError
LOG = logging.getLogger(__name__)
_GONE = ('Z', 'X', 'x')
_STOPPED = ('T', 't')
#: Characters of a command that are told.
_COMMAND = 200


@dataclasses.dataclass(frozen=True, slots=True)
class Member:
    """A process: `started` in clock ticks since boot."""

    pid: int
    parent: int
    group: int
    started: int
    gone: bool
    stopped: bool = False


def look(pid: int) -> Member | None:
    """The process with this id, if there is one (zombies are `gone`).

    Raises OSError where nobody can know.
    """
    try:
        with open(f'/proc/{pid}/stat', errors='replace') as stream:
            text = stream.read()
    except _NONE:
        return None
    state, parent, group, *rest = text[text.rindex(')') + 2 :].split()
    return Member(
        pid,
        int(parent),
        int(group),
        int(rest[16]),
        state in _GONE,
        state in _STOPPED,
    )


def members(group: int) -> Iterator[Member]:
    """Every process of a group, zombies too."""
    return (each for each in _all() if each.group == group)


def _all() -> Iterator[Member]:
    for name in os.listdir('/proc'):
        found = look(int(name)) if name.isdigit() else None
        if found is not None:
            yield found


class Family:
    """The processes of an attempt, whatever their group or session.

    Guard: every-process.
    Those are the descendants of its supervisors, which `supervisors` tells,
    and those that have all of `marks` in their environment. None is older
    than `since`, in clock ticks.
    """

    def __init__(
        self,
        marks: Collection[str],
        supervisors: Callable[[], Collection[int]],
        since: int = 0,
    ) -> None:
        self._marks = {os.fsencode(each) for each in marks}
        self._supervisors, self._since = supervisors, since

    def living(self) -> list[Member]:
        """Those that still run, without the supervisors."""
        found = {
            each.pid: each
            for each in _all()
            if not each.gone and each.started >= self._since
        }
        # Then: a supervisor that is of the attempt now was so before.
        heads = set(self._supervisors())
        ours = _descendants(found.values(), heads)
        heads.add(os.getpid())
        return [
            each
            for pid, each in found.items()
            if pid not in heads and (pid in ours or self._is_marked(pid))
        ]

    def _is_marked(self, pid: int) -> bool:
        try:
            with open(f'/proc/{pid}/environ', 'rb') as stream:
                text = stream.read()
        except _NONE:
            return False
        return self._marks <= set(text.split(b'\0'))


def _descendants(found: Collection[Member], heads: set[int]) -> set[int]:
    children: dict[int, list[int]] = {}
    for each in found:
        children.setdefault(each.parent, []).append(each.pid)
    ours: set[int] = set()
    waiting = list(heads)
    while waiting:
        for pid in children.get(waiting.pop(), ()):
            if pid not in ours:
                ours.add(pid)
                waiting.append(pid)
    return ours


def send(member: Member, number: signal.Signals) -> None:
    """Signal a process, and never another one that got its id.

    Guard: same-process.
    """
    with contextlib.suppress(OSError):
        handle = os.pidfd_open(member.pid)
        try:
            found = look(member.pid)
            if found is not None and found.started == member.started:
                signal.pidfd_send_signal(handle, number)
        finally:
            os.close(handle)


def end(
    family: Family, meanwhile: Callable[[], None] = lambda: None
) -> list[Member]:
    """End a family: SIGTERM, grace, SIGKILL; those that can't be ended.

    Returns once nothing runs, or some seconds after SIGKILL.
    """
    began = time.monotonic()
    number, step = signal.SIGTERM, _STEP
    told: set[Member] = set()
    while living := _surely_living(family):
        passed = time.monotonic() - began
        if passed >= GRACE + LAST:
            return living
        if passed >= GRACE:
            number, step = signal.SIGKILL, min(step * 2, 1.0)
            told.clear()
        for each in living:
            if each not in told:
                send(each, number)
                send(each, signal.SIGCONT)
                told.add(each)
        meanwhile()
        time.sleep(step)
    return []


def _surely_living(family: Family) -> list[Member]:
    """Nothing runs if it was looked twice: who is born meanwhile is missed."""
    while True:
        try:
            return family.living() or family.living()
        except OSError as error:
            LOG.warning('What runs of an attempt is not known yet: %s', error)
            time.sleep(_STEP * 10)


def freeze(pid: int) -> bool:
    """Stop a process; False: it had ended before it could be."""
    found = look(pid)
    if found is None or found.gone:
        return False
    send(found, signal.SIGSTOP)
    last = time.monotonic() + 1.0
    while time.monotonic() < last:
        now = look(pid)
        if now is None or now.gone or now.started != found.started:
            return False
        if now.stopped:
            return True
        time.sleep(0.001)
    return True


def command(pid: int) -> str:
    """The command line of a process; empty if it is gone."""
    try:
        with open(f'/proc/{pid}/cmdline', 'rb') as stream:
            text = stream.read()
    except OSError:
        return ''
    return (
        text.replace(b'\0', b' ').decode(errors='replace')[:_COMMAND].strip()
    )
