"""The only place that starts processes: gated, watched, ended as a group."""

import contextlib
import dataclasses
import os
import select
import subprocess
import time
from collections.abc import Callable, Mapping
from typing import IO

from trailmark.drivers import base, groups, output

#: Seconds between two looks at what a running command has left for us.
TICK = 0.5
_SHELL = '/bin/bash' if os.path.exists('/bin/bash') else '/bin/sh'
_GATE = (
    'IFS= read -r _trailmark_gate && [ "$_trailmark_gate" = go ] || exit 125; '
    'unset _trailmark_gate; exec "$0" "$@" </dev/null'
)
_CHUNK = 64 * 1024
_LAST_READ = 1024 * 1024


@dataclasses.dataclass(frozen=True, slots=True)
class Command:
    """What is to be run; `marker` is the environment entry of its attempt.

    `stdout` takes in what it prints. An exit status in `good` is a success.
    """

    argv: tuple[str, ...]
    cwd: str
    environment: Mapping[str, str]
    marker: str
    stdout: output.Tail = dataclasses.field(default_factory=output.Tail)
    good: frozenset[int] = frozenset((0,))


@dataclasses.dataclass(frozen=True, slots=True)
class Ending:
    """How a command ended; a negative `status` is a signal's number."""

    status: int
    duration: float
    stdout: output.Tail
    stderr: output.Tail
    timed_out: bool = False
    cancelled: bool = False


def by_shell(cmd: str) -> tuple[str, ...]:
    """The program that has the shell run a command."""
    return (_SHELL, '-c', cmd)


class Child:
    """A command that waits behind its gate: it exits if nobody opens it."""

    def __init__(self, command: Command) -> None:
        self._process = subprocess.Popen(
            ['/bin/sh', '-c', _GATE, *command.argv],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=command.cwd,
            env=dict(command.environment),
            start_new_session=True,
            bufsize=0,
        )
        self.pid = self._process.pid
        found = groups.look(self.pid)
        self.started = found.started if found else 0
        self._good = command.good
        self._group = groups.Group(self.pid, self.started, command.marker)
        self._handle = os.pidfd_open(self.pid)
        self._tails: dict[int, tuple[IO[bytes], output.Tail]] = {}
        self.stdout = self._keep(self._process.stdout, command.stdout)
        self.stderr = self._keep(self._process.stderr, output.Tail())

    def _keep(
        self, stream: IO[bytes] | None, tail: output.Tail
    ) -> output.Tail:
        assert stream is not None
        os.set_blocking(stream.fileno(), False)
        self._tails[stream.fileno()] = stream, tail
        return tail

    def open_gate(self) -> None:
        """Let the command begin."""
        assert self._process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.write(b'go\n')
        self._process.stdin.close()

    def close_gate(self) -> None:
        """Without having been opened: the command never begins."""
        assert self._process.stdin is not None
        self._process.stdin.close()

    def files(self) -> list[int]:
        """What to poll: its process and the streams that are open."""
        return [self._handle, *self._tails]

    def has_ended(self, ready: set[int]) -> bool:
        """Whether its own process is among what is ready."""
        return self._handle in ready

    def has_succeeded(self) -> bool:
        """Whether it ended well; its id is not let go of."""
        flags = os.WEXITED | os.WNOHANG | os.WNOWAIT
        found = os.waitid(os.P_PID, self.pid, flags)
        if found is None or found.si_code != os.CLD_EXITED:
            return False
        return found.si_status in self._good

    def read(self, most: int = _CHUNK) -> None:
        """Take in what it has printed, up to `most` bytes per stream."""
        for file in list(self._tails):
            self._read(file, most)

    def _read(self, file: int, most: int) -> None:
        stream, tail = self._tails[file]
        while most > 0:
            try:
                data = os.read(file, _CHUNK)
            except BlockingIOError:
                return
            if not data:
                del self._tails[file]
                stream.close()
                return
            tail.add(data)
            most -= len(data)

    def end_group(self) -> None:
        """End what runs of its group; its output is read meanwhile."""
        groups.end(self._group, self.read)

    def close(self) -> int:
        """Give its files back, wait for it, return its status."""
        self.close_gate()
        status = self._process.wait()
        self.read(_LAST_READ)
        for stream, _tail in self._tails.values():
            stream.close()
        self._tails.clear()
        os.close(self._handle)
        return status


def attend(
    child: Child,
    watch: base.Watch,
    deadline: float,
    tick: Callable[[], None],
) -> Ending:
    """Run a gated child to its end; `deadline` by the monotonic clock.

    `tick` is called now and then while it runs. Raises what
    `watch.started` raises; the command has not begun then.
    """
    began = time.monotonic()
    try:
        watch.started(child.pid, child.started)
        if not watch.cancelled.is_set():
            child.open_gate()
        why = _follow(child, watch, deadline, tick)
    except BaseException:
        child.close_gate()
        child.end_group()
        child.close()
        raise
    took = time.monotonic() - began
    if why != 'ended':
        child.end_group()
    status = _reap(child)
    return Ending(
        status,
        round(took, 3),
        child.stdout,
        child.stderr,
        why == 'timed out',
        why == 'cancelled',
    )


def _reap(child: Child) -> int:
    """A command that failed leaves nobody behind who could disturb a retry."""
    if not child.has_succeeded():
        child.end_group()
    return child.close()


def _follow(
    child: Child,
    watch: base.Watch,
    deadline: float,
    tick: Callable[[], None],
) -> str:
    ticked = time.monotonic()
    while True:
        ready = _poll(child, watch, deadline)
        child.read()
        now = time.monotonic()
        if child.has_ended(ready):
            return 'ended'
        if watch.cancelled.is_set():
            return 'cancelled'
        if now >= deadline:
            return 'timed out'
        if now - ticked >= TICK:
            tick()
            ticked = now


def _poll(child: Child, watch: base.Watch, deadline: float) -> set[int]:
    poller = select.poll()
    for file in (*child.files(), watch.cancelled.fileno()):
        poller.register(file, select.POLLIN)
    left = max(0.0, min(TICK, deadline - time.monotonic()))
    return {file for file, _event in poller.poll(left * 1000)}
