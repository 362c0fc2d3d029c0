"""oslo.messaging, imported once oslo.service knows that it runs on threads.

Importing it any other way settles oslo.service on eventlet for good.
"""

from oslo_service import backend

backend.init_backend(backend.BackendType.THREADING)

import oslo_messaging as messaging  # noqa: E402
from oslo_messaging import opts  # noqa: E402
from oslo_messaging.rpc.server import RPCServer  # noqa: E402
from oslo_service import service  # noqa: E402

__all__ = ['RPCServer', 'messaging', 'opts', 'service']
