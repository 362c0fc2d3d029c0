"""Where engines and agents listen; names are stable, or queues would leak.

Installations that share a broker are told apart by `control_exchange`.
"""

import hashlib
from typing import Any

from trailmark.messaging import threaded

#: Grows when a message changes; the first number when old ones can't read it.
VERSION = '1.0'
#: Bytes: a queue's name has two parts, and a few words.
_LONGEST_PART, _KEPT = 100, 60


def agents(transport: Any, node: str, server: str | None = None) -> Any:
    """The queue that all agents of a node share, or one agent's own."""
    return _target(transport, f'agent.{_short(node)}', server)


def engines(transport: Any, server: str | None = None) -> Any:
    """The queue that all engines share, or one engine's own."""
    return _target(transport, 'engine', server)


def _target(transport: Any, topic: str, server: str | None) -> Any:
    # Queues of one broker have one namespace, whatever their exchange.
    prefix = transport.conf.control_exchange
    return threaded.messaging.Target(
        topic=f'{prefix}.{topic}',
        server=None if server is None else _short(server),
        version=VERSION,
    )


def _short(name: str) -> str:
    """A name as a part of the name of a queue, which has 255 bytes."""
    data = name.encode()
    if len(data) <= _LONGEST_PART:
        return name
    digest = hashlib.blake2b(data, digest_size=16).hexdigest()
    return f'{data[:_KEPT].decode(errors="ignore")}~{digest}'
