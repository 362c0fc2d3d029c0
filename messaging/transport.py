"""The transport of oslo.messaging that a configuration names."""

import sys
from typing import Any

from oslo_config import cfg

from trailmark.common import exceptions
from trailmark.messaging import threaded

#: Tries after the first. A connection that timed out while the broker took
#: nothing is broken for good, and oslo.messaging keeps it: only another try
#: opens a new one.
RETRIES = 1
#: Seconds without a sign of life after which a connection is broken.
_HEARTBEAT = 10
#: Seconds between tries of listeners to reach a broker, at most.
_RECONNECT = 3
#: Options that it reads but registers with the global configuration alone:
#: module, list, group.
_UNLISTED = (
    ('_tracing.client', 'oslo_messaging_tracing', 'oslo_messaging_tracing'),
    ('_metrics.client', 'oslo_messaging_metrics', 'oslo_messaging_metrics'),
)


def register_opts(conf: cfg.ConfigOpts) -> None:
    """Make oslo.messaging's options known to a configuration."""
    for group, options in threaded.opts.list_opts():
        conf.register_opts(options, group=group)
    conf.set_default('control_exchange', 'trailmark')
    # What arrives is handed on at once, and idle threads cost time.
    conf.set_default('executor_thread_pool_size', 4)
    rabbit = 'oslo_messaging_rabbit'
    conf.set_default('heartbeat_timeout_threshold', _HEARTBEAT, rabbit)
    conf.set_default('rabbit_interval_max', _RECONNECT, rabbit)
    for module, name, group in _UNLISTED:
        loaded = sys.modules.get(f'oslo_messaging.{module}')
        conf.register_opts(getattr(loaded, name, ()), group=group)


def make(conf: cfg.ConfigOpts) -> Any:
    """A transport for clients and servers; make it after any fork.

    Raises ConfigurationRefused for a URL that no driver takes.
    """
    try:
        return threaded.messaging.get_rpc_transport(conf)
    except (
        threaded.messaging.DriverLoadFailure,
        threaded.messaging.InvalidTransportURL,
        ValueError,
    ) as error:
        raise exceptions.ConfigurationRefused(reason=error) from error
