"""A door between a process and a server, which tests shut."""

import contextlib
import selectors
import socket
import struct
import threading
import time

_RESET = struct.pack('ii', 1, 0)
_CHUNK = 65536
#: What a transaction says before its COMMIT.
Words = tuple[bytes, ...]
FLUSH: Words = (b'SET flush_no', b'INTO task_transitions')
END: Words = (b'SET flush_no', b'holds_cluster = NULL')
INSERTION: Words = (b'INSERT INTO runs',)


class Proxy:
    """Forwards every connection to a server; close it at the end."""

    def __init__(self, host: str, port: int) -> None:
        self._server = (host, port)
        self._listener = socket.create_server(('127.0.0.1', 0))
        self.port: int = self._listener.getsockname()[1]
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._pairs: set[Pair] = set()
        self._held: set[Pair] = set()
        self._shut = False
        self._armed: list[Words] = []
        #: Connections that were cut or refused while it was shut.
        self.cut = 0
        #: Answers to a COMMIT that were never handed on.
        self.dropped = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def shut(self) -> None:
        """Cut every connection and refuse new ones."""
        with self._lock:
            self._shut = True
            self.cut += len(self._open) // 2
            for each in self._open:
                _reset(each)

    def open(self) -> None:
        """Let connections through again."""
        with self._lock:
            self._shut = False

    def hold(self) -> int:
        """Hand nothing on, and cut nothing; the number of connections."""
        with self._lock:
            self._held |= self._pairs
            for pair in self._held:
                pair.moves.clear()
            return len(self._held)

    def let_go(self) -> None:
        """Hand on what was held, and what comes."""
        with self._lock:
            for pair in self._held:
                pair.moves.set()
            self._held.clear()

    def forget(self) -> int:
        """Hand nothing on of the connections that are there, for ever, while
        new ones work: nobody is told. The number of connections."""
        with self._lock:
            for pair in self._pairs:
                pair.moves.clear()
            count = len(self._pairs)
            self._pairs.clear()
            return count

    def drop_commits(self, *transactions: Words) -> None:
        """Cut the connection once the server has committed each of these.

        Of several, the first is waited for before the next.
        """
        with self._lock:
            self._armed = list(transactions)

    def close(self) -> None:
        """Forward nothing more."""
        self.shut()
        self._listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _address = self._listener.accept()
                threading.Thread(
                    target=self._serve, args=(client,), daemon=True
                ).start()

    def _serve(self, client: socket.socket) -> None:
        with client, contextlib.suppress(OSError):
            with self._lock:
                if self._shut:
                    self.cut += 1
                    _reset(client)
                    return
            with socket.create_connection(self._server) as server:
                self._forward(client, server)

    def _forward(self, client: socket.socket, server: socket.socket) -> None:
        ends = {client, server}
        pair = self._pair(client, server)
        with self._lock:
            self._open |= ends
            self._pairs.add(pair)
        try:
            pair.forward()
        finally:
            with self._lock:
                self._open -= ends
                self._pairs.discard(pair)
                self._held.discard(pair)

    def _pair(self, client: socket.socket, server: socket.socket) -> 'Pair':
        return _Database(self, client, server)

    def is_to_drop(self, said: bytes) -> bool:
        """Whether the answer to the COMMIT of what was said is dropped."""
        with self._lock:
            if not self._armed or any(w not in said for w in self._armed[0]):
                return False
            del self._armed[0]
            return True


class Pair:
    """One connection: from its client to the server and back."""

    def __init__(self, client: socket.socket, server: socket.socket) -> None:
        self._client, self._server = client, server
        #: Whether anything is handed on.
        self.moves = threading.Event()
        self.moves.set()

    def forward(self) -> None:
        """Until one of them ends it."""
        with selectors.DefaultSelector() as selector:
            selector.register(self._client, selectors.EVENT_READ)
            selector.register(self._server, selectors.EVENT_READ)
            while True:
                for key, _events in selector.select(self.patience()):
                    source = key.fileobj
                    assert isinstance(source, socket.socket)
                    self.moves.wait()
                    if not self.hand_on(source):
                        return
                self.look()

    def patience(self) -> float | None:
        """Seconds after which it looks, though nobody says anything."""
        return None

    def look(self) -> None:
        """Do what is due."""

    def hand_on(self, source: socket.socket) -> bool:
        """Hand on what one of them says; False at the end."""
        raise NotImplementedError


class _Database(Pair):
    """A connection of a database, which may lose answers to COMMITs."""

    def __init__(
        self, proxy: Proxy, client: socket.socket, server: socket.socket
    ) -> None:
        super().__init__(client, server)
        self._proxy = proxy
        self._said = b''

    def hand_on(self, source: socket.socket) -> bool:
        """Hand on, but for what is to be dropped."""
        chunk = source.recv(_CHUNK)
        if source is self._server:
            self._client.sendall(chunk)
            return bool(chunk)
        drop = self._is_to_drop(chunk)
        self._server.sendall(chunk)
        if drop:
            self._server.recv(_CHUNK)
            self._proxy.dropped += 1
            _reset(self._client)
        return bool(chunk) and not drop

    def _is_to_drop(self, chunk: bytes) -> bool:
        self._said += chunk
        if b'COMMIT' not in chunk:
            return False
        said, self._said = self._said, b''
        return self._proxy.is_to_drop(said)


def _reset(end: socket.socket) -> None:
    """End a connection as one that broke."""
    with contextlib.suppress(OSError):
        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        end.shutdown(socket.SHUT_RDWR)


def cut_for(proxy: Proxy, seconds: float) -> None:
    """Shut the door for so long."""
    proxy.shut()
    time.sleep(seconds)
    proxy.open()
