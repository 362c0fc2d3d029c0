"""Brokers for tests: in memory, and RabbitMQ where it answers."""

import functools
import os
import socket
import uuid
from collections.abc import Iterator

from oslo_config import cfg

from trailmark.messaging import threaded, transport

_RABBITMQ = os.environ.get(
    'TRAILMARK_TEST_RABBITMQ', 'rabbit://guest:guest@127.0.0.1:5672//'
)
KINDS = ('fake', 'rabbit')


@functools.cache
def why_not(kind: str) -> str | None:
    """Why tests on a kind are skipped; None when they run."""
    if kind == 'fake':
        return None
    conf = configuration('rabbit')
    [host] = threaded.messaging.TransportURL.parse(conf, _RABBITMQ).hosts
    try:
        socket.create_connection((host.hostname, host.port), 5).close()
    except OSError:
        return 'there is no RabbitMQ for tests: set TRAILMARK_TEST_RABBITMQ'
    return None


def configuration(kind: str) -> cfg.ConfigOpts:
    """Options with the URL of a broker and an exchange of their own."""
    conf = cfg.ConfigOpts()
    transport.register_opts(conf)
    conf([], default_config_files=[], default_config_dirs=[])
    conf.set_override('transport_url', url(kind))
    conf.set_override('control_exchange', f'test-{uuid.uuid4().hex[:12]}')
    return conf


def url(kind: str) -> str:
    """Where a broker of this kind is."""
    return _RABBITMQ if kind == 'rabbit' else 'fake://'


def scenarios() -> Iterator[tuple[str, dict[str, str]]]:
    """One for each kind, for testscenarios."""
    for kind in KINDS:
        yield kind, {'kind': kind}
