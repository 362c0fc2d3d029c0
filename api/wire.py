"""What is read from a peer, and written to it, each at a pace at least."""

import socket
import time

#: Bytes that are taken from a socket at once.
_PIECE = 64 * 1024
#: Bytes a second: what is slower has the seconds of a request alone.
_SLOWEST = 100_000


class Reader:
    """Bytes of a peer: received ahead, or waited for by who reads them.

    Those who wait raise TimeoutError when `seconds`, and one more for every
    100 000 bytes that came, are over since `begin`.
    """

    def __init__(self, peer: socket.socket, seconds: float) -> None:
        self._peer, self._seconds = peer, seconds
        self._data = bytearray()
        #: What cheroot counts, where it does.
        self.bytes_read = 0
        self.begin()

    @property
    def data(self) -> bytearray:
        """What has come and was not read."""
        return self._data

    def begin(self) -> None:
        """Count the time from now on."""
        self._since, self._received = time.monotonic(), 0

    def has_data(self) -> bool:
        """Whether something has come that was not read."""
        return bool(self._data)

    def receive(self) -> int:
        """Take what has come, after waiting for it; 0 is the end."""
        piece = self._peer.recv(_PIECE)
        self._data += piece
        self._received += len(piece)
        return len(piece)

    def seconds_left(self) -> float:
        """For how long the peer may go on sending."""
        spent = time.monotonic() - self._since
        return self._seconds + self._received / _SLOWEST - spent

    def read(self, size: int) -> bytes:
        """So many bytes; fewer where the peer ends."""
        while len(self._data) < size and self._wait():
            pass
        return self._take(size)

    def readline(self, size: int) -> bytes:
        """Bytes to the end of a line, at most so many."""
        looked = 0
        while True:
            end = self._data.find(b'\n', looked, size) + 1
            looked = len(self._data)
            if end or looked >= size:
                return self._take(end or size)
            if not self._wait():
                return self._take(looked)

    def close(self) -> None:
        """Forget what was not read."""
        self._data.clear()

    def _wait(self) -> int:
        left = self.seconds_left()
        if left <= 0:
            raise TimeoutError('timed out')
        self._peer.settimeout(left)
        return self.receive()

    def _take(self, size: int) -> bytes:
        taken = bytes(self._data[:size])
        del self._data[:size]
        self.bytes_read += len(taken)
        return taken


class Writer:
    """Bytes for a peer, which takes them or raises TimeoutError."""

    def __init__(self, peer: socket.socket, seconds: float) -> None:
        self._peer, self._seconds = peer, seconds
        self.bytes_written = 0

    def write(self, data: bytes) -> int:
        """Send it all, in the seconds of a request or at the slowest pace."""
        self._peer.settimeout(self._seconds + len(data) / _SLOWEST)
        self._peer.sendall(data)
        self.bytes_written += len(data)
        return len(data)
