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

#: First words of a connection: an agent is there, or a request of so many
#: bytes follows.
AGENT = b'agent   '
#: Bytes of the first word.
WORD = 8
#: Seconds that it stays when nobody needs it.
_IDLE = 5.0
#: Seconds for a request to arrive whole.
_PATIENCE = 10.0
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
        self._supervisors = 0
        self._poller = select.poll()
        self._poller.register(listener, select.POLLIN)

    def serve(self) -> None:
        """Until nobody needs it."""
        needed = time.monotonic()
        while True:
            ready = [file for file, _event in self._poller.poll(_PAUSE * 1000)]
            for file in ready:
                self._serve(file)
            self._reap()
            if self._agents or self._supervisors:
                needed = time.monotonic()
            if not ready and self._is_over(needed):
                return

    def _is_over(self, needed: float) -> bool:
        if self._supervisors:
            return False
        idle = time.monotonic() - needed
        return idle > _IDLE or not os.path.exists(self._path)

    def _serve(self, file: int) -> None:
        if file == self._listener.fileno():
            self._accept()
            return
        self._poller.unregister(file)
        self._agents.pop(file).close()

    def _accept(self) -> None:
        try:
            said, _address = self._listener.accept()
        except OSError as error:
            print(f'A connection has to wait: {error}', file=sys.stderr)
            time.sleep(_REST)
            return
        said.settimeout(_PATIENCE)
        try:
            word = _received(said, WORD)
            if word == AGENT:
                self._poller.register(said, select.POLLIN)
                self._agents[said.fileno()] = said
                return
            self._fork(supervisor.read(_received(said, int(word))), said)
        except (OSError, ValueError) as error:
            print(f'A request is dropped: {error}', file=sys.stderr)
        said.close()

    def _fork(self, request: supervisor.Request, said: socket.socket) -> None:
        if os.fork():
            self._supervisors += 1
            return
        code = 1
        try:
            for other in (self._listener, *self._agents.values()):
                os.close(other.fileno())
            supervisor.supervise(request, self._boot_id, said.fileno())
            code = 0
        except BaseException as error:
            print(f'A supervisor fails: {error!r}', file=sys.stderr)
        finally:
            os._exit(code)

    def _reap(self) -> None:
        while self._supervisors:
            pid, _status = os.waitpid(-1, os.WNOHANG)
            if not pid:
                return
            self._supervisors -= 1


def _received(said: socket.socket, size: int) -> bytes:
    data = b''
    while len(data) < size:
        more = said.recv(size - len(data))
        if not more:
            raise ValueError('it is cut off')
        data += more
    return data


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
