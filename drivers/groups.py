"""Processes of this machine: who they are, how a group is ended."""

import contextlib
import dataclasses
import logging
import os
import pathlib
import signal
import time
from collections.abc import Callable, Iterator

LOG = logging.getLogger(__name__)
#: Seconds between SIGTERM and SIGKILL.
GRACE = 5.0
_PROC = pathlib.Path('/proc')
_STEP = 0.02
_GONE = ('Z', 'X', 'x')


@dataclasses.dataclass(frozen=True, slots=True)
class Member:
    """A process: `started` in clock ticks since boot."""

    pid: int
    group: int
    started: int
    gone: bool


def look(pid: int) -> Member | None:
    """The process with this id, if there is one (zombies are `gone`)."""
    try:
        text = (_PROC / str(pid) / 'stat').read_text(errors='replace')
    except OSError:
        return None
    fields = text[text.rindex(')') + 2 :].split()
    return Member(pid, int(fields[2]), int(fields[19]), fields[0] in _GONE)


def members(group: int) -> Iterator[Member]:
    """Every process of a group, zombies too."""
    for name in os.listdir(_PROC):
        found = look(int(name)) if name.isdigit() else None
        if found is not None and found.group == group:
            yield found


class Group:
    """The process group that one child of an attempt leads.

    A process is known to be of it by its leader's start time, by having been
    seen with such a one, or by the marker in its environment: an id that the
    system gave to somebody else is never mistaken for it.
    """

    def __init__(self, leader: int, started: int, marker: str) -> None:
        self._leader = leader
        self._known = {(leader, started)}
        self._marker = marker.encode()

    def living(self) -> list[Member]:
        """Its processes that still run."""
        if self._leader in (0, 1, os.getpgrp()):
            return []
        found = list(members(self._leader))
        if not any(self._is_known(each) for each in found):
            return []
        self._known.update((each.pid, each.started) for each in found)
        return [each for each in found if not each.gone]

    def _is_known(self, member: Member) -> bool:
        if (member.pid, member.started) in self._known:
            return True
        try:
            path = _PROC / str(member.pid) / 'environ'
            return self._marker in path.read_bytes().split(b'\0')
        except OSError:
            return False

    def send(self, number: signal.Signals) -> None:
        """Signal all of it."""
        with contextlib.suppress(ProcessLookupError):
            try:
                os.killpg(self._leader, number)
            except PermissionError as error:
                LOG.warning(
                    'Process group %d is not ended: %s', self._leader, error
                )


def end(group: Group, meanwhile: Callable[[], None] = lambda: None) -> None:
    """End a group: SIGTERM, grace, SIGKILL; returns when nothing runs."""
    if not group.living():
        return
    group.send(signal.SIGTERM)
    harder = time.monotonic() + GRACE
    step = _STEP
    while group.living():
        meanwhile()
        if time.monotonic() >= harder:
            group.send(signal.SIGKILL)
            step = min(step * 2, 1.0)
        time.sleep(step)
