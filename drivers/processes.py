"""Commands of attempts: begun by a supervisor, watched, and ended."""

import contextlib
import dataclasses
import errno
import functools
import os
import pathlib
import select
import shutil
import signal
import time
import zlib
from collections.abc import Callable, Mapping

from trailmark.common import exceptions
from trailmark.drivers import (
    base,
    folders,
    groups,
    leftovers,
    output,
    records,
    spawning,
    supervisor,
)

#: Seconds between two looks at what a running command has left for us.
TICK = 0.5
_SHELL = '/bin/bash' if os.path.exists('/bin/bash') else '/bin/sh'
#: Seconds until a command is asked for again that no supervisor began.
_PAUSE = 0.2
#: Seconds between two looks at a command that another process had begun.
_LOOK = 0.1
_STEP = 0.005
#: Seconds in which a supervisor records how a command ended.
_LAST_WORD = 10.0
_CHUNK = 1024 * 1024
_UMASK = 'Umask:'


@dataclasses.dataclass(frozen=True, slots=True)
class Command:
    """What is to be run as the next command of its attempt.

    `stdout` takes in what it prints, all of it if `whole`, else its end. An
    exit status in `good` is a success.
    """

    argv: tuple[str, ...]
    cwd: str
    environment: Mapping[str, str]
    attempt_id: str
    scratch: pathlib.Path
    number: int
    stdout: output.Tail = dataclasses.field(default_factory=output.Tail)
    good: frozenset[int] = frozenset((0,))
    whole: bool = False

    @property
    def record(self) -> str:
        """The path of its record."""
        return folders.command(self.scratch, self.number)


@dataclasses.dataclass(frozen=True, slots=True)
class Ending:
    """How a command ended; a negative `status` is a signal's number.

    `left` are processes of its attempt that can't be ended; `is_swept`:
    the others were. It may never have `begun`.
    """

    status: int
    duration: float
    stdout: output.Tail
    stderr: output.Tail
    timed_out: bool = False
    cancelled: bool = False
    left: tuple[groups.Member, ...] = ()
    is_swept: bool = False
    begun: bool = True


def by_shell(cmd: str) -> tuple[str, ...]:
    """The program that has the shell run a command."""
    return (_SHELL, '-c', cmd)


class Child:
    """A command that has begun, now or by a process that is gone."""

    def __init__(self, command: Command, watch: base.Watch) -> None:
        self._command, self._watch = command, watch
        self.stdout, self.stderr = command.stdout, output.Tail()
        self._read = 0
        self._seen: int | None = None
        #: Whether the machine had no room for it.
        self.is_delayed = False
        self.is_forbidden = False
        self._digest = _digest(command)
        self._handle = -1
        found = records.read(command.record)
        if found is not None:
            self._check(found)
        elif not (watch.cancelled.is_set() and self.forbid()):
            self._begin()

    def _check(self, found: records.Record) -> None:
        if found.supervisor == records.NEVER:
            raise exceptions.AttemptTaken(attempt=self._command.attempt_id)
        if found.digest != self._digest:
            raise exceptions.CommandLost(
                attempt=self._command.attempt_id,
                reason='it was begun as another command',
            )

    def _begin(self) -> None:
        """Raises OSError, ValueError."""
        command = self._command
        request = supervisor.Request(
            command.record,
            self._digest,
            command.good,
            command.whole,
            _umask(),
            os.fsencode(command.cwd),
            tuple(os.fsencode(each) for each in _resolved(command)),
            tuple(
                os.fsencode(f'{name}={value}')
                for name, value in command.environment.items()
            ),
        )
        asked = spawning.of(command.scratch.parent).ask(request.written())
        self._handle = asked.detach()

    def wait(self, seconds: float) -> bool:
        """Whether it ended; False after some time, or when it is to end."""
        poller = select.poll()
        poller.register(self._watch.cancelled.fileno(), select.POLLIN)
        if self._handle < 0:
            poller.poll(min(_LOOK, seconds) * 1000)
            return not self._is_open()
        poller.register(self._handle, select.POLLIN)
        ready = {file for file, _event in poller.poll(seconds * 1000)}
        return self._handle in ready

    def _is_open(self) -> bool:
        """Whether a command that another process had begun may yet end."""
        found = records.read(self._command.record)
        if found is None or found.ended is not None:
            return False
        return records.is_supervised(self._command.record)

    def ended(self) -> records.Ended | None:
        """How it ended; None: nobody has begun it.

        Raises AttemptTaken, CommandLost.
        """
        found = records.read(self._command.record)
        if found is None:
            if self._handle < 0:
                raise self._lost()
            return None
        self._check(found)
        if found.ended is None:
            raise self._lost()
        return found.ended

    def begin_again(self) -> None:
        """Nobody has begun it. Raises OSError."""
        self._close_handle()
        self.is_delayed = True
        self.wait(_PAUSE)
        if not self._watch.cancelled.is_set():
            self._begin()

    def last_word(self, seconds: float) -> records.Ended:
        """How it ended, now that it has; or it can't be ended.

        Raises CommandLost.
        """
        until = time.monotonic() + seconds
        while self._is_open() and time.monotonic() < until:
            time.sleep(_STEP)
        found = records.read(self._command.record)
        if found is not None and found.ended is not None:
            return found.ended
        if not records.is_supervised(self._command.record):
            raise self._lost()
        kept = self.stdout.state(), self.stderr.state()
        return records.Ended(-signal.SIGKILL, 0, seconds, *kept)

    def _lost(self) -> exceptions.CommandLost:
        return exceptions.CommandLost(
            attempt=self._command.attempt_id, reason='its supervisor is gone'
        )

    def look(self) -> None:
        """Take in what it has printed so far."""
        if self._command.whole:
            self._read_whole()
        with contextlib.suppress(FileNotFoundError):
            path = f'{self._command.record}.live'
            changed = os.stat(path).st_mtime_ns
            if changed != self._seen:
                self._seen = changed
                self._take_live(pathlib.Path(path).read_bytes())

    def _take_live(self, data: bytes) -> None:
        head, _, data = data.partition(b'\n')
        gone, out, lost, _err = map(int, head.split())
        if not self._command.whole:
            self.stdout.restore(gone, data[:out])
        self.stderr.restore(lost, data[out:])

    def _read_whole(self) -> None:
        path = f'{self._command.record}.out'
        if not os.path.exists(path):
            return
        with open(path, 'rb') as stream:
            stream.seek(self._read)
            while data := stream.read(_CHUNK):
                self._read += len(data)
                self.stdout.add(data)

    def take(self, ended: records.Ended) -> None:
        """Take in all that it has printed."""
        if self._command.whole:
            self._read_whole()
        else:
            self.stdout.restore(*ended.stdout)
        self.stderr.restore(*ended.stderr)

    def end(self) -> list[groups.Member]:
        """End all that runs of its attempt; what can't be ended."""
        command = self._command
        return leftovers.end(command.scratch, command.attempt_id, self.look)

    def forbid(self) -> bool:
        """Have it never begin; False: it has."""
        self.is_forbidden = records.forbid(self._command.record)
        return self.is_forbidden

    def is_good(self, ended: records.Ended) -> bool:
        """Whether that is a success."""
        return ended.status in self._command.good

    def is_running(self) -> bool:
        """Whether it has not ended by itself; it is stopped then.

        Guard: status-read-last.
        """
        while True:
            found = records.read(self._command.record)
            if found is None or found.ended is not None:
                return False
            if found.pid is not None:
                return groups.freeze(found.pid)
            if not records.is_supervised(self._command.record):
                return False
            time.sleep(0.001)

    def _close_handle(self) -> None:
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1

    close = _close_handle


def _digest(command: Command) -> int:
    said = '\0'.join((command.cwd, *command.argv))
    return zlib.crc32(said.encode(errors='surrogatepass'))


def _resolved(command: Command) -> tuple[str, ...]:
    """Its program with its path. Raises FileNotFoundError."""
    program, *rest = command.argv
    if '/' not in program:
        path = command.environment.get('PATH', os.defpath)
        found = shutil.which(program, path=path)
        if found is None:
            raise FileNotFoundError(2, 'No such file or directory', program)
        program = found
    return (program, *rest)


@functools.cache
def _umask() -> int:
    """That of this process at first; to ask for it would change it."""
    for line in pathlib.Path('/proc/self/status').read_text().splitlines():
        if line.startswith(_UMASK):
            return int(line[len(_UMASK) :], 8)
    return 0o022


def attend(
    child: Child,
    watch: base.Watch,
    deadline: float,
    tick: Callable[[Child], None],
) -> Ending:
    """Follow a command to its end; `deadline` by the monotonic clock.

    `tick` is called now and then. Raises OSError where it can't be started,
    AttemptTaken and CommandLost.
    """
    try:
        return _attend(child, watch, deadline, tick)
    except exceptions.CommandLost:
        child.end()
        raise
    finally:
        child.close()


def _attend(
    child: Child,
    watch: base.Watch,
    deadline: float,
    tick: Callable[[Child], None],
) -> Ending:
    if child.is_forbidden:
        return _never(child, 'cancelled')
    why, ended = _follow(child, watch, deadline, tick)
    left: list[groups.Member] = []
    if ended is None:
        if child.forbid():
            return _never(child, why)
        if child.is_running():
            left = child.end()
        else:
            why = 'ended'
        ended = child.last_word(0.0 if left else _LAST_WORD)
    if ended.trouble:
        raise OSError(ended.trouble, os.strerror(ended.trouble))
    is_bad = why != 'ended' or not child.is_good(ended)
    if is_bad and why == 'ended':
        left = child.end()
    child.take(ended)
    return Ending(
        ended.status,
        round(ended.duration, 3),
        child.stdout,
        child.stderr,
        why == 'timed out',
        why == 'cancelled',
        tuple(left),
        is_bad,
    )


def _never(child: Child, why: str) -> Ending:
    """Raises OSError where the machine had no room for it in its time."""
    if child.is_delayed and why == 'timed out':
        raise OSError(errno.EAGAIN, os.strerror(errno.EAGAIN))
    return Ending(
        *(0, 0.0, child.stdout, child.stderr),
        *(why == 'timed out', why == 'cancelled'),
        begun=False,
    )


def _follow(
    child: Child,
    watch: base.Watch,
    deadline: float,
    tick: Callable[[Child], None],
) -> tuple[str, records.Ended | None]:
    """Why it is over, and how the command ended if it did."""
    ticked = time.monotonic()
    while True:
        left = max(0.0, min(TICK, deadline - time.monotonic()))
        if child.wait(left):
            ended = child.ended()
            if ended is not None:
                return 'ended', ended
            child.begin_again()
        if watch.cancelled.is_set():
            return 'cancelled', None
        now = time.monotonic()
        if now >= deadline:
            return 'timed out', None
        if now - ticked >= TICK:
            child.look()
            tick(child)
            ticked = now
