"""The process that forks supervisors; it outlives the agent that began it.

It is a process of its own, without what an agent has loaded, so that a fork
costs little. It ends when no agent and no supervisor is left.
"""

import gc
import os
import select
import signal
import socket
import sys
import time

from trailmark.drivers import supervisor

#: The first word of an agent that says that it is there.
AGENT = b'agent   '
#: Seconds that it stays when nobody needs it.
_IDLE = 5.0
_PAUSE = 2.0
#: Seconds until it tries again to do what it had no room for.
_REST = 0.2


class Spawner:
    """Listens on a socket whose file has this path."""

    def __init__(self, listener: socket.socket, path: str) -> None:
        self._listener, self._path = listener, path
        with open('/proc/sys/kernel/random/boot_id') as stream:
            self._boot_id = stream.read().strip()
        self._agents: dict[int, socket.socket] = {}
        self._supervisors: dict[int, socket.socket] = {}
        #: Those without a command; the last one had one most lately.
        self._free: list[socket.socket] = []
        self._poller = select.poll()
        self._poller.register(listener, select.POLLIN)

    def serve(self) -> None:
        """Until nobody needs it."""
        needed = time.monotonic()
        while True:
            ready = [file for file, _event in self._poller.poll(_PAUSE * 1000)]
            for file in ready:
                self._serve(file)
            busy = len(self._supervisors) - len(self._free)
            if self._agents or busy:
                needed = time.monotonic()
            if ready:
                continue
            self._thin_out()
            if not busy and self._is_over(needed):
                return

    def _is_over(self, needed: float) -> bool:
        idle = time.monotonic() - needed
        return idle > _IDLE or not os.path.exists(self._path)

    def _thin_out(self) -> None:
        """Of the supervisors that nobody needs one is enough."""
        for other in self._free[1:]:
            other.shutdown(socket.SHUT_WR)
        del self._free[1:]

    def _serve(self, file: int) -> None:
        if file == self._listener.fileno():
            self._accept()
        elif file in self._agents:
            self._poller.unregister(file)
            self._agents.pop(file).close()
        else:
            self._hear(self._supervisors[file])

    def _hear(self, said: socket.socket) -> None:
        """A supervisor is free, or gone."""
        if said.recv(1):
            self._free.append(said)
            return
        self._poller.unregister(said)
        del self._supervisors[said.fileno()]
        if said in self._free:
            self._free.remove(said)
        said.close()
        os.waitpid(-1, os.WNOHANG)

    def _accept(self) -> None:
        try:
            said, _address = self._listener.accept()
        except OSError as error:
            print(f'A connection has to wait: {error}', file=sys.stderr)
            time.sleep(_REST)
            return
        said.settimeout(_REST * 10)
        try:
            word = supervisor.received(said, supervisor.WORD)
            if word == AGENT:
                self._poller.register(said, select.POLLIN)
                self._agents[said.fileno()] = said
                return
            self._pass_on(word, said)
        except (OSError, ValueError) as error:
            print(f'A request is dropped: {error}', file=sys.stderr)
        said.close()

    def _pass_on(self, word: bytes, said: socket.socket) -> None:
        while self._free:
            free = self._free.pop()
            try:
                socket.send_fds(free, [word], [said.fileno()])
            except BrokenPipeError:
                continue
            return
        socket.send_fds(self._fork(said), [word], [said.fileno()])

    def _fork(self, said: socket.socket) -> socket.socket:
        """A new supervisor. Raises OSError."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        if not os.fork():
            self._become(theirs, ours, said)
        theirs.close()
        self._poller.register(ours, select.POLLIN)
        self._supervisors[ours.fileno()] = ours
        return ours

    def _become(self, given: socket.socket, *others: socket.socket) -> None:
        """This process is a supervisor, and ends as one."""
        code = 1
        try:
            known = *self._agents.values(), *self._supervisors.values()
            for other in (self._listener, *known, *others):
                os.close(other.fileno())
            supervisor.work(given, self._boot_id)
            code = 0
        except BaseException as error:
            print(f'A supervisor fails: {error!r}', file=sys.stderr)
        finally:
            os._exit(code)


def main(path: str) -> None:
    """Serve on the socket that is standard input."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    os.chdir('/')
    listener = socket.socket(fileno=os.dup(0))
    null = os.open('/dev/null', os.O_RDWR)
    os.dup2(null, 0)
    os.close(null)
    gc.collect()
    gc.freeze()
    gc.disable()
    Spawner(listener, path).serve()
