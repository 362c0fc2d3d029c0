"""Attempts whose parameters are too large to travel in their dispatch."""

import dataclasses
import hashlib
import json
from collections.abc import Callable
from typing import Any

from trailmark.common import exceptions
from trailmark.messaging import contracts

#: Bytes of one piece, and of texts that travel in a dispatch.
PIECE = 256 * 1024


def is_large(attempt: contracts.TaskAttempt) -> bool:
    """Whether its parameters are to be fetched by who carries it out."""
    return _weight(attempt.parameters) > PIECE


def _weight(data: Any) -> int:
    """Characters of all texts."""
    if isinstance(data, str):
        return len(data)
    if isinstance(data, dict):
        return sum(_weight(key) + _weight(data[key]) for key in data)
    if isinstance(data, list | tuple):
        return sum(map(_weight, data))
    return 0


def emptied(attempt: contracts.TaskAttempt) -> contracts.TaskAttempt:
    """The attempt without what is fetched."""
    return dataclasses.replace(attempt, parameters={}, secrets=(), large=True)


def body(attempt: contracts.TaskAttempt) -> bytes:
    """What is fetched of an attempt."""
    said = {'parameters': attempt.parameters, 'secrets': attempt.secrets}
    return json.dumps(said).encode()


def filled(
    attempt: contracts.TaskAttempt, got: bytes
) -> contracts.TaskAttempt:
    """The attempt with what was fetched. Raises MessageRefused."""
    try:
        said = json.loads(got)
        return dataclasses.replace(
            attempt,
            parameters=said['parameters'],
            secrets=tuple(said['secrets']),
            large=False,
        )
    except (ValueError, TypeError, KeyError) as error:
        raise exceptions.MessageRefused(reason=error) from error


def piece(whole: bytes, offset: int) -> contracts.Piece:
    """The piece at an offset; the last one has the digest of all."""
    data = whole[offset : offset + PIECE]
    is_last = offset + len(data) >= len(whole)
    return contracts.Piece(data, _digest(whole) if is_last else None)


def gather(read: Callable[[int], contracts.Piece]) -> bytes:
    """All pieces, read one after the other by their offsets.

    Raises MessageRefused when they are not what was sent.
    """
    got = bytearray()
    while True:
        found = read(len(got))
        got += found.data
        if found.digest is not None:
            break
        if not found.data:
            raise exceptions.MessageRefused(reason='a piece is empty')
    if found.digest != _digest(bytes(got)):
        raise exceptions.MessageRefused(reason='pieces of different times')
    return bytes(got)


def _digest(whole: bytes) -> str:
    return hashlib.sha256(whole).hexdigest()
