"""Requests of HTTP/1.1 as they are written: what is doubtful is refused."""

import re
import urllib.parse
from typing import Any

from cheroot import server
from werkzeug import exceptions as http

from trailmark.api import wire

#: Bytes of a request's line and headers, and how many headers there are.
LARGEST_HEAD = 32 * 1024
MOST_HEADERS = 200
#: Bytes of a body that is waited for before a thread has the request, and
#: that is read to its end when it is of no use.
SMALL_BODY = 64 * 1024
_CHUNK_LINE = 256
_END = b'\r\n\r\n'
_LENGTH = re.compile(rb'\r\ncontent-length:[ \t]*([0-9]{1,18})[ \t]*(?=\r\n)')
_HEALTH = re.compile(rb'(?:\r\n)?(?:GET|HEAD) /healthz[ ?]')
_PROTOCOLS = frozenset((b'HTTP/1.0', b'HTTP/1.1'))
_TARGET = re.compile(rb'[\x21-\x7e\x80-\xff]+')
_FIELD = re.compile(
    rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([\t\x20-\x7e\x80-\xff]*)\r\n"
)
_HOST = re.compile(rb'[0-9A-Za-z._~:%\[\]-]*')
_DIGITS = re.compile(b'[0-9]{1,18}')
_CHUNK = re.compile(rb'([0-9A-Fa-f]{1,12})(?:[ \t]*;[\t\x20-\x7e\x80-\xff]*)?')
#: Headers that say one thing, and two if they stand there twice.
_ONCE = frozenset(
    (b'Content-Length', b'Transfer-Encoding', b'Host', b'Authorization')
)


def is_whole(reader: wire.Reader) -> bool:
    """Whether a request has come: its head, and its body if that is small.

    Raises RequestHeaderFieldsTooLarge.
    """
    end = _end_of(reader)
    if end is None:
        return False
    size = _size(reader, end)
    return size > SMALL_BODY or len(reader.data) >= end + size


def awaits(reader: wire.Reader) -> bool:
    """Whether a peer sends a body only after it was told to go on."""
    end = _end_of(reader)
    return end is not None and b'\r\nexpect:' in reader.data[:end].lower()


def asks_health(reader: wire.Reader) -> bool:
    """Whether a request asks whether the API lives."""
    return _HEALTH.match(reader.data) is not None


def _end_of(reader: wire.Reader) -> int | None:
    """Where a head ends, once it does."""
    end = reader.data.find(_END, 0, LARGEST_HEAD + len(_END))
    if end < 0:
        if len(reader.data) > LARGEST_HEAD:
            raise http.RequestHeaderFieldsTooLarge
        return None
    return end + len(_END)


def _size(reader: wire.Reader, end: int) -> int:
    """Bytes of the body after a head that ends there, if it says so."""
    head = reader.data[:end].lower()
    said = _LENGTH.findall(head)
    is_plain = len(said) == 1 and b'\r\ntransfer-encoding' not in head
    return int(said[0]) if is_plain else 0


class Request(server.HTTPRequest):
    """One that is answered 400 where two could read it in two ways."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.header_reader = _headers
        self.rfile: Any = None

    def read_request_line(self) -> bool:
        """Whether the first line is one."""
        if not super().read_request_line():  # type: ignore[no-untyped-call]
            return False
        if self.request_protocol not in _PROTOCOLS:
            return self._refuse('the version of HTTP can not be read')
        if not _TARGET.fullmatch(self.uri):
            return self._refuse('the target has a blank or a control code')
        # cheroot leaves `%2F`, which then looks like `%252F`.
        path = urllib.parse.urlsplit(self.uri).path
        self.path = urllib.parse.unquote_to_bytes(path)
        if b'\0' in self.path:
            return self._refuse('the target has a NUL')
        return True

    def read_request_headers(self) -> bool:
        """Whether the headers are ones."""
        if not super().read_request_headers():  # type: ignore[no-untyped-call]
            return False
        is_newer = self.request_protocol == b'HTTP/1.1'
        if is_newer and b'Host' not in self.inheaders:
            return self._refuse('HTTP/1.1 has a header Host')
        if not is_newer and b'Transfer-Encoding' in self.inheaders:
            return self._refuse('HTTP/1.0 has no Transfer-Encoding')
        return True

    def respond(self) -> None:
        """Have the request answered; a body that is left over ends it all."""
        peer = self.conn.rfile
        size = int(self.inheaders.get(b'Content-Length', 0))
        self.rfile = Chunks(peer) if self.chunked_read else Body(peer, size)
        self.server.gateway(self).respond()
        if self.ready:
            self.ensure_headers_sent()
        if self.chunked_write:
            self.conn.wfile.write(b'0\r\n\r\n')
        self.conn.is_unread = not self.rfile.is_read
        if self.conn.is_unread:
            self.close_connection = True

    def send_headers(self) -> None:
        """Say that the connection ends, where much of a body is left over."""
        if isinstance(self.rfile, Chunks) and not self.rfile.is_read:
            self.close_connection = True
        if isinstance(self.rfile, Body) and self.rfile.remaining > SMALL_BODY:
            self.close_connection = True
        super().send_headers()

    def _refuse(self, said: str) -> bool:
        self.simple_response('400 Bad Request', said)
        return False


class Body:
    """A body whose length was said."""

    def __init__(self, peer: wire.Reader, size: int) -> None:
        self._peer, self.remaining = peer, size

    @property
    def is_read(self) -> bool:
        """Whether nothing of it is left."""
        return not self.remaining

    def read(self, size: int | None = None) -> bytes:
        """So many bytes at most, else all. Raises RequestTimeout."""
        wanted = self.remaining
        if size is not None and size >= 0:
            wanted = min(size, wanted)
        try:
            data = self._peer.read(wanted)
        except TimeoutError:
            raise http.RequestTimeout from None
        self.remaining -= len(data)
        return data


class Chunks:
    """A body in chunks, read as they come."""

    def __init__(self, peer: wire.Reader) -> None:
        self._peer = peer
        self._left = 0
        self.is_read = False

    def read(self, size: int | None = None) -> bytes:
        """So many bytes at most, else all. Raises RequestTimeout, BadRequest.

        Fewer come before the end, too.
        """
        if size is None or size < 0:
            return b''.join(iter(lambda: self.read(SMALL_BODY), b''))
        try:
            if not self._left and not self.is_read:
                self._next()
            data = self._peer.read(min(size, self._left))
            if len(data) < min(size, self._left):
                raise http.BadRequest('the body ends too soon')
            self._left -= len(data)
            if data and not self._left:
                self._end_line()
        except TimeoutError:
            raise http.RequestTimeout from None
        return data

    def _next(self) -> None:
        """Go to the next chunk; after the last, past what trails it."""
        line = self._peer.readline(_CHUNK_LINE)
        size = _CHUNK.fullmatch(line.removesuffix(b'\r\n'))
        if size is None or not line.endswith(b'\r\n'):
            raise http.BadRequest('the size of a chunk can not be read')
        self._left = int(size[1], 16)
        if self._left:
            return
        for _ in range(MOST_HEADERS):
            line = self._peer.readline(LARGEST_HEAD)
            if line == b'\r\n':
                self.is_read = True
                return
            if not _FIELD.fullmatch(line):
                break
        raise http.BadRequest('what trails the body can not be read')

    def _end_line(self) -> None:
        if self._peer.readline(2) != b'\r\n':
            raise http.BadRequest('a chunk does not end where it said')


def _headers(lines: Any, read: dict[bytes, bytes]) -> dict[bytes, bytes]:
    """Read headers by their names; ValueError says what is wrong."""
    for _ in range(MOST_HEADERS):
        line = lines.readline()
        if line == b'\r\n':
            _check(read)
            return read
        field = _FIELD.fullmatch(line)
        if field is None:
            raise ValueError('a header can not be read')
        name, value = field[1].title(), field[2].rstrip(b' \t')
        # Applications take `_` for `-`: who checks the one misses the other.
        if b'_' in name:
            continue
        if name in read and name in _ONCE:
            raise ValueError(f'{name.decode()} stands there twice')
        read[name] = b', '.join(filter(None, (read.get(name), value)))
    raise ValueError('there are too many headers')


def _check(read: dict[bytes, bytes]) -> None:
    length, coding = b'Content-Length', b'Transfer-Encoding'
    if length in read and coding in read:
        raise ValueError('Content-Length and Transfer-Encoding exclude others')
    if not _DIGITS.fullmatch(read.get(length, b'0')):
        raise ValueError('Content-Length is no number')
    if read.get(coding, b'chunked').lower() != b'chunked':
        raise ValueError('a Transfer-Encoding is chunked')
    if not _HOST.fullmatch(read.get(b'Host', b'')):
        raise ValueError('Host is no name of a host')
