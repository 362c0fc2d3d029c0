"""Runs a command to its end, however its agent fares, and records it.

Of the standard library only, and little of it. A spawner has one for each
command that runs; it serves another one when nothing is left of the first.
"""

import ctypes
import dataclasses
import errno
import os
import select
import signal
import socket
import sys
import time

from trailmark.drivers import kept, records

#: Seconds between two looks at what a command has left, while it runs.
TICK = 0.5
#: Bytes of the first word of a connection.
WORD = 8
#: Seconds for a request to arrive whole.
_PATIENCE = 10.0
_CHUNK = 64 * 1024
#: Bytes that are read of each stream once the command has ended.
_LAST = 1024 * 1024
_PR_SET_CHILD_SUBREAPER = 36
_prctl = ctypes.CDLL(None).prctl
_OUT, _ERR = 1, 2
#: What a machine is short of for a while.
_SHORTAGES = errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EAGAIN
#: Ignored by the spawner.
_SIGNALS = signal.SIGPIPE, signal.SIGXFSZ, signal.SIGINT, signal.SIGHUP


@dataclasses.dataclass(frozen=True, slots=True)
class Request:
    """A command, and the file that is to become its record.

    `whole`: what it prints goes to a file of its own, all of it.
    """

    record: str
    digest: int
    good: frozenset[int]
    whole: bool
    umask: int
    cwd: bytes
    argv: tuple[bytes, ...]
    environment: tuple[bytes, ...]

    def written(self) -> bytes:
        """As bytes; raises ValueError where one of them can't be passed."""
        words = [
            *(self.record, self.digest, ','.join(map(str, self.good))),
            *(int(self.whole), self.umask, len(self.argv)),
        ]
        said = [os.fsencode(str(each)) for each in words]
        said += [self.cwd, *self.argv, *self.environment]
        if any(b'\0' in each for each in said):
            raise ValueError('embedded null byte')
        return b'\0'.join(said)


def read(data: bytes) -> Request:
    """A request from bytes."""
    record, digest, good, whole, umask, count, cwd, *rest = data.split(b'\0')
    return Request(
        os.fsdecode(record),
        int(digest),
        frozenset(map(int, good.split(b','))),
        whole == b'1',
        int(umask),
        cwd,
        tuple(rest[: int(count)]),
        tuple(rest[int(count) :]),
    )


def work(given: socket.socket, boot_id: str) -> None:
    """Run the commands that come through a socket, one after the other.

    It ends when nothing more comes, or once a daemon that a command has left
    is to have another parent.
    """
    _prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    while True:
        word, files, _flags, _address = socket.recv_fds(given, WORD, 1)
        if not word:
            return
        os.set_inheritable(files[0], False)
        agent = socket.socket(fileno=files[0])
        try:
            agent.settimeout(_PATIENCE)
            request = read(received(agent, int(word)))
        except (OSError, ValueError) as error:
            print(f'A request is dropped: {error}', file=sys.stderr)
        else:
            is_free = _supervise(request, boot_id, agent)
            os.chdir('/')
            if not is_free:
                return
        finally:
            agent.close()
        given.send(b'.')


def received(said: socket.socket, size: int) -> bytes:
    """So many bytes; raises ValueError if there are not as many."""
    data = b''
    while len(data) < size:
        more = said.recv(size - len(data))
        if not more:
            raise ValueError('it is cut off')
        data += more
    return data


def _supervise(request: Request, boot_id: str, agent: socket.socket) -> bool:
    """Run a command; `agent` is the connection of who asked for it.

    Whether another one may follow.
    """
    began = records.now()
    record = records.Record(os.getpid(), boot_id, began, request.digest)
    try:
        lock = records.claim(request.record, record)
    except FileExistsError:
        return True
    try:
        streams = _Streams(request)
        pid = _begin(request, record, streams)
        if pid is None:
            return True
        records.note_pid(lock, pid)
        status = _follow(pid, streams)
        record = dataclasses.replace(record, pid=pid)
        ended = _ended(status, began, streams)
        safe = not _is_heard(agent)
        last = records.finish(request.record, record, ended, safe)
    finally:
        os.close(lock)
    streams.close()
    agent.close()
    try:
        return _has_left_nothing(status in request.good)
    finally:
        os.close(last)


def _begin(
    request: Request, record: records.Record, streams: '_Streams'
) -> int | None:
    """The pid of the command; None: it can't be begun."""
    os.umask(request.umask)
    try:
        streams.open_all()
        os.chdir(request.cwd)
        return _start(request, streams.given)
    except OSError as error:
        streams.close()
        if error.errno in _SHORTAGES:
            # It may be asked for again.
            os.unlink(request.record)
            return None
        number = error.errno or errno.EIO
        ended = records.Ended(-1, number, 0.0, (0, b''), (0, b''))
        os.close(records.finish(request.record, record, ended, False))
        return None
    finally:
        streams.close_given()


def _start(request: Request, given: dict[int, int]) -> int:
    entries = (each.partition(b'=') for each in request.environment)
    return os.posix_spawn(
        request.argv[0],
        request.argv,
        {name: value for name, _, value in entries},
        file_actions=[
            (os.POSIX_SPAWN_OPEN, 0, '/dev/null', os.O_RDONLY, 0),
            *((os.POSIX_SPAWN_DUP2, file, as_) for as_, file in given.items()),
        ],
        setsid=True,
        setsigmask=(),
        setsigdef=_SIGNALS,
    )


class _Streams:
    """What a command prints."""

    def __init__(self, request: Request) -> None:
        self._path = f'{request.record}.live'
        self.kept = {_OUT: kept.Kept(), _ERR: kept.Kept()}
        self.open: dict[int, int] = {}
        self.given: dict[int, int] = {}
        self._changed = False
        self._whole = f'{request.record}.out' if request.whole else None

    def open_all(self) -> None:
        """Open them. Raises OSError."""
        if self._whole is not None:
            flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC
            self.given[_OUT] = os.open(self._whole, flags, 0o600)
        for stream in {_OUT, _ERR} - self.given.keys():
            ours, theirs = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
            os.set_blocking(theirs, True)
            self.open[ours], self.given[stream] = stream, theirs

    def close_given(self) -> None:
        """The command has them now, or never will."""
        for file in self.given.values():
            os.close(file)
        self.given.clear()

    def close(self) -> None:
        """Read no more."""
        for file in self.open:
            os.close(file)
        self.open.clear()

    def read(self, most: int = _CHUNK) -> None:
        """Take in what was printed, up to `most` bytes of each stream."""
        for file in list(self.open):
            left = most
            while left > 0:
                try:
                    data = os.read(file, _CHUNK)
                except BlockingIOError:
                    break
                if not data:
                    del self.open[file]
                    os.close(file)
                    break
                self.kept[self.open[file]].add(data)
                self._changed = True
                left -= len(data)

    def leave(self) -> None:
        """Leave what was printed so far for who looks meanwhile."""
        if not self._changed:
            return
        self._changed = False
        (gone, out), (lost, err) = (
            each.state() for each in self.kept.values()
        )
        head = b'%d %d %d %d\n' % (gone, len(out), lost, len(err))
        os.close(records.replace(self._path, head + out + err))


def _follow(pid: int, streams: _Streams) -> int:
    """Wait for the command; its status."""
    handle = os.pidfd_open(pid)
    left = time.monotonic() + TICK
    while True:
        poller = select.poll()
        for file in (handle, *streams.open):
            poller.register(file, select.POLLIN)
        ready = {file for file, _event in poller.poll(TICK * 1000)}
        streams.read()
        if handle in ready:
            break
        if time.monotonic() >= left:
            _reap_others(pid)
            streams.leave()
            left = time.monotonic() + TICK
    os.close(handle)
    _pid, status = os.waitpid(pid, 0)
    streams.read(_LAST)
    return os.waitstatus_to_exitcode(status)


def _reap_others(pid: int) -> None:
    """Orphans that have ended; the command itself is waited for elsewhere."""
    flags = os.WEXITED | os.WNOHANG | os.WNOWAIT
    while found := os.waitid(os.P_ALL, 0, flags):
        if found.si_pid == pid:
            return
        os.waitpid(found.si_pid, 0)


def _ended(status: int, began: float, streams: _Streams) -> records.Ended:
    out, err = streams.kept.values()
    took = records.now() - began
    return records.Ended(status, 0, took, out.state(), err.state())


def _is_heard(agent: socket.socket) -> bool:
    """Whether who asked for the command is still there."""
    poller = select.poll()
    poller.register(agent, select.POLLIN)
    return not poller.poll(0)


def _has_left_nothing(is_good: bool) -> bool:
    """Whether no process of the command is left.

    What a failed one left has its parent until it has been ended.
    """
    flags = os.WNOHANG if is_good else 0
    try:
        while os.waitpid(-1, flags)[0]:
            pass
    except ChildProcessError:
        return True
    return False
