"""Where engines and agents listen; names are stable, or queues would leak.

Installations that share a broker are told apart by `control_exchange`.
"""

from typing import Any

from trailmark.messaging import threaded

#: Grows when a message changes; the first number when old ones can't read it.
VERSION = '1.0'


def agents(transport: Any, node: str, server: str | None = None) -> Any:
    """The queue that all agents of a node share, or one agent's own."""
    return _target(transport, f'agent.{node}', server)


def engines(transport: Any, server: str | None = None) -> Any:
    """The queue that all engines share, or one engine's own."""
    return _target(transport, 'engine', server)


def _target(transport: Any, topic: str, server: str | None) -> Any:
    # Queues of one broker have one namespace, whatever their exchange.
    prefix = transport.conf.control_exchange
    return threaded.messaging.Target(
        topic=f'{prefix}.{topic}', server=server, version=VERSION
    )
