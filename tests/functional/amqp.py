"""A door to a message broker that drops, delays and doubles messages."""

import collections
import dataclasses
import enum
import socket
import struct
import time

from trailmark.tests.functional import proxy

_CHUNK = 65536
_PREAMBLE, _FRAME_END = 8, 1
_HEAD = struct.Struct('>BHL')
_METHOD, _HEADER, _BODY = 1, 2, 3
_PUBLISH, _DELIVER = (60, 40), (60, 60)


class Order(enum.StrEnum):
    """What becomes of a message."""

    #: It is never delivered; the broker thinks that it was.
    DROP = 'drop'
    #: It is delivered later.
    DELAY = 'delay'
    #: It is published twice.
    DOUBLE = 'double'


class Broker(proxy.Proxy):
    """Forwards connections of AMQP 0-9-1, message by message."""

    def __init__(self, host: str, port: int) -> None:
        self._orders: collections.deque[tuple[Order, float]] = (
            collections.deque()
        )
        #: How many messages each kind of order was given to.
        self.obeyed: collections.Counter[Order] = collections.Counter()
        #: Messages that went through, published and delivered.
        self.messages: collections.Counter[str] = collections.Counter()
        super().__init__(host, port)

    def order(self, what: Order, count: int, seconds: float = 0.0) -> None:
        """Do this to the next messages."""
        with self._lock:
            self._orders.extend([(what, seconds)] * count)

    def forget_orders(self) -> None:
        """Do nothing more to messages."""
        with self._lock:
            self._orders.clear()

    def take(self, published: bool) -> tuple[Order, float] | None:
        """What is to become of a message, if something is."""
        with self._lock:
            self.messages['published' if published else 'delivered'] += 1
            if not self._orders:
                return None
            if published != (self._orders[0][0] == Order.DOUBLE):
                return None
            order = self._orders.popleft()
            self.obeyed[order[0]] += 1
            return order

    def _pair(
        self, client: socket.socket, server: socket.socket
    ) -> proxy.Pair:
        return _Connection(self, client, server)


@dataclasses.dataclass
class _Content:
    """A message whose frames have not all come yet."""

    frames: bytes
    left: int | None = None


class _Reader:
    """Takes one direction of a connection apart: frames, messages."""

    def __init__(self, preamble: int, method: tuple[int, int]) -> None:
        self._buffer = b''
        self._preamble, self._method = preamble, method
        self._contents: dict[int, _Content] = {}

    def read(self, chunk: bytes) -> list[tuple[bytes, bool]]:
        """Bytes to be handed on, and whether they are a whole message."""
        self._buffer += chunk
        found: list[tuple[bytes, bool]] = []
        if self._preamble and len(self._buffer) >= self._preamble:
            found.append((self._cut(self._preamble), False))
            self._preamble = 0
        while not self._preamble and (frame := self._frame()):
            said = self._part(frame)
            if said is not None:
                found.append(said)
        return found

    def _cut(self, size: int) -> bytes:
        cut, self._buffer = self._buffer[:size], self._buffer[size:]
        return cut

    def _frame(self) -> bytes | None:
        if len(self._buffer) < _HEAD.size:
            return None
        size = _HEAD.unpack_from(self._buffer)[2]
        whole = _HEAD.size + size + _FRAME_END
        return self._cut(whole) if len(self._buffer) >= whole else None

    def _part(self, frame: bytes) -> tuple[bytes, bool] | None:
        kind, channel, size = _HEAD.unpack_from(frame)
        if kind == _METHOD:
            method = struct.unpack_from('>HH', frame, _HEAD.size)
            if method == self._method:
                self._contents[channel] = _Content(frame)
                return None
        content = self._contents.get(channel)
        if content is None or kind not in (_HEADER, _BODY):
            return frame, False
        content.frames += frame
        if kind == _HEADER:
            content.left = struct.unpack_from('>Q', frame, _HEAD.size + 4)[0]
        elif content.left is not None:
            content.left -= size
        if content.left:
            return None
        del self._contents[channel]
        return content.frames, True


class _Connection(proxy.Pair):
    def __init__(
        self, broker: Broker, client: socket.socket, server: socket.socket
    ) -> None:
        super().__init__(client, server)
        self._broker = broker
        self._readers = {
            client: _Reader(_PREAMBLE, _PUBLISH),
            server: _Reader(0, _DELIVER),
        }
        self._later: list[tuple[float, bytes]] = []

    def patience(self) -> float | None:
        if not self._later:
            return None
        return max(0.0, min(self._later)[0] - time.monotonic())

    def look(self) -> None:
        now = time.monotonic()
        due = [each for each in self._later if each[0] <= now]
        self._later = [each for each in self._later if each[0] > now]
        for _, message in due:
            self._client.sendall(message)

    def hand_on(self, source: socket.socket) -> bool:
        chunk = source.recv(_CHUNK)
        for said, is_message in self._readers[source].read(chunk):
            self._say(source, said, is_message)
        return bool(chunk)

    def _say(
        self, source: socket.socket, said: bytes, is_message: bool
    ) -> None:
        published = source is self._client
        other = self._server if published else self._client
        order = self._broker.take(published) if is_message else None
        if order is None:
            other.sendall(said)
        elif order[0] == Order.DOUBLE:
            other.sendall(said + said)
        elif order[0] == Order.DELAY:
            self._later.append((time.monotonic() + order[1], said))
