"""Standard output that may be closed by its reader at any time."""

import errno
import os
import sys
from collections.abc import Iterable
from typing import Any, TextIO

_LAST_STANDARD = 2
#: The reader has gone: nothing is wrong with what was done.
_GONE = frozenset((errno.EPIPE, errno.EIO))


class Output:
    """A text stream that falls silent once it can't be written.

    Everything else than writing is the stream's own.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self.silent = False
        #: Whether somebody who reads misses something.
        self.cut = False

    def write(self, text: str) -> int:
        """Write unless silent."""
        if not self.silent:
            try:
                self._stream.write(text)
            except OSError as error:
                self._fall_silent(error)
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        """Write each of the lines."""
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        """Hand what was written to the reader."""
        if not self.silent:
            try:
                self._stream.flush()
            except OSError as error:
                self._fall_silent(error)

    def _fall_silent(self, error: OSError) -> None:
        self.silent = True
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, self._stream.fileno())
        os.close(nowhere)
        if error.errno not in _GONE:
            self.cut = True
            sys.stderr.write(f'trailmark: output is cut: {error.strerror}\n')

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def standard_streams() -> None:
    """Let standard output and error outlive what can't be written."""
    _occupy_standard_numbers()
    for name in ('stdout', 'stderr'):
        stream = getattr(sys, name)
        if stream is None:
            stream = open(os.devnull, 'w')  # noqa: SIM115
        if not isinstance(stream, Output):
            stream.reconfigure(errors='backslashreplace')
            setattr(sys, name, Output(stream))


def _occupy_standard_numbers() -> None:
    """Where they are closed, a database would get them, and be written to."""
    while (number := os.open(os.devnull, os.O_RDWR)) <= _LAST_STANDARD:
        pass
    os.close(number)


def printable(text: str) -> str:
    """Text without characters that would move a terminal's cursor."""
    return ''.join(
        char if char.isprintable() or char in '\n\t' else repr(char)[1:-1]
        for char in text
    )
